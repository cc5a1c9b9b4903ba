package io.granary.ops.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.client.NodeClient;
import io.granary.ops.client.NodeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Follows one sector over the node's management HTTP and tells each stage until the sector was
 * proven in a number of proving periods. Used by one thread.
 */
final class SectorStory {
  private static final Duration POLL = Duration.ofMillis(500);

  /** Longer than any stage of an 8 MiB sector takes on one slow core. */
  private static final Duration STAGE_LIMIT = Duration.ofMinutes(15);

  /** How long a node may not answer before the story ends. */
  private static final Duration SILENCE_LIMIT = Duration.ofMinutes(1);

  private static final Map<String, Stage> STAGES =
      Map.ofEntries(
          Map.entry("Empty", new Stage("starting", 2)),
          Map.entry("Filling", new Stage("importing the piece", 3)),
          Map.entry("PreCommit1", new Stage("PC1: labelling the graph", 6)),
          Map.entry("PreCommit2", new Stage("PC2: encoding, building trees", 10)),
          Map.entry("PreCommitting", new Stage("precommit: waiting for the chain", 8)),
          Map.entry("WaitSeed", new Stage("waiting for the seed", 12)),
          Map.entry("Commit1", new Stage("C1: vanilla proofs", 3)),
          Map.entry("Commit2", new Stage("C2: the SNARK", 110)),
          Map.entry("Committing", new Stage("commit: waiting for the chain", 8)),
          Map.entry("Finalizing", new Stage("dropping what only sealing needs", 2)),
          Map.entry("Proving", new Stage("proving", 1)));

  /** The events that end a stage. */
  private static final Map<String, String> DONE =
      Map.ofEntries(
          Map.entry("PieceAdded", "piece imported, CommP made"),
          Map.entry("PreCommit1Completed", "PC1: the graph is labelled"),
          Map.entry("PreCommit2Completed", "PC2: encoded, trees built"),
          Map.entry("PreCommitSeen", "precommit on chain"),
          Map.entry("SeedDrawn", "seed drawn"),
          Map.entry("Commit1Completed", "C1: vanilla proofs made"),
          Map.entry("Commit2Completed", "C2: SNARK made and verified"),
          Map.entry("CommitSeen", "commit on chain, proof accepted"),
          Map.entry("Finalized", "sealing scratch dropped"));

  /** States the demo cannot wait its way out of. */
  private static final Set<String> STUCK = Set.of("Parked", "Faulty", "Removing", "Removed");

  /** What a stage is called, and about how many seconds it takes on two cores. */
  private record Stage(String title, int expectedSeconds) {}

  private final NodeClient client;
  private final Narrator narrator;
  private final String sectorPath;
  private final String minerPath;

  SectorStory(NodeClient client, Narrator narrator, String miner, long number) {
    this.client = client;
    this.narrator = narrator;
    this.sectorPath = "/v1/sectors/" + miner + "/" + number;
    this.minerPath = "/v1/miners/" + miner;
  }

  /** Tells every sealing stage; returns when the chain has the sector committed. */
  void untilCommitted() {
    long told = 0;
    long began = System.nanoTime();
    while (true) {
      JsonNode history = ask(sectorPath + "/history");
      JsonNode view = history.path("state");
      long last = tellDone(history.path("events"), told);
      if (last > told) {
        told = last;
        began = System.nanoTime();
      }
      String now = view.path("state").asText();
      if (now.equals("Proving")) {
        return;
      }
      if (STUCK.contains(now)) {
        throw new DemoException(
            "the sector went to state " + now + ": " + view.path("reason").asText(view.toString()));
      }
      Duration elapsed = since(began);
      if (elapsed.compareTo(STAGE_LIMIT) > 0) {
        throw new DemoException(
            "stage "
                + stage(now).title()
                + " took longer than "
                + STAGE_LIMIT.toMinutes()
                + " minutes; the node's log says why");
      }
      narrator.progress(stage(now).title(), percent(now, elapsed), note(view), elapsed);
      pause();
    }
  }

  /** Tells the stages that ended after event {@code told}; returns the last event seen. */
  private long tellDone(JsonNode events, long told) {
    long last = told;
    Instant before = Instant.EPOCH;
    for (JsonNode event : events) {
      Instant time = Instant.parse(event.path("time").asText());
      String done = DONE.get(event.path("event").asText());
      if (done != null && event.path("sequence").asLong() > told) {
        narrator.done(
            done,
            Duration.between(before.equals(Instant.EPOCH) ? time : before, time),
            "at epoch " + event.path("epoch").asText());
      }
      if (done != null || before.equals(Instant.EPOCH)) {
        before = time;
      }
      last = Math.max(last, event.path("sequence").asLong());
    }
    return last;
  }

  /** The deadline the chain put the sector in. */
  long deadline() {
    long began = System.nanoTime();
    while (true) {
      JsonNode state = ask(sectorPath).path("state");
      JsonNode deadline = state.path("committed.location.deadline");
      if (deadline.isIntegralNumber()) {
        return deadline.asLong();
      }
      if (since(began).compareTo(SILENCE_LIMIT) > 0) {
        throw new DemoException("the sector was put in no deadline: " + state);
      }
      pause();
    }
  }

  /**
   * Asks again while the node says that it cannot answer yet: it is starting, or the sector that
   * was ordered has not written its first event (404).
   *
   * @throws DemoException when that lasts
   */
  static JsonNode retried(String what, Supplier<JsonNode> request) {
    long began = System.nanoTime();
    while (true) {
      try {
        return request.get();
      } catch (NodeException e) {
        if (e.status() != 0 && e.status() != 503 && e.status() != 404) {
          throw e;
        }
        if (since(began).compareTo(SILENCE_LIMIT) > 0) {
          throw new DemoException(what + " failed: " + e.getMessage(), e);
        }
        pause();
      }
    }
  }

  /** Waits until the sector's deadline has {@code periods} proven periods; tells each. */
  void untilProven(int periods, long deadline) {
    Set<Long> proven = new HashSet<>();
    long began = System.nanoTime();
    while (proven.size() < periods) {
      JsonNode events = ask(minerPath + "/deadlines/" + deadline + "/history").path("events");
      for (JsonNode event : events) {
        if (event.path("proven").asBoolean() && proven.add(event.path("period").asLong())) {
          narrator.done(
              "proven, period from epoch " + event.path("period").asText(),
              since(began),
              event.path("detail").asText());
          began = System.nanoTime();
        }
      }
      if (proven.size() < periods) {
        Duration elapsed = since(began);
        if (elapsed.compareTo(STAGE_LIMIT) > 0) {
          throw new DemoException("no proof landed within " + STAGE_LIMIT.toMinutes() + " minutes");
        }
        narrator.progress(
            "waiting for deadline " + deadline,
            (int) Math.min(99, elapsed.toSeconds() * 100 / 60),
            "window PoSt " + (proven.size() + 1) + " of " + periods,
            elapsed);
        pause();
      }
    }
  }

  private static Stage stage(String state) {
    return STAGES.getOrDefault(state, new Stage(state, 10));
  }

  /** Without knowledge from inside a stage, elapsed over expected; never done before it is. */
  private static int percent(String state, Duration elapsed) {
    return (int) Math.min(99, elapsed.toMillis() / 10 / stage(state).expectedSeconds());
  }

  private static String note(JsonNode view) {
    return view.path("job.lastFailure").asText(view.path("message.lastFailure").asText(""));
  }

  private JsonNode ask(String path) {
    return retried("asking for " + path, () -> client.get(path));
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted", e);
    }
  }
}
