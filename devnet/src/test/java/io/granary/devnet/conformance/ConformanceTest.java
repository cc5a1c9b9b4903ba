package io.granary.devnet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.ChainDriver;
import io.granary.devnet.Devnet;
import io.granary.devnet.DevnetSettings;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.RpcClient;
import io.granary.protocol.SectorSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Walks the folder of recordings. For each the devnet was asked the same in the same situation, and
 * its answer has the same HTTP status, the same shape, names and JSON types, and for wrong inputs
 * the same code and kind of message; or the recording is left out by name, with the reason.
 */
class ConformanceTest {
  @TempDir static Path directory;
  private static final Map<String, Answer> ANSWERS = new LinkedHashMap<>();
  private static Devnet devnet;
  private static RpcClient client;

  @BeforeAll
  static void liveTheRecordedLife() throws Exception {
    DevnetSettings settings =
        Policies.settings(
                "granary.devnet { production = stepped, profile = 2k, verify-all-posts = false,"
                    + " network-name = testing }")
            .at(directory, 0)
            .withPreSealed(
                SectorSize.SIZE_2KIB, List.of(ChainDriver.preSealed(0), ChainDriver.preSealed(1)));
    devnet = Devnet.start(settings, new FakeVerifier());
    client = new RpcClient(devnet);
    Provider provider = new Provider(devnet, client);
    NodeStage node = new NodeStage(provider);
    MessageStage messages = new MessageStage(provider);
    SealingStage sealing = new SealingStage(provider);
    SectorQueriesStage sectors = new SectorQueriesStage(provider);
    node.wallet();
    node.node();
    node.transport();
    NotifyStage.subscribe(provider);
    messages.funding();
    node.actors();
    messages.secp();
    messages.estimates();
    sealing.createMiner();
    messages.refusals();
    messages.signedPushes();
    devnet.step(2);
    devnet.step(0);
    node.chain();
    sealing.fundMiner();
    sealing.preCommit(1);
    sealing.wrongPreCommits();
    sectors.committed(sealing.proveCommit(1));
    long deadline =
        provider
            .result("StateSectorPartition", provider.miner, 1, List.of())
            .get("Deadline")
            .asLong();
    ProvingStage proving = new ProvingStage(provider, deadline);
    FaultStage faults = new FaultStage(provider, proving, deadline);
    proving.firstWindow();
    faults.disputeOfAGoodPost();
    sealing.preCommit(2);
    sealing.wrongProofs();
    sealing.proveCommit(2);
    sectors.proven(deadline);
    faults.badPost();
    faults.upheldDispute();
    faults.recoveryUnderDebt();
    faults.recoveryWindow();
    faults.missedWindow();
    faults.healing();
    new MiningStage(provider).mine();
    faults.declaredFault();
    faults.termination();
    ANSWERS.putAll(provider.answers());
  }

  @AfterAll
  static void stop() {
    devnet.close();
  }

  @TestFactory
  Stream<DynamicTest> answersAlike_whenAskedAsRecorded() {
    return Recordings.all().keySet().stream()
        .filter(name -> !name.startsWith(Recordings.DEALS))
        .map(
            name ->
                LeftOut.reason(name)
                    .map(
                        reason ->
                            DynamicTest.dynamicTest(
                                name + " (left out: " + reason + ")", () -> leftOut(name)))
                    .orElseGet(() -> DynamicTest.dynamicTest(name, () -> compare(name))));
  }

  /** What is said not to be served must not be served, so that the list stays true. */
  private static void leftOut(String name) throws Exception {
    assertThat(ANSWERS).doesNotContainKey(name);
    if (!LeftOut.RECORDINGS.containsKey(name)) {
      String method = Recordings.method(name).orElseThrow();
      JsonNode response = client.call(method);
      assertThat(response.at("/error/code").asInt()).as(method).isEqualTo(-32601);
    }
  }

  private static void compare(String name) {
    assertThat(ANSWERS).as("asked: " + name).containsKey(name);
    JsonNode recorded = Recordings.get(name);
    Answer answer = Optional.ofNullable(ANSWERS.get(name)).orElseThrow();
    if (recorded.has("http_status")) {
      assertThat(answer.httpStatus()).isEqualTo(recorded.get("http_status").asInt());
    }
    if (name.startsWith("transport--")) {
      compareTransport(name, recorded, answer.body());
    } else if (name.startsWith("ChainNotify")) {
      NotifyStage.compare(recorded, answer.body());
    } else {
      Comparison.response(name, recorded, answer.body());
    }
  }

  private static void compareTransport(String name, JsonNode recorded, JsonNode body) {
    if (!recorded.has("response_body")) {
      return; // only the status was recorded
    }
    String text = recorded.get("response_body").asText();
    if (text.isEmpty()) {
      assertThat(body.isMissingNode()).as("no body").isTrue();
      return;
    }
    JsonNode expected = parse(text);
    if (expected.isArray()) {
      assertThat(body).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        Comparison.response(name, expected.get(i), body.get(i));
      }
    } else {
      assertThat(body.get("id")).isEqualTo(expected.get("id"));
      Comparison.response(name, expected, body);
    }
  }

  private static JsonNode parse(String text) {
    try {
      return RpcClient.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void leavesNothingOutInVain() {
    List<String> unused = new ArrayList<>(LeftOut.METHODS.keySet());
    for (String name : Recordings.all().keySet()) {
      Recordings.method(name)
          .ifPresent(method -> unused.remove(method.substring(method.indexOf('.') + 1)));
    }
    assertThat(unused).isEmpty();
    assertThat(Recordings.all()).containsKeys(LeftOut.RECORDINGS.keySet().toArray(String[]::new));
    assertThat(Recordings.all()).containsKeys(LeftOut.TEXTS.keySet().toArray(String[]::new));
  }

  @Test
  void comparesMostOfTheFolder() {
    assertThat(ANSWERS).hasSizeGreaterThan(300);
  }
}
