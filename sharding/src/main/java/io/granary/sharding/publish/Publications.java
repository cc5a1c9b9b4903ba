package io.granary.sharding.publish;

import io.granary.protocol.ActorId;
import java.util.concurrent.CompletionStage;

/** The way to a provider's publisher, wherever it lives. */
@FunctionalInterface
public interface Publications {
  /** What waits to be published; the stage fails when no answer comes in time. */
  CompletionStage<PublisherReply.Overview> overview(ActorId provider);
}
