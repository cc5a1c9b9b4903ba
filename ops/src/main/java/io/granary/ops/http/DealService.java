package io.granary.ops.http;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.port.DealBook;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.HistoryReader;
import io.granary.sharding.deal.DealCommand;
import io.granary.sharding.deal.DealEntity;
import io.granary.sharding.deal.DealReply;
import io.granary.sharding.deal.Deals;
import io.granary.sharding.deal.DirectDeals;
import io.granary.sharding.deal.RulesInForce;
import io.granary.sharding.publish.Publications;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What the deal routes answer with: rows, live entities, and journal. */
public final class DealService {
  /** The longest page of a list. */
  public static final int LIMIT_MAX = 1000;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Optional<Served> served;
  private final HistoryReader history;

  /**
   * The deals that are served.
   *
   * @param provider whose they are
   * @param direct where operators bring deals that no client proposes
   * @param rules what their proposals are judged by
   */
  public record Served(
      ActorId provider,
      Deals deals,
      DirectDeals direct,
      Publications publications,
      DealBook book,
      RulesInForce rules) {}

  /**
   * @param served empty where no deals are served
   */
  public DealService(Optional<Served> served, HistoryReader history) {
    this.served = served;
    this.history = history;
  }

  /** Of the rules that proposals are judged by. */
  DealRulesService rules() {
    return new DealRulesService(served.map(Served::rules));
  }

  private Served served() {
    return served.orElseThrow(
        () -> Problem.notFound("deals: none are served here, granary.deals.enabled is off"));
  }

  /**
   * A page of deals in ascending order of their ids.
   *
   * @param after the last deal of the page before
   */
  CompletionStage<JsonNode> list(Optional<DealId> after, int limit) {
    return served()
        .book()
        .list(served().provider(), after, limit)
        .thenApply(rows -> page(rows, limit));
  }

  private static JsonNode page(List<DealBook.Row> rows, int limit) {
    ObjectNode answer = JSON.objectNode();
    ArrayNode deals = answer.putArray("deals");
    rows.forEach(row -> deals.add(DealJson.row(row)));
    if (rows.size() == limit) {
      answer.put("next", rows.get(rows.size() - 1).deal().toString());
    }
    return answer;
  }

  /** What waits to be published and why, and the messages under way. */
  CompletionStage<JsonNode> publications() {
    ActorId provider = served().provider();
    return served()
        .publications()
        .overview(provider)
        .thenApply(overview -> PublicationJson.of(provider, overview));
  }

  /** The entity's live state. */
  CompletionStage<JsonNode> live(DealId id) {
    return ask(id, DealCommand.Describe::new)
        .thenApply(
            reply -> {
              DealReply.StateIs is = (DealReply.StateIs) reply;
              DealState.Known state = is.state().orElseThrow(() -> neverProposed(id));
              ObjectNode answer =
                  JSON.objectNode().put("deal", id.toString()).put("sequence", is.sequence());
              answer.set("state", DealJson.state(state));
              if (!is.sectorState().isEmpty()) {
                answer.put("sectorState", is.sectorState());
              }
              return answer;
            });
  }

  private static Problem neverProposed(DealId id) {
    return Problem.notFound("deal " + id + " was never proposed here");
  }

  /** A page of a deal's events, each with the state that it led to. */
  CompletionStage<JsonNode> events(DealId id, EventPage<DealEvent> page) {
    Replay replay = new Replay(page);
    Served here = served();
    return history
        .forEach(
            DealEntity.persistenceId(id).id(), DealEvent.class, 1, Long.MAX_VALUE, replay::take)
        .thenApply(
            read -> {
              if (replay.state instanceof DealState.Unknown) {
                throw neverProposed(id);
              }
              ObjectNode answer =
                  JSON.objectNode()
                      .put("deal", id.toString())
                      .put("provider", here.provider().toString());
              page.into(answer, DealJson::event);
              return answer;
            });
  }

  /** Used by one thread at a time. */
  private static final class Replay {
    private final EventPage<DealEvent> page;
    private DealState state = new DealState.Unknown();

    Replay(EventPage<DealEvent> page) {
      this.page = page;
    }

    void take(HistoryEntry<DealEvent> entry) {
      state = state.on(entry.event());
      page.take(entry, state.getClass().getSimpleName());
    }
  }

  /** Lets a failed deal go on. */
  CompletionStage<JsonNode> retry(DealId id) {
    return ask(id, DealCommand.Retry::new).thenCompose(reply -> accepted(id, reply));
  }

  /** Brings a deal's data: a file on the node where the deal lives. */
  CompletionStage<JsonNode> importFile(DealId id, String file) {
    return ask(id, replyTo -> new DealCommand.Import(file, replyTo))
        .thenCompose(reply -> accepted(id, reply));
  }

  /** Takes a direct deal and its file, if one is named and the deal has none yet. */
  CompletionStage<JsonNode> direct(DirectDeals.Request request, Optional<String> file) {
    return served()
        .direct()
        .take(request)
        .thenCompose(
            answer -> {
              if (answer instanceof DirectDeals.Refused refused) {
                throw DirectDealRoutes.problem(refused);
              }
              DirectDeals.Taken taken = (DirectDeals.Taken) answer;
              return file.isPresent() && taken.awaitsData()
                  ? fileOfDirect(taken.deal(), file.get())
                  : accepted(taken.deal(), new DealReply.Accepted());
            });
  }

  private CompletionStage<JsonNode> fileOfDirect(DealId id, String file) {
    return ask(id, replyTo -> new DealCommand.Import(file, replyTo))
        .thenCompose(
            reply -> {
              if (reply instanceof DealReply.Rejected rejected
                  && rejected.code() == DealReply.Rejected.Code.BAD_FILE) {
                throw Problem.badRequest(
                    "file: " + rejected.detail() + "; deal " + id + " is taken and waits for it");
              }
              return accepted(id, reply);
            });
  }

  private CompletionStage<JsonNode> accepted(DealId id, DealReply reply) {
    if (reply instanceof DealReply.Rejected rejected) {
      throw switch (rejected.code()) {
        case UNKNOWN_DEAL -> neverProposed(id);
        case BAD_FILE -> Problem.badRequest("file: " + rejected.detail());
        case NOT_AWAITING_DATA, NOT_RETRYABLE, NOT_ACTIVE ->
            Problem.conflict(rejected.code() + ": " + rejected.detail());
      };
    }
    return CompletableFuture.completedFuture(JSON.objectNode().put("deal", id.toString()));
  }

  private CompletionStage<DealReply> ask(
      DealId id, Function<ActorRef<DealReply>, DealCommand> command) {
    return served().deals().ask(id, command);
  }
}
