package io.granary.protocol.port;

import io.granary.protocol.SectorId;

/** The way from a sector to its miner. Every call may be lost and may come twice. */
public interface Miners {
  /** The sector waits for something: tick it from now on. */
  void sectorInMotion(SectorId sector);

  /** The sector waits for nothing the chain's time brings; told again on each further tick. */
  void sectorAtRest(SectorId sector);
}
