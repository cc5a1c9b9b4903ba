package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.state.LedgerCause;
import io.granary.ops.cluster.ChainRecord;
import io.granary.ops.node.PreSealing;
import io.granary.ops.scenario.ProvenWindows.Landed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deadline of a hundred sectors in 50 partitions, of which five sectors, of five partitions, lie
 * on a storage path where everything takes a minute: the whole node runs with a library before the
 * system's that holds up what is opened or asked there ({@code slow_path.c}). Only those are
 * skipped, and every partition is proven in the window, those that are read after them too. Five
 * and not one: of 1 % slow sectors each partition of a real provider has its share, and meets the
 * path again, while a 2 KiB partition has two sectors. Proofs are real.
 *
 * <p>On a slow or busy machine, longer epochs: {@code -Dgranary.endurance.block-time=2s}.
 */
class SlowPathEnduranceTest {
  private static final Logger LOG = LoggerFactory.getLogger(SlowPathEnduranceTest.class);
  private static final String BLOCK_TIME = System.getProperty("granary.endurance.block-time", "1s");
  private static final int SECTORS = 100;
  private static final int PARTITIONS = 50;
  private static final int WINDOW_EPOCHS = 300;
  private static final int LOOKBACK_EPOCHS = 20;

  /** The first is read before most of the others, so that they have to wait behind it. */
  private static final Set<Long> SLOW_SECTORS = Set.of(17L, 37L, 57L, 77L, 97L);

  private static final int DEADLINES = 3;
  private static final int LEAD_EPOCHS = 5;
  private static final int TELL_EACH = 10;
  private static final int EVENTS_MAX = 1000;
  private static final String MINER = "/v1/miners/" + PreSealing.MINER;

  @TempDir Path folder;
  private ProvingStage stage;

  /** The path is slow as long as this file is there. */
  private Path slow;

  @BeforeEach
  void begin() throws IOException, InterruptedException {
    slow = folder.resolve("slow");
    stage =
        new ProvingStage(
            folder,
            new ProvingStage.Plan(
                SECTORS,
                SECTORS,
                "granary.devnet { profile = swift, block-time = "
                    + BLOCK_TIME
                    + ", chain { deadlines = "
                    + DEADLINES
                    + ", challenge-window = "
                    + WINDOW_EPOCHS
                    + ", challenge-lookback = "
                    + LOOKBACK_EPOCHS
                    + ", fault-declaration-cutoff = 30 } }",
                "",
                SLOW_SECTORS,
                Map.of(
                    "LD_PRELOAD", library().toString(),
                    "SLOW_PATH", ProvingStage.apart(folder).toString(),
                    "SLOW_PATH_SWITCH", slow.toString(),
                    "SLOW_SECONDS", "60")));
  }

  @AfterEach
  void end() {
    if (stage != null) {
      stage.close();
    }
  }

  @Test
  void skipsOnlyWhatLiesOnThePathThatAnswersAfterAMinute() throws Exception {
    Window window = beforeTheChallenge();
    Files.createFile(slow);
    stage.devnet().resume();
    awaitProven(window);
    compare(window);
  }

  /** The next window of the deadline with the sectors that somebody can still prove. */
  private record Window(long open, long close) {}

  /** Moves the chain to a little before the challenge of a window. */
  private Window beforeTheChallenge() throws IOException, InterruptedException {
    JsonNode row = stage.client().get(MINER + "/deadlines").path("deadlines").path(0);
    long open = row.path("open").asLong();
    long close = row.path("close").asLong();
    boolean counted =
        !ProvenWindows.numbers(deadline().path("PostSubmissions")).isEmpty()
            || open <= LOOKBACK_EPOCHS + LEAD_EPOCHS;
    if (counted) {
      // Open at genesis or next to open: this window counts as proven.
      open += DEADLINES * WINDOW_EPOCHS;
      close += DEADLINES * WINDOW_EPOCHS;
    }
    long nulls = open - LOOKBACK_EPOCHS - LEAD_EPOCHS - stage.head() - 1;
    stage.devnet().step((int) nulls);
    LOG.info("epoch {}, the window opens at {}", stage.head(), open);
    return new Window(open, close);
  }

