package io.granary.sharding.miner;

import com.typesafe.config.Config;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.miner.PackingPolicy;

/**
 * The settings of {@code granary.sharding.miner}.
 *
 * @param sweepSectorsPerEpoch how many sectors' rows in the read model are compared with their
 *     journals each epoch, 1 to {@value #SWEEP_MAX}
 * @param debtLookEpochs how often the miner's available balance is read
 * @param debtDailyMax attoFIL of fee debt that may be paid in one day
 * @param packing how long sectors take pieces
 */
public record MinerSettings(
    int sweepSectorsPerEpoch,
    long debtLookEpochs,
    TokenAmount debtDailyMax,
    PackingPolicy packing) {
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
    if (debtLookEpochs < 1) {
      throw new IllegalArgumentException(
          "granary.sharding.miner.debt-look-epochs: at least 1, not " + debtLookEpochs);
    }
    if (debtDailyMax.isNegative()) {
      throw new IllegalArgumentException(
          "granary.sharding.miner.debt-daily-max: must not be negative");
    }
  }

  /** Reads {@code granary.sharding.miner} of {@code root}. */
  public static MinerSettings from(Config root) {
    Config config = root.getConfig("granary.sharding.miner");
    return new MinerSettings(
        config.getInt("sweep-sectors-per-epoch"),
        config.getLong("debt-look-epochs"),
        amount(config.getString("debt-daily-max")),
        packing(config.getConfig("packing")));
  }

  private static PackingPolicy packing(Config config) {
    try {
      return new PackingPolicy(
          config.getDuration("wait"),
          config.getLong("seal-epochs"),
          config.getInt("open-sectors-max"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("granary.sharding.miner.packing." + e.getMessage(), e);
    }
  }

  private static TokenAmount amount(String text) {
    try {
      return TokenAmount.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "granary.sharding.miner.debt-daily-max: expected attoFIL, got " + text, e);
    }
  }
}
