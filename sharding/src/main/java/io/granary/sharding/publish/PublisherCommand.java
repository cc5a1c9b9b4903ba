package io.granary.sharding.publish;

import akka.actor.typed.ActorRef;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.publish.EscrowShortage;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.publish.PublisherState;
import io.granary.protocol.sender.MessageReport;

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
}
