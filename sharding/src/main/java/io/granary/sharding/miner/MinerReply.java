package io.granary.sharding.miner;

import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.miner.MinerConfig;
import java.util.List;
import java.util.Optional;

/** What a miner answers. */
public sealed interface MinerReply {
  /** The order has a sector, now or from before. */
  record Ordered(SectorId sector) implements MinerReply {}

  /** The order was refused; nothing was kept of it. */
  record Rejected(Code code, String detail) implements MinerReply {
    /** Why. */
    public enum Code {
      /** The miner was not read from the chain yet; try again in a moment. */
      NOT_CONFIGURED,
      /** The chain could not be asked which numbers are taken; try again. */
      CHAIN_UNREACHABLE,
      /** The piece is empty, malformed, or does not fit a sector. */
      BAD_PIECE
    }
  }

  /**
   * The miner as it stands.
   *
   * @param config empty before the chain was read
   * @param ordered sectors that have not been heard of yet
   */
  record Overview(
      Optional<MinerConfig> config, List<SectorNumber> ordered, List<SectorNumber> inMotion)
      implements MinerReply {
    public Overview {
      ordered = List.copyOf(ordered);
      inMotion = List.copyOf(inMotion);
    }
  }
}
