package io.granary.ops.http;

import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SectorSummary;
import io.granary.protocol.sector.EventView;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorHistory;
import io.granary.protocol.sector.SectorView;
import io.granary.sharding.sector.SectorCommand;
import io.granary.sharding.sector.SectorEntity;
import io.granary.sharding.sector.SectorReply;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What the sector routes answer with: read model, live entities, and journal. */
public final class SectorService {
  /** The longest page of a list. */
  public static final int LIMIT_MAX = 1000;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);

  private final ClusterSharding sharding;
  private final SectorSummaries summaries;
  private final HistoryReader history;

  public SectorService(ClusterSharding sharding, SectorSummaries summaries, HistoryReader history) {
    this.sharding = sharding;
    this.summaries = summaries;
    this.history = history;
  }

  /**
   * A page of sectors in ascending order of miner and number.
   *
   * @param after the last sector of the page before
   */
  public CompletionStage<JsonNode> list(
      Optional<ActorId> miner, Optional<String> state, Optional<SectorId> after, int limit) {
    CompletionStage<List<ActorId>> miners =
        miner
            .<CompletionStage<List<ActorId>>>map(
                one -> CompletableFuture.completedFuture(List.of(one)))
            .orElseGet(summaries::miners);
    return miners
        .thenCompose(
            all -> {
              List<ActorId> from = new ArrayList<>(all);
              Collections.sort(from);
              after.ifPresent(last -> from.removeIf(m -> m.compareTo(last.miner()) < 0));
              return collect(from, 0, state, after, limit, new ArrayList<>());
            })
        .thenApply(rows -> page(rows, limit));
  }

  private CompletionStage<List<SectorSummary>> collect(
      List<ActorId> miners,
      int index,
      Optional<String> state,
      Optional<SectorId> after,
      int limit,
      List<SectorSummary> into) {
    if (index == miners.size() || into.size() >= limit) {
      return CompletableFuture.completedFuture(into);
    }
    ActorId miner = miners.get(index);
    Optional<Long> from =
        after.filter(last -> last.miner().equals(miner)).map(last -> last.number().value());
    return summaries
        .list(miner, state, from, limit - into.size())
        .thenCompose(
            rows -> {
              into.addAll(rows);
              return collect(miners, index + 1, state, after, limit, into);
            });
  }

  private static JsonNode page(List<SectorSummary> rows, int limit) {
    ObjectNode answer = JSON.objectNode();
    ArrayNode sectors = answer.putArray("sectors");
    for (SectorSummary row : rows) {
      ObjectNode item =
          sectors
              .addObject()
              .put("sector", row.sector().toString())
              .put("state", row.state())
              .put("sequence", row.sequence())
              .put("updated", row.updated().toString());
      row.deadline().ifPresent(value -> item.put("deadline", value));
      row.partition().ifPresent(value -> item.put("partition", value));
      row.expiration().ifPresent(value -> item.put("expiration", value));
      item.put("detail", row.detail());
    }
    if (rows.size() == limit) {
      answer.put("next", rows.get(rows.size() - 1).sector().toString());
    }
    return answer;
  }

  /** The entity's live state. */
  public CompletionStage<JsonNode> live(SectorId id) {
    return ask(id, SectorCommand.GetState::new)
        .thenApply(
            reply -> {
              SectorReply.StateIs is = (SectorReply.StateIs) reply;
              if (is.sequence() == 0) {
                throw Problem.notFound("sector " + id + " was never started here");
              }
              ObjectNode answer =
                  JSON.objectNode().put("sector", id.toString()).put("sequence", is.sequence());
              answer.set("state", view(is.view()));
              is.progress()
                  .ifPresent(
                      progress ->
                          answer
                              .putObject("progress")
                              .put("worker", progress.worker())
                              .put("stage", progress.stage())
                              .put("percent", progress.percent()));
              return answer;
            });
  }

  /**
   * Every event, and the state they lead to.
   *
   * @param at an epoch or an ISO-8601 time: the state as it was then, and the events up to it
   */
  public CompletionStage<JsonNode> history(SectorId id, Optional<String> at) {
    List<HistoryEntry<SectorEvent>> entries = new ArrayList<>();
    return history
        .forEach(
            SectorEntity.persistenceId(id).id(), SectorEvent.class, 1, Long.MAX_VALUE, entries::add)
        .thenApply(
            read -> {
              if (entries.isEmpty()) {
                throw Problem.notFound("sector " + id + " was never started here");
              }
              SectorHistory replayed =
                  SectorHistory.replay(entries.stream().map(HistoryEntry::event).toList());
              SectorHistory.Point point = at.map(moment(replayed)).orElseGet(replayed::end);
              ObjectNode answer =
                  JSON.objectNode().put("sector", id.toString()).put("sequence", point.sequence());
              answer.set("state", view(SectorView.of(point.state())));
              ArrayNode events = answer.putArray("events");
              entries.stream().limit(point.sequence()).forEach(entry -> events.add(event(entry)));
              return answer;
            });
  }

  private static Function<String, SectorHistory.Point> moment(SectorHistory history) {
    return text -> {
      if (text.matches("-?[0-9]{1,18}")) {
        return history.at(new Epoch(Long.parseLong(text)));
      }
      try {
        return history.at(Instant.parse(text));
      } catch (DateTimeParseException e) {
        throw Problem.badRequest(
            "at: expected an epoch or an ISO-8601 time such as 2026-01-31T12:00:00Z, got " + text);
      }
    };
  }

  private static ObjectNode event(HistoryEntry<SectorEvent> entry) {
    EventView view = EventView.of(entry.event());
    ObjectNode item =
        JSON.objectNode()
            .put("sequence", entry.sequence())
            .put("time", view.stamp().time().toString())
            .put("epoch", view.stamp().epoch().value())
            .put("node", view.stamp().node())
            .put("event", view.event());
    ObjectNode fields = item.putObject("fields");
    view.fields().forEach((name, value) -> put(fields, name, value));
    return item.put("detail", detail(view.fields()));
  }

  /** The fields as one line; long hex is cut, the whole is in {@code fields}. */
  private static String detail(Map<String, Object> fields) {
    StringBuilder line = new StringBuilder();
    fields.forEach(
        (name, value) -> {
          String text = value.toString();
          line.append(line.isEmpty() ? "" : ", ")
              .append(name)
              .append(' ')
              .append(text.length() <= 64 ? text : text.substring(0, 60) + "…");
        });
    return line.toString();
  }

  private static ObjectNode view(SectorView view) {
    ObjectNode state = JSON.objectNode().put("state", view.state());
    view.fields().forEach((name, value) -> put(state, name, value));
    return state;
  }

  private static void put(ObjectNode into, String name, Object value) {
    if (value instanceof Long number) {
      into.put(name, number);
    } else if (value instanceof Boolean flag) {
      into.put(name, flag);
    } else {
      into.put(name, value.toString());
    }
  }

  /** Takes a parked sector up again. */
  public CompletionStage<JsonNode> retry(SectorId id) {
    return ask(id, SectorCommand.Retry::new).thenApply(reply -> accepted(id, reply));
  }

  /** Gives a sector up that the chain does not hold. */
  public CompletionStage<JsonNode> remove(SectorId id, String reason) {
    return ask(id, replyTo -> new SectorCommand.Remove(reason, replyTo))
        .thenApply(reply -> accepted(id, reply));
  }

  private static JsonNode accepted(SectorId id, SectorReply reply) {
    if (reply instanceof SectorReply.Rejected rejected) {
      throw Problem.conflict(rejected.code() + ": " + rejected.detail());
    }
    return JSON.objectNode().put("sector", id.toString());
  }

  private CompletionStage<SectorReply> ask(
      SectorId id, Function<ActorRef<SectorReply>, SectorCommand> command) {
    return sharding
        .entityRefFor(SectorEntity.TYPE_KEY, id.toString())
        .ask(command::apply, ASK_TIMEOUT);
  }
}
