package io.granary.sharding.deal;

import akka.actor.typed.ActorRef;
import io.granary.protocol.deal.DealId;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The way to a deal, wherever it lives. */
@FunctionalInterface
public interface Deals {
  /** Asks a deal; the stage fails when no answer comes in time. */
  CompletionStage<DealReply> ask(DealId deal, Function<ActorRef<DealReply>, DealCommand> command);
}
