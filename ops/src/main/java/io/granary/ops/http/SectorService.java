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
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SectorSummary;
import io.granary.protocol.sector.Empty;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorState;
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
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the sector routes answer with: read model, live entities, and journal. */
public final class SectorService {
  /** The longest page of a list. */
  public static final int LIMIT_MAX = 1000;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Every state a listed sector can be in; {@link Empty} sectors have no row. */
  private static final SortedSet<String> STATES =
      names(SectorState.Living.class).collect(Collectors.toCollection(TreeSet::new));

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
   * @param state the name of a state, such as Proving
   * @param after the last sector of the page before
   */
  public CompletionStage<JsonNode> list(
      Optional<ActorId> miner, Optional<String> state, Optional<SectorId> after, int limit) {
    state.ifPresent(SectorService::requireStateName);
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

  private static void requireStateName(String name) {
    if (!STATES.contains(name)) {
      throw Problem.badRequest("state: there is no state " + name + "; there are " + STATES);
    }
  }

  /** The records of the sealed interface: each is named as its state is. */
  private static Stream<String> names(Class<?> type) {
    return type.isInterface()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(SectorService::names)
        : Stream.of(type.getSimpleName());
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
    rows.forEach(row -> sectors.add(SectorJson.row(row)));
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
                throw neverStarted(id);
              }
              ObjectNode answer = SectorJson.named(id).put("sequence", is.sequence());
              answer.set("state", SectorJson.state(is.view()));
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
   * A page of a sector's events, and the state that all of them lead to.
   *
   * @param at an epoch or an ISO-8601 time: the state as it was then, and the events up to it
   */
  CompletionStage<JsonNode> history(SectorId id, Optional<String> at, EventPage<SectorEvent> page) {
    return SectorReplay.of(history, id, at.map(SectorService::after).orElse(event -> false), page)
        .thenApply(
            replay -> {
              ObjectNode answer = SectorJson.named(id).put("sequence", replay.sequence());
              answer.set("state", SectorJson.state(SectorView.of(replay.state())));
              page.into(answer, SectorJson::event);
              return answer;
            });
  }

  /** Whether an event was decided after the moment {@code text}. */
  private static Predicate<SectorEvent> after(String text) {
    if (text.matches("-?[0-9]{1,18}")) {
      Epoch epoch = new Epoch(Long.parseLong(text));
      return event -> event.stamp().epoch().isAfter(epoch);
    }
    try {
      Instant time = Instant.parse(text);
      return event -> event.stamp().time().isAfter(time);
    } catch (DateTimeParseException e) {
      throw Problem.badRequest(
          "at: expected an epoch or an ISO-8601 time such as 2026-01-31T12:00:00Z, got " + text);
    }
  }

  private static Problem neverStarted(SectorId id) {
    return Problem.notFound("sector " + id + " was never started here");
  }

  /** Takes a parked sector up again. */
  public CompletionStage<JsonNode> retry(SectorId id) {
    return ask(id, SectorCommand.Retry::new).thenCompose(reply -> accepted(id, reply));
  }

  /** Gives a sector up that the chain does not hold. */
  public CompletionStage<JsonNode> remove(SectorId id, String reason) {
    return ask(id, replyTo -> new SectorCommand.Remove(reason, replyTo))
        .thenCompose(reply -> accepted(id, reply));
  }

  /** A refusal by a sector that was never started is told as such, whatever it said. */
  private CompletionStage<JsonNode> accepted(SectorId id, SectorReply reply) {
    if (reply instanceof SectorReply.Rejected rejected) {
      return live(id)
          .thenApply(
              state -> {
                throw Problem.conflict(rejected.code() + ": " + rejected.detail());
              });
    }
    return CompletableFuture.completedFuture(SectorJson.named(id));
  }

  private CompletionStage<SectorReply> ask(
      SectorId id, Function<ActorRef<SectorReply>, SectorCommand> command) {
    return sharding
        .entityRefFor(SectorEntity.TYPE_KEY, id.toString())
        .ask(command::apply, ASK_TIMEOUT);
  }
}
