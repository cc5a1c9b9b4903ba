package io.granary.protocol.publish;

import io.granary.protocol.Stamp;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.sender.MessageIntent;
import java.util.List;

/** What happened to a provider's publications. */
public sealed interface PublisherEvent {
  Stamp stamp();

  /** A verified deal waits to be published. */
  record DealQueued(Stamp stamp, DealId deal, ClientDealProposal signed)
      implements PublisherEvent {}

  /** It waits no longer: the market would not take it. */
  record DealLeft(Stamp stamp, DealId deal, String reason) implements PublisherEvent {}

  /**
   * A batch is to be published: the intent, before anything is sent.
   *
   * @param deals in the order of the message
   */
  record BatchRequested(Stamp stamp, MessageIntent intent, List<DealId> deals)
      implements PublisherEvent {
    public BatchRequested {
      deals = List.copyOf(deals);
    }
  }

  /** The message was executed. */
  record BatchLanded(Stamp stamp, String intentId, PublishOutcome outcome)
      implements PublisherEvent {}

  /** A re-org took that back; the same message is pushed again. */
  record BatchReverted(Stamp stamp, String intentId) implements PublisherEvent {}

  /** Nothing was and nothing will be sent: the deals wait again. */
  record BatchAbandoned(Stamp stamp, String intentId, PublishFailure failure)
      implements PublisherEvent {}

  /** The outcome lies deep: what it left out waits again. */
  record BatchSettled(Stamp stamp, String intentId) implements PublisherEvent {}

  /** Each of its deals knows, or can use it no longer. */
  record BatchClosed(Stamp stamp, String intentId) implements PublisherEvent {}

  /** The provider's escrow is too small for deals that wait: more is to be added to it. */
  record EscrowTopUpAsked(Stamp stamp, MessageIntent intent) implements PublisherEvent {}

  /**
   * The outcome of a top-up counts, and another may follow.
   *
   * @param added whether the escrow has it
   */
  record EscrowTopUpEnded(Stamp stamp, String intentId, boolean added, String outcome)
      implements PublisherEvent {}

  /** What happened to what the provider is paid for its deals. */
  sealed interface Paying extends PublisherEvent {}

  /** A deal that is to be paid for is active. */
  record PayableKnown(Stamp stamp, Payable payable) implements Paying {}

  /** The market keeps it no more, which was seen before anything was sent. */
  record PayableLeft(Stamp stamp, DealId deal, String reason) implements Paying {}

  /**
   * Deals are to be settled: the intent, before anything is sent.
   *
   * @param deals in the order of their ids in the message
   */
  record PaymentsAsked(Stamp stamp, MessageIntent intent, List<DealId> deals) implements Paying {
    public PaymentsAsked {
      deals = List.copyOf(deals);
    }
  }

  /** The message was executed. */
  record PaymentsLanded(Stamp stamp, String intentId, PaymentOutcome outcome) implements Paying {}

  /** A re-org took that back; the same message is pushed again. */
  record PaymentsReverted(Stamp stamp, String intentId) implements Paying {}

  /** Nothing was and nothing will be sent. */
  record PaymentsAbandoned(Stamp stamp, String intentId, String reason) implements Paying {}

  /** The outcome lies deep: its deals are told. */
  record PaymentsCounted(Stamp stamp, String intentId) implements Paying {}

  /** Each of its deals has its payment in its own journal, or was told for long enough. */
  record PaymentsTold(Stamp stamp, String intentId) implements Paying {}
}
