package io.granary.protocol.miner;

import java.time.Duration;

/**
 * How long a sector takes pieces.
 *
 * @param waitMax from its first piece on at most; zero gives each piece a sector of its own
 * @param sealEpochs how long before the start of its first deal its sealing begins at the latest
 * @param openSectorsMax sectors of a miner that take pieces; another one closes the fullest
 */
public record PackingPolicy(Duration waitMax, long sealEpochs, int openSectorsMax) {
  /** One piece a sector, as before there was packing. */
  public static final PackingPolicy AT_ONCE = new PackingPolicy(Duration.ZERO, 0, 1);

  public PackingPolicy {
    if (waitMax.isNegative()) {
      throw new IllegalArgumentException("wait: must not be negative, is " + waitMax);
    }
    if (sealEpochs < 0) {
      throw new IllegalArgumentException("seal-epochs: must not be negative, is " + sealEpochs);
    }
    if (openSectorsMax < 1) {
      throw new IllegalArgumentException("open-sectors-max: at least 1, is " + openSectorsMax);
    }
  }
}
