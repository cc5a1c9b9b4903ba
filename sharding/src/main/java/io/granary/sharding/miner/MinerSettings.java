package io.granary.sharding.miner;

import com.typesafe.config.Config;

/**
 * The settings of {@code granary.sharding.miner}.
 *
 * @param sweepSectorsPerEpoch how many sectors' rows in the read model are compared with their
 *     journals each epoch, 1 to {@value #SWEEP_MAX}
 */
public record MinerSettings(int sweepSectorsPerEpoch) {
  /** What one page of the read model may hold. */
  static final int SWEEP_MAX = 10_000;

  public MinerSettings {
    if (sweepSectorsPerEpoch < 1 || sweepSectorsPerEpoch > SWEEP_MAX) {
      throw new IllegalArgumentException(
          "granary.sharding.miner.sweep-sectors-per-epoch: 1 to "
              + SWEEP_MAX
              + ", not "
              + sweepSectorsPerEpoch);
    }
  }

  /** Reads {@code granary.sharding.miner} of {@code root}. */
  public static MinerSettings from(Config root) {
    return new MinerSettings(root.getInt("granary.sharding.miner.sweep-sectors-per-epoch"));
  }
}
