package io.granary.ops.http;

import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.HistoryReader;
import io.granary.sharding.deadline.DeadlineCommand;
import io.granary.sharding.deadline.DeadlineEntity;
import io.granary.sharding.deadline.DeadlineReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What the deadline routes answer with. */
public final class DeadlineService {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);

  private final ClusterSharding sharding;
  private final ChainGateway chain;
  private final HistoryReader history;

  public DeadlineService(ClusterSharding sharding, ChainGateway chain, HistoryReader history) {
    this.sharding = sharding;
    this.chain = chain;
    this.history = history;
  }

  /** Each deadline's next window and what it has to prove, at the chain's head. */
  CompletionStage<JsonNode> all(ActorId miner) {
    return chain
        .head()
        .thenCompose(
            head ->
                chain
                    .provingDeadline(miner, head.key())
                    .thenCompose(
                        info ->
                            partitions(miner, info, head.key(), 0, new ArrayList<>())
                                .thenApply(found -> json(miner, info, found))));
  }

  private CompletionStage<List<List<Partition>>> partitions(
      ActorId miner, DeadlineInfo info, TipSetKey key, long index, List<List<Partition>> into) {
    if (index == info.deadlines()) {
      return CompletableFuture.completedFuture(into);
    }
    return chain
        .partitions(miner, index, key)
        .thenCompose(
            found -> {
              into.add(found);
              return partitions(miner, info, key, index + 1, into);
            });
  }

  private static JsonNode json(ActorId miner, DeadlineInfo info, List<List<Partition>> partitions) {
    ProvingGrid grid = ProvingGrid.of(info);
    ObjectNode answer =
        JSON.objectNode()
            .put("miner", miner.toString())
            .put("epoch", info.currentEpoch().value())
            .put("provingPeriod", info.provingPeriod());
    ArrayNode rows = answer.putArray("deadlines");
    for (int index = 0; index < partitions.size(); index++) {
      ProvingWindow window = grid.next(index, info.currentEpoch());
      List<Partition> of = partitions.get(index);
      rows.addObject()
          .put("deadline", index)
          .put("open", window.open().value())
          .put("close", window.close().value())
          .put("current", !info.currentEpoch().isBefore(window.open()))
          .put("partitions", of.size())
          .put("sectors", count(of.stream().map(Partition::liveSectors).toList()))
          .put("faulty", count(of.stream().map(Partition::faultySectors).toList()))
          .put("recovering", count(of.stream().map(Partition::recoveringSectors).toList()));
    }
    return answer;
  }

  private static long count(List<BitField> fields) {
    return fields.stream().mapToLong(BitField::cardinality).sum();
  }

  /** The run of a deadline under way, if one is, as its entity sees it. */
  CompletionStage<JsonNode> live(ActorId miner, long index) {
    return ask(miner, index, DeadlineCommand.Describe::new)
        .thenApply(reply -> json((DeadlineReply.Overview) reply));
  }

  private static JsonNode json(DeadlineReply.Overview overview) {
    ObjectNode answer =
        JSON.objectNode()
            .put("miner", overview.miner().toString())
            .put("deadline", overview.index())
            .put("running", overview.window().isPresent())
            .put("faultySectors", overview.faultySectors())
            .put("recovery", overview.recovery());
    overview
        .window()
        .ifPresent(
            window ->
                answer
                    .put("periodStart", window.periodStart().value())
                    .put("open", window.open().value())
                    .put("close", window.close().value()));
    ArrayNode rows = answer.putArray("partitions");
    overview.partitions().forEach(partition -> rows.add(RecordJson.of(partition)));
    ArrayNode rehearsals = answer.putArray("rehearsals");
    overview.rehearsals().forEach(rehearsal -> rehearsals.add(RecordJson.of(rehearsal)));
    return answer;
  }

  /** Has a partition of the run under way that waits after failures tried again at once. */
  CompletionStage<JsonNode> retry(ActorId miner, long index, long partition) {
    return ask(miner, index, replyTo -> new DeadlineCommand.RetryPartition(partition, replyTo))
        .thenApply(
            reply -> {
              if (reply instanceof DeadlineReply.Rejected rejected) {
                throw problem(rejected);
              }
              return JSON.objectNode()
                  .put("miner", miner.toString())
                  .put("deadline", index)
                  .put("partition", partition);
            });
  }

  private static Problem problem(DeadlineReply.Rejected rejected) {
    String detail = rejected.code() + ": " + rejected.detail();
    return switch (rejected.code()) {
      case NO_SUCH_PARTITION -> Problem.notFound(detail);
      case NO_HEAD_YET -> Problem.unavailable(detail);
      case NO_RUN, NOT_PARKED, WINDOW_CLOSED -> Problem.conflict(detail);
    };
  }

  private CompletionStage<DeadlineReply> ask(
      ActorId miner, long index, Function<ActorRef<DeadlineReply>, DeadlineCommand> command) {
    return sharding
        .entityRefFor(DeadlineEntity.TYPE_KEY, DeadlineEntity.entityId(miner, index))
        .ask(command::apply, ASK_TIMEOUT);
  }

  /** A page of what a deadline did; empty for one that never did anything. */
  CompletionStage<JsonNode> history(ActorId miner, long index, EventPage<DeadlineEvent> page) {
    return history
        .<DeadlineEvent>forEach(
            DeadlineEntity.TYPE_KEY.name() + "|" + DeadlineEntity.entityId(miner, index),
            DeadlineEvent.class,
            1,
            Long.MAX_VALUE,
            page::take)
        .thenApply(
            read -> {
              ObjectNode answer =
                  JSON.objectNode().put("miner", miner.toString()).put("deadline", index);
              page.into(answer, DeadlineService::event);
              return answer;
            });
  }

  private static ObjectNode event(HistoryEntry<DeadlineEvent> entry) {
    DeadlineEvent event = entry.event();
    ObjectNode fields = (ObjectNode) RecordJson.of(event);
    fields.remove("stamp");
    ObjectNode item =
        JSON.objectNode()
            .put("sequence", entry.sequence())
            .put("time", event.stamp().time().toString())
            .put("epoch", event.epoch().value())
            .put("node", event.stamp().node())
            .put("event", event.name())
            .put("detail", detail(event, fields));
    if (event instanceof DeadlineEvent.ProvenInPeriod proven) {
      item.put("proven", true)
          .put("period", proven.periodStart().value())
          .put("partition", proven.partition());
    }
    item.set("fields", fields);
    return item;
  }

  private static String detail(DeadlineEvent event, ObjectNode fields) {
    if (event instanceof DeadlineEvent.ProvenInPeriod proven) {
      return "partition "
          + proven.partition()
          + ", sectors "
          + proven.sectors()
          + (proven.skipped().isEmpty() ? "" : ", skipped " + proven.skipped())
          + ", landed at epoch "
          + proven.inclusionEpoch();
    }
    DetailLine line = new DetailLine();
    add(line, "", fields);
    return line.toString();
  }

  /** Objects are laid flat, their names joined by dots. */
  private static void add(DetailLine line, String prefix, JsonNode object) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      String name = prefix + field.getKey();
      if (value.isObject()) {
        add(line, name + ".", value);
      } else if (!value.isEmpty() || value.isValueNode()) {
        line.add(name, value.isValueNode() ? value.asText() : value.toString());
      }
    }
  }
}
