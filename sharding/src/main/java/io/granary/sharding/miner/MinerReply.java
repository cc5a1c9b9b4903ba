package io.granary.sharding.miner;

import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.miner.MinerConfig;
import java.util.List;
import java.util.Optional;

/** What a miner answers. */
public sealed interface MinerReply {
  /**
   * The order has a sector, now or from before.
   *
   * @param offset padded bytes before its piece; 0 without one
   */
  record Ordered(SectorId sector, long offset) implements MinerReply {
    public Ordered {
      if (offset < 0) {
        throw new IllegalArgumentException("ordered: offset " + offset);
      }
    }

    /** At the start of its sector. */
    public Ordered(SectorId sector) {
      this(sector, 0);
    }
  }

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
   * @param open sectors that still take pieces, of which nobody else knows yet
   */
  record Overview(
      Optional<MinerConfig> config,
      List<SectorNumber> ordered,
      List<SectorNumber> inMotion,
      List<SectorNumber> open)
      implements MinerReply {
    public Overview {
      ordered = List.copyOf(ordered);
      inMotion = List.copyOf(inMotion);
      open = List.copyOf(open);
    }
  }
}
