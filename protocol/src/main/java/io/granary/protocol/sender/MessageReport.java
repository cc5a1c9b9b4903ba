package io.granary.protocol.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;

/**
 * What the asker hears of its {@link MessageIntent}. Reports are told at most once each; an asker
 * that hears nothing submits the same intent again and is told again what is known.
 */
public sealed interface MessageReport {
  String intentId();

  /**
   * The message was executed on the current chain; it may still be reverted. The receipt may hold a
   * failure: a message lands with a non-zero exit code too.
   *
   * @param message the CID on chain
   * @param tipSet the child tipset that carries the receipt: the state after the message
   * @param height of {@code tipSet}
   * @param inclusionEpoch of the tipset that includes the message, before {@code height}: the epoch
   *     the actor saw
   */
  record Landed(
      String intentId,
      Cid message,
      Receipt receipt,
      TipSetKey tipSet,
      Epoch height,
      Epoch inclusionEpoch)
      implements MessageReport {}

  /** A re-org took back what {@link Landed} said. The same message is pushed again. */
  record Reverted(String intentId, Cid message) implements MessageReport {}

  /** Nothing was and nothing will be sent for this intent. */
  record GaveUp(String intentId, Kind kind, String reason) implements MessageReport {
    /** What the asker decides by. */
    public enum Kind {
      /** The simulation before sending failed: the actor would refuse the message as it stands. */
      REFUSED,
      /** Its last useful epoch passed before it was signed. */
      EXPIRED,
      /** The sender holds as many open intents as it may; ask again later under the same id. */
      TOO_MANY
    }
  }
}
