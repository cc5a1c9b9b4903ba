package io.granary.protocol.port;

import io.granary.protocol.SectorId;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorOrder;

/** The way from a miner or a deadline to a sector. Every call may be lost and may come twice. */
public interface Sectors {
  /** Starts a sector; one that has started already changes nothing. */
  void create(SectorOrder order, Tick tick);

  void tick(SectorId sector, Tick tick);

  void observe(SectorId sector, SectorObservation observation);

  /** Has the sector write its row of the read model once more. */
  void summarize(SectorId sector);
}
