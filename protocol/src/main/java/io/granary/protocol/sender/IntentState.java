package io.granary.protocol.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.machine.TransitionTable;
import java.util.ArrayList;
import java.util.List;

/** Where one intent stands. */
public sealed interface IntentState {
  /** The allowed steps; docs/flows/sender.md shows them. */
  TransitionTable<IntentState, SenderEvent> TABLE =
      TransitionTable.<IntentState, SenderEvent>builder()
          .row(Unknown.class, SenderEvent.IntentAccepted.class, Accepted.class)
          .row(Accepted.class, SenderEvent.NonceReserved.class, Reserved.class)
          .row(Accepted.class, SenderEvent.IntentGivenUp.class, Settled.class)
          .row(Reserved.class, SenderEvent.NonceReleased.class, Accepted.class)
          .row(Reserved.class, SenderEvent.MessageSigned.class, Signed.class)
          .row(Signed.class, SenderEvent.MessageReplaced.class, Signed.class)
          .row(Signed.class, SenderEvent.MessageLanded.class, Landed.class)
          .row(Signed.class, SenderEvent.NonceLost.class, Accepted.class)
          .row(Landed.class, SenderEvent.MessageReverted.class, Signed.class)
          .row(Landed.class, SenderEvent.MessageConfirmed.class, Settled.class)
          .build();

  /**
   * The state after {@code event}.
   *
   * @throws IllegalStateException when the event cannot come here
   */
  default IntentState on(SenderEvent event) {
    TABLE.requireAllowed(this, event);
    return TABLE.check(this, event, next(event));
  }

  /** The step itself; only called for events that {@link #TABLE} allows here. */
  IntentState next(SenderEvent event);

  /** Nobody asked for it yet. */
  record Unknown() implements IntentState {
    @Override
    public IntentState next(SenderEvent event) {
      SenderEvent.IntentAccepted accepted = (SenderEvent.IntentAccepted) event;
      return new Accepted(accepted.intent(), accepted.recipient());
    }
  }

  /** An intent that is known and not settled. */
  sealed interface Open extends IntentState {
    MessageIntent intent();

    Recipient recipient();
  }

  /** Waits for gas and nonce. */
  record Accepted(MessageIntent intent, Recipient recipient) implements Open {
    @Override
    public IntentState next(SenderEvent event) {
      if (event instanceof SenderEvent.NonceReserved reserved) {
        return new Reserved(intent, recipient, reserved.message());
      }
      SenderEvent.IntentGivenUp givenUp = (SenderEvent.IntentGivenUp) event;
      return new Settled(
          recipient,
          intent.lastUsefulEpoch(),
          new MessageReport.GaveUp(intent.intentId(), givenUp.kind(), givenUp.reason()));
    }
  }

  /** Holds a nonce, to be claimed and signed before any other intent takes one. */
  record Reserved(MessageIntent intent, Recipient recipient, Message message) implements Open {
    @Override
    public IntentState next(SenderEvent event) {
      if (event instanceof SenderEvent.MessageSigned signed) {
        return new Signed(
            intent,
            recipient,
            List.of(new Variant(signed.cid(), signed.message(), signed.epoch())));
      }
      return new Accepted(intent, recipient);
    }
  }

  /**
   * Is pushed until one variant lands.
   *
   * @param variants the same call and nonce with ever higher premiums, oldest first
   */
  record Signed(MessageIntent intent, Recipient recipient, List<Variant> variants) implements Open {
    public Signed {
      variants = List.copyOf(variants);
    }

    public Variant latest() {
      return variants.get(variants.size() - 1);
    }

    public long nonce() {
      return latest().message().message().nonce();
    }

    @Override
    public IntentState next(SenderEvent event) {
      if (event instanceof SenderEvent.MessageReplaced replaced) {
        List<Variant> more = new ArrayList<>(variants);
        more.add(new Variant(replaced.cid(), replaced.message(), replaced.epoch()));
        return new Signed(intent, recipient, more);
      }
      if (event instanceof SenderEvent.MessageLanded landed) {
        return new Landed(
            this,
            new MessageReport.Landed(
                intent.intentId(),
                landed.cid(),
                landed.receipt(),
                landed.tipSet(),
                landed.height(),
                landed.inclusionEpoch()));
      }
      return new Accepted(intent, recipient);
    }
  }

  /** One signing of the call. */
  record Variant(Cid cid, SignedMessage message, Epoch signedAt) {}

  /** Is on chain, not yet deep enough to forget. */
  record Landed(Signed signed, MessageReport.Landed report) implements Open {
    @Override
    public MessageIntent intent() {
      return signed.intent();
    }

    @Override
    public Recipient recipient() {
      return signed.recipient();
    }

    @Override
    public IntentState next(SenderEvent event) {
      if (event instanceof SenderEvent.MessageReverted) {
        return signed;
      }
      return new Settled(recipient(), intent().lastUsefulEpoch(), report);
    }
  }

  /**
   * Its end, kept for a while so that an asker who did not hear the report is told it again.
   *
   * @param lastUsefulEpoch from here on a new ask for the same intent would expire anyway
   */
  record Settled(Recipient recipient, Epoch lastUsefulEpoch, MessageReport report)
      implements IntentState {
    @Override
    public IntentState next(SenderEvent event) {
      throw new IllegalStateException("a settled intent knows no event");
    }
  }
}
