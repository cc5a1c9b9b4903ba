package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.client.NodeClient;
import io.granary.ops.client.NodeException;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PowerMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One demo, interrupted at every stage in turn and resumed, because sealing for real costs a
 * minute: in the end there is one sector, sealed once, and nothing is left running.
 */
class DemoResumeScenarioTest {
  private static final Pattern NODE_AT = Pattern.compile("✓ node .*at (http://[0-9.:]+)");
  private static final Pattern CHAIN_AT = Pattern.compile("✓ local chain .*at (http://[^ ]+)");
  private static final Pattern SECTOR = Pattern.compile("^Sector (f[0-9]+/[0-9]+)");
  private static final Pattern TO_LOOK_AT = Pattern.compile("^  (http://[^ ]+)$");

  private static final String GO_ON = "Go on with  ./granary demo --resume --data";

  /** As a shell reports the end by SIGINT. */
  private static final int INTERRUPTED = 130;

  /** Node and Cassandra each have 30 s to end in order before they are killed. */
  private static final Duration END_LIMIT = Duration.ofSeconds(90);

  /** Everything the demo has started is closed before it ends itself. */
  private static final Duration AT_ONCE = Duration.ofSeconds(3);

  /** In their order; messages take a second each on the devnet. */
  private static final List<String> STATES =
      List.of(
          "Filling",
          "PreCommit1",
          "PreCommit2",
          "PreCommitting",
          "WaitSeed",
          "Commit1",
          "Commit2",
          "Committing",
          "Finalizing",
          "Proving");

  /** The events that end a stage, and each may happen once only. */
  private static final Set<String> STAGE_ENDS =
      Set.of(
          "SectorCreated",
          "PieceAdded",
          "TicketDrawn",
          "PreCommit1Completed",
          "PreCommit2Completed",
          "PreCommitSeen",
          "SeedDrawn",
          "Commit1Completed",
          "Commit2Completed",
          "CommitSeen",
          "Finalized",
          "FirstProven");

  @TempDir Path folder;

  private final List<DemoProcess> killed = new ArrayList<>();
  private final List<String> history = new ArrayList<>();
  private String replica = "";
  private String sector = "";
  private int interruptions;

  @Test
  void finishesTheSameSectorWithNothingDoneTwice_whenInterruptedAtEveryStage() throws Exception {
    Path file = folder.resolve("photo");
    byte[] bytes = new byte[1_900];
    new Random(11).nextBytes(bytes);
    Files.write(file, bytes);
    Map<String, String> parameters = parameters();
    List<String> arguments =
        List.of(file.toString(), "--data", folder.resolve("d").toString(), "--sector-size", "2KiB");

    interrupt(arguments, 1, demo -> demo.await("✓ Cassandra"));
    List<String> resumed = new ArrayList<>(arguments);
    resumed.add("--resume");
    interrupt(resumed, 1, DemoResumeScenarioTest::minerLanded);
    interrupt(resumed, 2, inState("Filling"));
    // The file is not needed any more.
    Files.delete(file);
    kill(resumed, inState("PreCommit2"));
    interrupt(resumed, 1, inState("WaitSeed"));
    interrupt(resumed, 1, inState("Commit2"));
    kill(resumed, inState("Commit2"));
    interrupt(resumed, 1, demo -> demo.await("✓ proven, period"));
    interruptAtTheEnd(resumed, demo -> demo.await("… unsealing the piece"));

    resumed.add("--keep");
    try (DemoProcess demo = DemoProcess.start(resumed)) {
      demo.await("Ctrl-C ends it");
      assertThat(demo.said()).contains("The bytes came back equal.");
      lookAround(demo);
      assertNothingWasDoneTwice(demo);
      demo.interrupt();
      assertThat(demo.awaitExit(END_LIMIT)).isEqualTo(INTERRUPTED);
      demo.assertNothingLeft(AT_ONCE);
    }
    assertThat(parameters()).as("the parameter cache").isEqualTo(parameters);
  }

  /** When to strike; the demo waits for it while it runs. */
  private interface Moment {
    void await(DemoProcess demo);
  }