  private JsonNode deadline() throws IOException, InterruptedException {
    return stage.rpc("Filecoin.StateMinerDeadlines", "[\"t01000\",null]").path(0);
  }

  private void awaitProven(Window window) throws IOException, InterruptedException {
    int proven = 0;
    while (proven < PARTITIONS && stage.head() < window.close()) {
      Thread.sleep(500);
      int now =
          stage.head() < window.open()
              ? 0
              : ProvenWindows.numbers(deadline().path("PostSubmissions")).size();
      if (now / TELL_EACH != proven / TELL_EACH) {
        LOG.info("epoch {}: {} partitions proven", stage.head(), now);
      }
      proven = now;
    }
    stage.devnet().pause();
  }

  private void compare(Window window) throws IOException {
    List<Landed> landed =
        ProvenWindows.of(ChainRecord.read(stage.devnet().url())).stream()
            .filter(each -> each.epoch() >= window.open() && each.epoch() < window.close())
            .toList();
    Map<Long, Set<Long>> skips = new TreeMap<>();
    landed.forEach(each -> skips.put(each.partition().index(), each.skipped()));
    tellFigures(window, landed);
    assertThat(landed).as("partitions proven in the window").hasSize(PARTITIONS);
    for (long partition = 0; partition < PARTITIONS; partition++) {
      long second = partition * 2 + 1;
      assertThat(skips)
          .containsEntry(partition, SLOW_SECTORS.contains(second) ? Set.of(second) : Set.of());
    }
    assertThat(stage.devnet().ledger(PreSealing.MINER).of(LedgerCause.SKIPPED_FAULT).count())
        .isEqualTo(SLOW_SECTORS.size());
    for (long sector : SLOW_SECTORS) {
      assertThat(events("VanillaMade").stream().map(JsonNode::toString))
          .as("why sector " + sector + " was skipped")
          .anyMatch(
              event ->
                  event.contains("\"sector\":" + sector + ",\"reason\":\"")
                      && (event.contains("reading it took more than")
                          || event.contains("does not answer within")));
    }
  }

  private List<JsonNode> events(String name) {
    List<JsonNode> found = new ArrayList<>();
    JsonNode page = stage.client().get(MINER + "/deadlines/0/history?limit=" + EVENTS_MAX);
    page.path("events")
        .forEach(
            event -> {
              if (event.path("event").asText().equals(name)) {
                found.add(event);
              }
            });
    return found;
  }

  private void tellFigures(Window window, List<Landed> landed) {
    Map<Long, Instant> asked = new TreeMap<>();
    events("VanillaAsked").forEach(event -> asked.putIfAbsent(partition(event), time(event)));
    Map<Long, Long> millis = new TreeMap<>();
    events("VanillaMade")
        .forEach(
            event ->
                millis.put(
                    partition(event),
                    Duration.between(asked.get(partition(event)), time(event)).toMillis()));
    LOG.info("from asked for to read, ms, by partition: {}", millis);
    LOG.info(
        "window {}, landed in epochs {} to {}",
        window,
        landed.stream().mapToLong(Landed::epoch).min(),
        landed.stream().mapToLong(Landed::epoch).max());
  }

  private static long partition(JsonNode event) {
    return event.path("fields").path("partition").asLong();
  }

  private static Instant time(JsonNode event) {
    return Instant.parse(event.path("time").asText());
  }

  /** Compiles the library that makes the path slow. */
  private Path library() throws IOException, InterruptedException {
    Path source = folder.resolve("slow_path.c");
    Path library = folder.resolve("slow_path.so");
    try (InputStream text = getClass().getResourceAsStream("/slow_path.c")) {
      Files.copy(text, source);
    }
    Process cc =
        new ProcessBuilder(
                "cc",
                "-shared",
                "-fPIC",
                "-O1",
                "-o",
                library.toString(),
                source.toString(),
                "-ldl")
            .inheritIO()
            .start();
    assertThat(cc.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(cc.exitValue()).as("the exit code of cc").isZero();
    return library;
  }
}
