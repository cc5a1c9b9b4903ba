package io.granary.protocol.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.Recipient;

/** What happened to the messages of one address. Each is about one intent. */
public sealed interface SenderEvent {
  String intentId();

  /** When and where it was decided. */
  Stamp stamp();

  /** The height of the head it was decided at. */
  default Epoch epoch() {
    return stamp().epoch();
  }

  /** The name, as histories and the diagram show it. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** An entity wants a message on chain. */
  record IntentAccepted(MessageIntent intent, Recipient recipient, Stamp stamp)
      implements SenderEvent {
    @Override
    public String intentId() {
      return intent.intentId();
    }
  }

  /**
   * The message has its gas and its nonce. Persisted before the nonce is claimed in the store, so
   * that a sender that dies in between takes up this nonce first and leaves no gap.
   */
  record NonceReserved(String intentId, Message message, Stamp stamp) implements SenderEvent {}

  /** Another owner of this address had claimed the nonce; the intent takes a later one. */
  record NonceReleased(String intentId, long nonce, Stamp stamp) implements SenderEvent {}

  /** The message is signed, and pushed as often as needed from here on. */
  record MessageSigned(String intentId, Cid cid, SignedMessage message, Stamp stamp)
      implements SenderEvent {}

  /** The same call with the same nonce was signed again with a higher premium. */
  record MessageReplaced(String intentId, Cid cid, SignedMessage message, Stamp stamp)
      implements SenderEvent {}

  /** See {@link MessageReport.Landed}. */
  record MessageLanded(
      String intentId,
      Cid cid,
      Receipt receipt,
      TipSetKey tipSet,
      Epoch height,
      Epoch inclusionEpoch,
      Stamp stamp)
      implements SenderEvent {}

  /** A re-org took the landing back. */
  record MessageReverted(String intentId, Cid cid, Stamp stamp) implements SenderEvent {}

  /** The landing is as deep as we wait for. */
  record MessageConfirmed(String intentId, Stamp stamp) implements SenderEvent {}

  /** Another message with this nonce is confirmed on chain: the signed one can never land. */
  record NonceLost(String intentId, long nonce, Stamp stamp) implements SenderEvent {}

  /** Nothing was and nothing will be sent. */
  record IntentGivenUp(String intentId, MessageReport.GaveUp.Kind kind, String reason, Stamp stamp)
      implements SenderEvent {}
}