  /** Its message was executed, but too few epochs ago for the demo to know its miner. */
  private static void minerLanded(DemoProcess demo) {
    URI chain = URI.create(demo.await(CHAIN_AT));
    demo.await("CreateMiner on chain", () -> !messages(chain, "f04").isEmpty());
  }

  /** The sector is in {@code wanted}, or later when that was too fast to be seen. */
  private Moment inState(String wanted) {
    return demo -> {
      NodeClient node = new NodeClient(URI.create(demo.await(NODE_AT)));
      sector = demo.await(SECTOR);
      demo.await(wanted, () -> STATES.indexOf(state(node)) >= STATES.indexOf(wanted));
      if (wanted.equals("Commit2")) {
        demo.await("a C2 child at work", () -> worksAtCommit2(demo));
      }
    };
  }

  /** Empty while nobody answers. */
  private String state(NodeClient node) {
    try {
      return node.get("/v1/sectors/" + sector).path("state").path("state").asText();
    } catch (NodeException e) {
      return "";
    }
  }

  private static boolean worksAtCommit2(DemoProcess demo) {
    return demo.others().stream()
        .anyMatch(other -> other.info().commandLine().orElse("").contains("--class gpu"));
  }

  /** Ctrl-C, {@code times} times; the demo and all of its processes end in order. */
  private void interrupt(List<String> arguments, int times, Moment moment) throws Exception {
    assertThat(interrupted(arguments, times, moment)).contains(GO_ON);
  }

  /** Ctrl-C in its last tenths of a second: it may be done before it is ended, and says so. */
  private void interruptAtTheEnd(List<String> arguments, Moment moment) throws Exception {
    assertThat(interrupted(arguments, 1, moment))
        .satisfiesAnyOf(
            said -> assertThat(said).contains(GO_ON),
            said ->
                assertThat(said)
                    .contains("The bytes came back equal.")
                    .contains("It was done by then: there is nothing to go on with."));
  }

  /** What it said until it ended. */
  private String interrupted(List<String> arguments, int times, Moment moment) throws Exception {
    interruptions++;
    try (DemoProcess demo = DemoProcess.start(arguments)) {
      moment.await(demo);
      rememberDurable(demo);
      for (int time = 0; time < times; time++) {
        demo.interrupt();
        Thread.sleep(100);
      }
      assertThat(demo.awaitExit(END_LIMIT)).isEqualTo(INTERRUPTED);
      demo.assertNothingLeft(AT_ONCE);
      assertThat(demo.said()).anyMatch(line -> line.startsWith("Interrupted"));
      requireKilledOnesGone();
      return String.join("\n", demo.said());
    }
  }

  /** kill -9. The next run begins while what this one had started is still ending. */
  private void kill(List<String> arguments, Moment moment) throws Exception {
    interruptions++;
    DemoProcess demo = DemoProcess.start(arguments);
    killed.add(demo);
    moment.await(demo);
    rememberDurable(demo);
    demo.kill();
    demo.awaitExit(END_LIMIT);
  }

  private void requireKilledOnesGone() {
    killed.forEach(demo -> demo.assertNothingLeft(AT_ONCE));
    killed.clear();
  }

  @AfterEach
  void leaveNothing() {
    killed.forEach(DemoProcess::close);
  }

  /** Every event so far, and the replica once it is made. */
  private void rememberDurable(DemoProcess demo) throws IOException {
    Optional<String> node = demo.find(NODE_AT);
    if (node.isEmpty() || sector.isEmpty()) {
      return;
    }
    JsonNode now = new NodeClient(URI.create(node.get())).get("/v1/sectors/" + sector + "/history");
    remember(now.path("events"));
  }

