package io.granary.protocol.port;

import io.granary.protocol.SectorId;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.miner.MinerConfig;

/**
 * The way from a miner, or a sector, to the proving deadlines. Every call may be lost and may come
 * twice.
 */
public interface Deadlines {
  /** Deadline {@code index} of the miner hears of a head. */
  void tick(MinerConfig miner, long index, Tick tick);

  /**
   * A faulty sector's files answer again. The deadline declares the recovery as soon as its cutoff
   * and the chain's fault set allow, and tells the sector {@link
   * io.granary.protocol.sector.SectorObservation.RecoveryDeclared}; the sector calls again on each
   * tick until it hears that, so the deadline need not keep the call over a restart.
   */
  void readableAgain(SectorId sector, SectorLocation location);
}
