package io.granary.protocol.chain;

import java.math.BigInteger;
import java.util.Comparator;

/**
 * Which of two heads a client should believe: the one with more weight below it, then the one whose
 * blocks won more, then the higher one. A node's own weight of a head adds to ParentWeight a part
 * that is the same for equal parents, and one that grows with the wins (lotus
 * chain/consensus/filcns/weight.go).
 */
public final class HeadWeight {
  /** The lighter head first. */
  public static final Comparator<TipSet> ORDER =
      Comparator.comparing(HeadWeight::parentWeight)
          .thenComparingLong(HeadWeight::wins)
          .thenComparing(TipSet::height);

  private HeadWeight() {}

  /** Whether {@code head} is to be believed over {@code other}; false for equal ones. */
  public static boolean isHeavier(TipSet head, TipSet other) {
    return ORDER.compare(head, other) > 0;
  }

  private static BigInteger parentWeight(TipSet tipSet) {
    return tipSet.blocks().get(0).parentWeight();
  }

  private static long wins(TipSet tipSet) {
    return tipSet.blocks().stream()
        .mapToLong(block -> block.electionProof().map(ElectionProof::winCount).orElse(0L))
        .sum();
  }
}
