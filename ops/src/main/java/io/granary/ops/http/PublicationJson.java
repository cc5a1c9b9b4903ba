package io.granary.ops.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.sharding.publish.PublisherReply;

/** What a publisher tells as JSON. */
final class PublicationJson {
  private PublicationJson() {}

  static ObjectNode of(ActorId provider, PublisherReply.Overview overview) {
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("provider", provider.toString())
            .put("waiting", overview.waiting());
    overview
        .pause()
        .ifPresent(
            pause ->
                answer.put("pausedUntil", pause.until().value()).put("pausedFor", pause.reason()));
    ArrayNode deals = answer.putArray("deals");
    overview.deals().forEach(deal -> deals.add(waiting(deal)));
    ArrayNode messages = answer.putArray("messages");
    overview.batches().forEach(batch -> messages.add(message(batch)));
    return answer;
  }

  private static ObjectNode waiting(PublisherReply.Waiting deal) {
    ObjectNode waiting =
        JsonNodeFactory.instance
            .objectNode()
            .put("deal", deal.deal().toString())
            .put("since", deal.since().toString())
            .put("drops", deal.drops())
            .put("reason", deal.reason());
    deal.heldUntil().ifPresent(until -> waiting.put("heldUntil", until.value()));
    return waiting;
  }

  private static ObjectNode message(PublisherReply.Batch batch) {
    String state = batch.landing().isEmpty() ? "UnderWay" : batch.settled() ? "Settled" : "Landed";
    ObjectNode message =
        JsonNodeFactory.instance.objectNode().put("intent", batch.intentId()).put("state", state);
    ArrayNode deals = message.putArray("deals");
    batch.deals().forEach(deal -> deals.add(deal.toString()));
    batch
        .landing()
        .ifPresent(
            landing -> {
              message
                  .put("message", landing.message().toString())
                  .put("inclusionEpoch", landing.inclusionEpoch().value())
                  .put("published", landing.published());
              if (!landing.failure().isEmpty()) {
                message.put("failure", landing.failure());
              }
            });
    return message;
  }
}
