package io.granary.protocol.chain;

import java.util.List;

/**
 * The way from one tipset to another (ChainGetPath): tipsets left behind, newest first, then
 * tipsets entered, oldest first.
 */
public record ChainPath(List<TipSet> reverted, List<TipSet> applied) {
  public ChainPath {
    reverted = List.copyOf(reverted);
    applied = List.copyOf(applied);
  }
}