  private void remember(JsonNode events) throws IOException {
    List<String> lines = new ArrayList<>();
    events.forEach(event -> lines.add(event.toString()));
    assertThat(lines.stream().limit(history.size()))
        .as("the history goes on from what it was")
        .containsExactlyElementsOf(history);
    history.clear();
    history.addAll(lines);
    if (lines.stream().anyMatch(line -> line.contains("PreCommit2Completed"))) {
      Path sealed =
          folder.resolve("d/node/storage/sealed/s-t0" + sector.substring(2).replace('/', '-'));
      String found = Files.readAttributes(sealed, "unix:ino,lastModifiedTime").toString();
      assertThat(replica).as("the replica is made once").isIn("", found);
      replica = found;
    }
  }

  private void lookAround(DemoProcess demo) throws IOException, InterruptedException {
    List<String> addresses =
        demo.said().stream()
            .map(TO_LOOK_AT::matcher)
            .filter(Matcher::find)
            .map(matcher -> matcher.group(1))
            .toList();
    assertThat(addresses).hasSizeGreaterThanOrEqualTo(4);
    for (String address : addresses) {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(address).isEqualTo(200);
      assertThat(answer.body()).as(address).startsWith("{");
    }
  }

  private void assertNothingWasDoneTwice(DemoProcess demo) throws IOException {
    NodeClient node = new NodeClient(URI.create(demo.await(NODE_AT)));
    JsonNode live = node.get("/v1/sectors/" + sector);
    JsonNode replayed = node.get("/v1/sectors/" + sector + "/history");
    assertThat(replayed.path("sequence")).isEqualTo(live.path("sequence"));
    assertThat(replayed.path("state")).isEqualTo(live.path("state"));
    JsonNode events = replayed.path("events");
    remember(events);
    Map<String, Integer> ends = new TreeMap<>();
    Map<String, String> finished = new HashMap<>();
    int lost = 0;
    for (JsonNode event : events) {
      String name = event.path("event").asText();
      if (STAGE_ENDS.contains(name)) {
        ends.merge(name, 1, Integer::sum);
      }
      JsonNode fields = event.path("fields");
      if (name.endsWith("Completed") || name.equals("PieceAdded") || name.equals("Finalized")) {
        finished.put(fields.path("run.job").asText(), name);
      } else if (name.equals("JobRequested")) {
        assertThat(finished)
            .as("jobs that are done")
            .doesNotContainKey(fields.path("job").asText());
      }
      assertThat(name).as("event %s", event).isNotIn("SentBack", "SectorParked");
      if (name.equals("JobFailed")) {
        // The only failure there may be: the node was told to end, and its worker said so.
        assertThat(fields.path("failure.kind").asText()).as("event %s", event).isEqualTo("LOST");
        assertThat(fields.path("failure.message").asText()).endsWith("stopped while it ran");
        lost++;
      }
    }
    assertThat(lost).as("jobs lost by the node's end").isLessThanOrEqualTo(interruptions);
    assertThat(ends).containsOnlyKeys(STAGE_ENDS).allSatisfy((name, n) -> assertThat(n).isOne());

    URI chain = URI.create(demo.await(CHAIN_AT));
    Map<Long, Integer> messages = messages(chain, sector.substring(0, sector.indexOf('/')));
    assertThat(messages).containsEntry(MinerMethod.PRE_COMMIT_SECTOR_BATCH_2, 1);
    assertThat(messages).containsEntry(MinerMethod.PROVE_COMMIT_SECTORS_3, 1);
    assertThat(messages(chain, "f04")).isEqualTo(Map.of(PowerMethod.CREATE_MINER, 1));
    assertThat(node.get("/v1/sectors").path("sectors")).hasSize(1);
  }

  private static Map<Long, Integer> messages(URI chain, String to) {
    try {
      return ChainMessages.to(chain, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Every file of the parameter cache with its size and time. */
  private static Map<String, String> parameters() throws IOException {
    String named = System.getenv("GRANARY_PARAMETER_CACHE");
    Path cache =
        named == null || named.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache/granary/parameters")
            : Path.of(named);
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> entries = Files.list(cache)) {
      for (Path entry : entries.toList()) {
        files.put(
            entry.getFileName().toString(),
            Files.readAttributes(entry, "size,lastModifiedTime").toString());
      }
    }
    assertThat(files).as("parameters in " + cache).isNotEmpty();
    return files;
  }
}
