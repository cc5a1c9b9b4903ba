package io.granary.sharding.publish;

import akka.actor.typed.ActorRef;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.EscrowShortage;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.publish.PublisherState;
import io.granary.protocol.sender.MessageReport;
import java.util.Optional;

/** What a publisher is told. */
public sealed interface PublisherCommand {

  /** A deal asks how far its publication is. */
  record Ask(PublicationQuery query, ActorRef<PublicationStanding> replyTo)
      implements PublisherCommand {}

  /** There is a new head. */
  record Ticked(Tick tick) implements PublisherCommand {}

  /** What came of a batch's message. */
  record MessageReported(MessageReport report) implements PublisherCommand {}

  /** Asks what waits and what is under way, from whichever node. */
  record GetOverview(ActorRef<PublisherReply> replyTo) implements PublisherCommand {}

  /** What a publisher tells itself; never leaves its node. */
  sealed interface Own extends PublisherCommand {}

  /** Asks for the state, from the publisher's own node. */
  record Describe(ActorRef<PublisherState> replyTo) implements Own {}

  record HeadKnown(Tick tick) implements Own {}

  record HeadUnknown(Throwable cause) implements Own {}

  /** A look at the queue came to its end. */
  record Checked(PublishCheck.Result result) implements Own {}

  record NotChecked(Throwable cause) implements Own {}

  /**
   * Who pays for what the escrow lacks.
   *
   * @param from a key address
   */
  record PayerKnown(EscrowShortage shortage, Address from) implements Own {}

  record PayerUnknown(Throwable cause) implements Own {}

  // Payments

  /** What has to do with payments for deals. */
  sealed interface Settling extends PublisherCommand {}

  /** An active deal says, again and again, what it is to be paid. */
  record Register(Payable payable) implements Settling {}

  /** A look at what a settlement would bring came to its end. */
  record SettleChecked(SettleCheck.Result result) implements Settling, Own {}

  record SettleNotChecked(Throwable cause) implements Settling, Own {}

  /** What one message brought for one deal. */
  record Payment(String intentId, DealId deal) {}

  /**
   * The deal was told.
   *
   * @param refusal why it keeps none
   */
  record PaymentNoted(Payment payment, Optional<String> refusal) implements Settling, Own {}

  record PaymentNotNoted(Payment payment, Throwable cause) implements Settling, Own {}
}
