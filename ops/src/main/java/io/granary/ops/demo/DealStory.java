package io.granary.ops.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.granary.protocol.SectorId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One deal from both sides: {@code granary client} makes and follows it, the node's management HTTP
 * tells what becomes of it there. Used by one thread; the client's lines come on another.
 */
final class DealStory {
  private static final Duration POLL = Duration.ofMillis(500);

  /** Longer than any stage of a deal but sealing takes on one slow core. */
  private static final Duration STAGE_LIMIT = Duration.ofMinutes(10);

  /** For the client to make the CAR and say which deal it proposes. */
  private static final Duration PROPOSE_LIMIT = Duration.ofMinutes(2);

  /** FIL that the client puts into escrow: far above any price of the demo. */
  private static final String ESCROW_FIL = "1";

  private static final String DEAL_LINE = "deal ";

  /** The events that end a stage, and what they are called. */
  private static final Map<String, String> DONE =
      Map.ofEntries(
          Map.entry("DealAccepted", "proposal over libp2p, accepted"),
          Map.entry("TransferCompleted", "data transferred by HTTP"),
          Map.entry("PieceVerified", "CommP made, equal to the proposal's"),
          Map.entry("PublicationRequested", "put into a batch to publish"),
          Map.entry("PublicationLanded", "published on chain"),
          Map.entry("PiecePlaced", "placed in a sector"),
          Map.entry("PieceAdded", "data in the sector's file"),
          Map.entry("DealActivated", "deal active on chain"));

  /** What is waited for in each state. */
  private static final Map<String, String> WAITING =
      Map.of(
          "Transferring", "transferring the data",
          "Verifying", "computing CommP",
          "Verified", "publishing: waiting for a batch",
          "Publishing", "publishing: waiting for the chain",
          "Published", "published: waiting until it lies deep",
          "Placed", "importing the piece",
          "Sealing", "activation: waiting for the chain");

  private final PatientClient node;
  private final DemoClient client;
  private final Narrator narrator;
  private final StageClock clock;
  private final ToldEvents events;

  DealStory(PatientClient node, DemoClient client, Narrator narrator, StageClock clock) {
    this.node = node;
    this.client = client;
    this.narrator = narrator;
    this.clock = clock;
    this.events = new ToldEvents(narrator, clock, DONE, DealStory::detail);
  }

  /** Puts money into escrow, once: what is there from an earlier run is enough. */
  void fund() {
    Stopwatch watch = new Stopwatch();
    JsonNode funded = client.json("fund", ESCROW_FIL);
    narrator.done(
        "client has funds in escrow",
        watch.elapsed(),
        funded.path("freeAttoFil").asText() + " attoFIL free");
  }

  /** Asks the provider for its price, whose signature the client checks. */
  void ask(String provider, String address) {
    JsonNode ask = client.json("ask", provider, "--address", address);
    narrator.say(
        "  "
            + provider
            + " asks for "
            + ask.path("pricePerGibEpoch").asText()
            + " attoFIL per GiB and epoch, signed by its worker");
  }

  /**
   * Makes the deal, or goes on with that of an earlier run, until it is active on both sides.
   *
   * @return the client's record of it
   */
  JsonNode untilActive(Path file, String provider, String address) {
    Optional<String> before = earlier();
    List<String> command =
        before
            .map(id -> List.of("resume", id, "--address", address, "--poll", "1"))
            .orElseGet(
                () ->
                    List.of(
                        "store",
                        file.toString(),
                        "--provider",
                        provider,
                        "--address",
                        address,
                        "--poll",
                        "1"));
    CompletableFuture<String> named = new CompletableFuture<>();
    before.ifPresent(named::complete);
    try (ClientProcess following = client.start(command, line -> hear(line, named))) {
      String deal = id(following, named);
      follow(following, deal);
      following.awaitSuccess(STAGE_LIMIT);
      return client.json("status", deal, "--address", address);
    }
  }

  /** The deal of an earlier run; a refused one is not gone on with. */
  private Optional<String> earlier() {
    if (!Files.exists(client.home().resolve("deals.jsonl"))) {
      return Optional.empty();
    }
    for (JsonNode deal : client.json("list")) {
      if (!deal.path("stage").asText().equals("rejected")) {
        return Optional.of(deal.path("deal").asText());
      }
    }
    return Optional.empty();
  }

  private void hear(String line, CompletableFuture<String> named) {
    if (line.startsWith(DEAL_LINE)) {
      named.complete(line.substring(DEAL_LINE.length()).strip());
    }
    narrator.say("  client: " + line);
  }

  private static String id(ClientProcess following, CompletableFuture<String> named) {
    Stopwatch watch = new Stopwatch();
    while (!watch.isOver(PROPOSE_LIMIT)) {
      try {
        return named.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        requireHealthy(following);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DemoException("interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("the deal's name never fails", e);
      }
    }
    throw new DemoException(
        "the client proposed no deal within " + PROPOSE_LIMIT.toSeconds() + " s");
  }

  private static void requireHealthy(ClientProcess following) {
    if (!following.isAlive()) {
      following.awaitSuccess(STAGE_LIMIT);
    }
  }

  /** Tells every stage on the node; the sector's own are told by its story. */
  private void follow(ClientProcess following, String deal) {
    String path = "/v1/deals/" + deal;
    StageWatch watch = new StageWatch(STAGE_LIMIT);
    boolean sealed = false;
    while (true) {
      requireHealthy(following);
      JsonNode state = view(path);
      String now = state.path("state").asText();
      if (!now.isEmpty()) {
        events.tell(node.get(path + "/events?from=" + events.next()).path("events"));
      }
      if (now.equals("Active")) {
        return;
      }
      requireMoving(now, state);
      if (now.equals("Sealing") && !sealed) {
        SectorId sector = SectorId.parse(state.path("placement.sector").asText());
        narrator.say("Sector " + sector);
        new SectorStory(node, narrator, sector, clock).untilCommitted();
        sealed = true;
        continue;
      }
      String waiting = WAITING.getOrDefault(now, "proposing");
      narrator.progress(waiting, 0, "", watch.in(now, waiting));
      PatientClient.pause();
    }
  }

  /** What the node knows of the deal; nothing before the proposal has reached it. */
  private JsonNode view(String path) {
    if (events.next() > 1) {
      return node.get(path).path("state");
    }
    for (JsonNode row : node.get("/v1/deals").path("deals")) {
      if (path.endsWith(row.path("deal").asText())) {
        return node.get(path).path("state");
      }
    }
    return MissingNode.getInstance();
  }

  private static void requireMoving(String now, JsonNode state) {
    if (List.of("Rejected", "Failed", "Expired", "Slashed").contains(now)) {
      throw new DemoException("the deal went to state " + now + ": " + state);
    }
  }

  private static String detail(JsonNode event) {
    JsonNode fields = event.path("fields");
    String epoch = "at epoch " + event.path("epoch").asText();
    return switch (event.path("event").asText()) {
      case "PublicationLanded" ->
          "as deal " + fields.path("publication.chainDealId").asText() + ", " + epoch;
      case "PiecePlaced" -> fields.path("placement.sector").asText() + ", " + epoch;
      default -> epoch;
    };
  }
}
