package io.granary.devnet.chain;

import java.util.Locale;

/** Who makes the blocks of an epoch. */
public enum BlockProduction {
  /** The genesis miner makes one each epoch, unproven, and others' blocks join its tipset. */
  GENESIS,
  /** Only miners that submit blocks; an epoch without any is a null round. */
  MINERS;

  /** As settings and extensions name it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
