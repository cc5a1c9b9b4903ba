package io.granary.bridge.libp2p.reach;

import io.granary.bridge.libp2p.peer.Multiaddr;
import java.time.Instant;
import java.util.Optional;

/**
 * One of the peers we stay connected with, as of the last round.
 *
 * @param peer its address with its id
 * @param at when it was tried
 * @param failure why it cannot be had; empty when we are connected
 * @param agent its program; empty when it has not told
 * @param observed where it sees us
 * @param reach whether it got through to us
 */
public record Contact(
    Multiaddr peer,
    Instant at,
    Optional<String> failure,
    String agent,
    Optional<Multiaddr> observed,
    Reach reach) {
  /**
   * What a peer says that was asked to dial us.
   *
   * @param known whether it got through; empty when nobody tried
   * @param detail the address, or why not
   */
  public record Reach(Optional<Boolean> known, String detail) {
    static Reach unknown(String why) {
      return new Reach(Optional.empty(), why);
    }

    static Reach of(DialBack answer) {
      return switch (answer.outcome()) {
        case REACHED ->
            new Reach(Optional.of(true), answer.address().map(Multiaddr::toString).orElse(""));
        case NOT_REACHED -> new Reach(Optional.of(false), answer.text());
        case NOT_TRIED -> unknown(answer.text());
      };
    }
  }
}
