package io.granary.ops.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.SectorId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Follows one sector over the node's management HTTP and tells each stage until the sector was
 * proven in consecutive proving periods. Used by one thread.
 */
final class SectorStory {
  /** Longer than any stage of an 8 MiB sector takes on one slow core. */
  private static final Duration STAGE_LIMIT = Duration.ofMinutes(15);

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
  private static final Set<String> STUCK = Set.of("Parked", "Removing", "Removed");

  /** States of a sector that the chain has committed; a faulty one recovers by itself. */
  private static final Set<String> COMMITTED =
      Set.of("Proving", "DroppingUnsealed", "Faulty", "Recovering");

  /** What a stage is called, and about how many seconds it takes on two cores. */
  private record Stage(String title, int expectedSeconds) {}

  private final PatientClient node;
  private final Narrator narrator;
  private final StageClock clock;
  private final ToldEvents told;
  private final String sectorPath;
  private final String minerPath;

  SectorStory(PatientClient node, Narrator narrator, SectorId sector, StageClock clock) {
    this.node = node;
    this.narrator = narrator;
    this.clock = clock;
    this.told =
        new ToldEvents(narrator, clock, DONE, event -> "at epoch " + event.path("epoch").asText());
    this.sectorPath = "/v1/sectors/" + sector;
    this.minerPath = "/v1/miners/" + sector.miner();
  }

  /** Tells every sealing stage; returns when the chain has the sector committed. */
  void untilCommitted() {
    StageWatch watch = new StageWatch(STAGE_LIMIT);
    while (true) {
      JsonNode live = node.get(sectorPath);
      if (live.path("sequence").asLong() >= told.next()) {
        told.tell(node.get(sectorPath + "/history?from=" + told.next()).path("events"));
      }
      JsonNode view = live.path("state");
      String now = view.path("state").asText();
      if (COMMITTED.contains(now)) {
        return;
      }
      requireMoving(view);
      Duration elapsed = watch.in(now, "stage " + stage(now).title());
      narrator.progress(stage(now).title(), percent(now, elapsed), note(view), elapsed);
      PatientClient.pause();
    }
  }

  private static void requireMoving(JsonNode view) {
    String state = view.path("state").asText();
    if (STUCK.contains(state)) {
      throw new DemoException(
          "the sector went to state " + state + ": " + view.path("reason").asText(view.toString()));
    }
  }

  /** The deadline the chain put the sector in. */
  long deadline() {
    Stopwatch watch = new Stopwatch();
    while (true) {
      JsonNode state = node.get(sectorPath).path("state");
      JsonNode deadline = state.path("committed.location.deadline");
      if (deadline.isIntegralNumber()) {
        return deadline.asLong();
      }
      if (watch.isOver(PatientClient.SILENCE_LIMIT)) {
        throw new DemoException("the sector was put in no deadline: " + state);
      }
      PatientClient.pause();
    }
  }

  /** Waits until the sector's deadline has {@code wanted} proven periods in a row; tells each. */
  void untilProven(int wanted, long deadline) {
    TreeSet<Long> proven = new TreeSet<>();
    long seen = 0;
    Stopwatch watch = new Stopwatch();
    while (true) {
      JsonNode grid = node.get(minerPath + "/deadlines");
      long period = grid.path("provingPeriod").asLong();
      String since = minerPath + "/deadlines/" + deadline + "/history?from=" + (seen + 1);
      for (JsonNode event : node.get(since).path("events")) {
        seen = event.path("sequence").asLong();
        if (event.path("proven").asBoolean() && proven.add(event.path("period").asLong())) {
          tellProven(event, watch.elapsed());
          watch.restart();
        }
      }
      int inRow = inRow(proven, period);
      if (inRow >= wanted) {
        return;
      }
      JsonNode view = node.get(sectorPath).path("state");
      requireMoving(view);
      if (watch.isOver(STAGE_LIMIT)) {
        throw new DemoException("no proof landed within " + STAGE_LIMIT.toMinutes() + " minutes");
      }
      tellWaiting(
          "window PoSt " + (inRow + 1) + " of " + wanted, grid, deadline, view, watch.elapsed());
      PatientClient.pause();
    }
  }

  private void tellProven(JsonNode event, Duration elapsed) {
    String what = "proven, period from epoch " + event.path("period").asText();
    if (clock.isBefore(Instant.parse(event.path("time").asText()))) {
      narrator.say("    " + what);
    } else {
      narrator.done(what, elapsed, event.path("detail").asText());
    }
  }

  /** How many proving periods up to the last proven one were proven without a gap. */
  static int inRow(NavigableSet<Long> proven, long period) {
    int count = 0;
    long expected = proven.isEmpty() ? 0 : proven.last();
    for (long start : proven.descendingSet()) {
      if (start != expected) {
        break;
      }
      count++;
      expected -= period;
    }
    return count;
  }

  /** How far the proving period is towards the end of the deadline's next window. */
  private void tellWaiting(
      String what, JsonNode grid, long deadline, JsonNode view, Duration elapsed) {
    JsonNode row = grid.path("deadlines").path((int) deadline);
    long epoch = grid.path("epoch").asLong();
    long toOpen = row.path("open").asLong() - epoch;
    long toClose = row.path("close").asLong() - epoch;
    long period = Math.max(1, grid.path("provingPeriod").asLong());
    String state = view.path("state").asText();
    String when =
        toOpen > 0 ? "opens in " + toOpen + " epochs" : "open for " + toClose + " more epochs";
    narrator.progress(
        what + ": deadline " + deadline,
        (int) Math.max(0, Math.min(99, (period - toClose) * 100 / period)),
        state.equals("Proving") ? when : "the sector is " + state + ", deadline " + when,
        elapsed);
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
}
