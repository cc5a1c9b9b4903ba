package io.granary.prover.child;

import java.util.OptionalLong;

/**
 * A step of a running request.
 *
 * @param stage the protocol's name, for example {@code pc1.layer}
 * @param done steps done of {@code total}
 * @param total 0 when unknown
 * @param sector the sector it is about, for {@code vanilla.*} stages
 */
public record ChildProgress(String stage, long done, long total, OptionalLong sector) {
  /** 0 to 100; 0 when the total is unknown. */
  public int percent() {
    return total <= 0 ? 0 : (int) Math.max(0, Math.min(100, done * 100 / total));
  }
}
