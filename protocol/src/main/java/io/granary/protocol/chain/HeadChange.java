package io.granary.protocol.chain;

import java.util.List;

/**
 * One change of the head: tipsets reverted, newest first, then applied, oldest first. {@code head}
 * is the head after it.
 */
public record HeadChange(List<TipSet> reverted, List<TipSet> applied, TipSet head) {
  public HeadChange {
    reverted = List.copyOf(reverted);
    applied = List.copyOf(applied);
  }
}
