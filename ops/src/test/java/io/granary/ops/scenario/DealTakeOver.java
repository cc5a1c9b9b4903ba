package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.demo.NodeProcess;
import io.granary.ops.node.NodeConfiguration;
import io.granary.ops.stage.DealDrafts;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Two nodes share a staging. The one that fetches a deal's data is killed with SIGKILL in the midst
 * of it, and the other goes on by range where the deal's events say.
 */
final class DealTakeOver {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String FIRST = "node-1";
  private static final String SECOND = "node-2";
  private static final int DATA_BYTES = 1800;

  /** New deals go to the node with the fewest: one of so many lives on the second. */
  private static final int DEALS_MAX = 20;

  private final Stage stage;
  private final DealClient client;
  private final SlowFiles files;
  private final Path shared;

  DealTakeOver(Stage stage, DealClient client, SlowFiles files, Path shared) {
    this.stage = stage;
    this.client = client;
    this.files = files;
    this.shared = shared;
  }

  void run() throws IOException {
    Files.createDirectory(shared);
    String staging =
        "granary.prover.storage.shared-staging = " + NodeConfiguration.quoted(shared.toString());
    stage.configure(staging);
    stage.restart();
    try (NodeProcess second = stage.join(SECOND, staging)) {
      second.awaitReady();
      await().atMost(LIMIT).until(() -> membersUp() == 2);
      String name = transferOnSecond();
      second.kill();
      await()
          .atMost(LIMIT)
          .until(
              () -> client.events(DealDrafts.id(name)), events -> events.contains("PieceVerified"));
      check(name);
    }
  }

  private long membersUp() {
    return stage
        .client()
        .get("/cluster/members")
        .path("members")
        .findValuesAsText("status")
        .stream()
        .filter("Up"::equals)
        .count();
  }

  /** The name of a deal of which half has come at most, and no more comes, on the second node. */
  private String transferOnSecond() {
    for (int i = 0; i < DEALS_MAX; i++) {
      String name = "taken-over-" + i;
      byte[] data = data(name);
      DealParams deal = client.draft(name, data, files.serveHalf(name, data));
      assertThat(client.propose(deal)).isEqualTo(DealResponse.yes());
      await().atMost(LIMIT).until(() -> !received(deal.id()).isEmpty());
      if (node(received(deal.id()).get(0)).equals(SECOND)) {
        assertThat(files.offsets(name)).containsExactly(0);
        return name;
      }
    }
    throw new AssertionError("none of " + DEALS_MAX + " deals lives on " + SECOND);
  }

  private static byte[] data(String name) {
    byte[] data = new byte[DATA_BYTES];
    new Random(name.hashCode()).nextBytes(data);
    return data;
  }

  private List<JsonNode> received(DealId deal) {
    return client.history(deal).stream()
        .filter(event -> event.path("event").asText().equals("DataReceived"))
        .toList();
  }

  private static String node(JsonNode event) {
    return event.path("node").asText();
  }

  private static int bytes(JsonNode received) {
    return received.path("fields").path("receivedBytes").asInt();
  }

  private void check(String name) throws IOException {
    List<JsonNode> history = client.history(DealDrafts.id(name));
    assertThat(history.stream().map(event -> event.path("event").asText()))
        .containsOnlyOnce("DealProposed", "DealAccepted", "TransferCompleted")
        .doesNotContain("TransferRestarted", "PieceMismatched", "DealFailed");
    List<JsonNode> received = received(DealDrafts.id(name));
    List<JsonNode> before = received.stream().filter(e -> node(e).equals(SECOND)).toList();
    List<JsonNode> after = received.subList(before.size(), received.size());
    assertThat(after).as("after %s", before).isNotEmpty().allMatch(e -> node(e).equals(FIRST));
    int from = bytes(after.get(0));
    assertThat(from)
        .as("where %s goes on", FIRST)
        .isBetween(bytes(before.get(before.size() - 1)), DATA_BYTES / 2);
    assertThat(files.offsets(name)).containsExactly(0, from);
    JsonNode completed =
        history.stream()
            .filter(event -> event.path("event").asText().equals("TransferCompleted"))
            .findFirst()
            .orElseThrow();
    assertThat(node(completed)).isEqualTo(FIRST);
    assertThat(
            Files.readAllBytes(shared.resolve(completed.path("fields").path("file.path").asText())))
        .as("staged for %s", name)
        .isEqualTo(data(name));
  }
}
