package io.granary.protocol;

import java.time.Instant;

/**
 * When something was decided, by the chain and by the wall clock, and where. Every event carries
 * one, so that a replay asks nobody.
 *
 * @param epoch height of the head as the deciding node knew it
 * @param time wall time there
 * @param node the name of that node
 */
public record Stamp(Epoch epoch, Instant time, String node) {
  /**
   * This stamp, moved forward where it would lie before {@code earlier}: clocks of two nodes differ
   * and a re-org may lower the head, yet a history never goes back in time.
   */
  public Stamp notBefore(Stamp earlier) {
    return new Stamp(
        epoch.isBefore(earlier.epoch) ? earlier.epoch : epoch,
        time.isBefore(earlier.time) ? earlier.time : time,
        node);
  }
}
