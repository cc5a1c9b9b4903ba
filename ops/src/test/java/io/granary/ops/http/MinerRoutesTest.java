package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.stage.Http;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Miners, their deadlines, and orders for sectors. */
@ExtendWith(StageExtension.class)
class MinerRoutesTest {
  private ManagementStage stage;
  private Http http;

  @BeforeEach
  void take(ManagementStage given) {
    stage = given;
    http = new Http(given);
  }

  @Test
  void tellsTheMessageFirst_andTheMinerWhenItLanded() {
    JsonNode accepted = http.post("/v1/miners", "{\"sectorSize\":\"2kib\"}").json(202);
    String message = accepted.path("repeat").path("message").asText();
    assertThat(accepted.path("waitsFor").asText()).contains(message);
    JsonNode created = http.post("/v1/miners", accepted.path("repeat").toString()).json(200);
    assertThat(created.path("miner").asText()).matches("f0[0-9]+");
    assertThat(created.path("message").asText()).isEqualTo(message);
    assertThat(miners())
        .anySatisfy(row -> assertThat(row.path("miner")).isEqualTo(created.path("miner")));
    // Heard once or ten times, it is the same miner.
    assertThat(http.post("/v1/miners", accepted.path("repeat").toString()).json(200))
        .isEqualTo(created);
  }

  private JsonNode miners() {
    return http.get("/v1/miners").json(200).path("miners");
  }

  @Test
  void describesTheMiner_onceItWasReadFromTheChain() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(miners())
                    .anySatisfy(
                        row -> {
                          assertThat(row.path("miner").asText()).isEqualTo(stage.miner());
                          assertThat(row.path("sectorSize").asText()).isEqualTo("2KiB");
                          assertThat(row.path("worker").asText()).startsWith("f3");
                          assertThat(row.path("sectorsInMotion").isIntegralNumber()).isTrue();
                        }));
  }

  @Test
  void worksForAMinerOfTheChain_whenItsKeyIsInTheWallet() {
    assertThat(http.post("/v1/miners", "{\"miner\":\"t01000\"}").json(200).path("miner").asText())
        .isEqualTo("f01000");
    assertThat(miners())
        .anySatisfy(row -> assertThat(row.path("miner").asText()).isEqualTo("f01000"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/miners | {\"miner\":\"f0999999\"} | chain node",
        "/v1/miners |"
            + " {\"message\":\"bafy2bzaceaa43et73tgxsoh2xizd4mxhbrcfig4kqp25zfa5scdgkzppllyuu\"} |"
            + " message:",
        "/v1/miners/f0999999/sectors | {} | does not work for f0999999"
      })
  void answersNotFound_whenTheChainOrTheNodeHasNoneSuch(String path, String body, String expected) {
    assertThat(http.post(path, body).problem(404)).contains(expected);
  }

  @ParameterizedTest
  @CsvSource({"relative/file, absolute", "/none/such, no readable file", "/, no readable file"})
  void namesTheFile_whenItCannotBeStored(String file, String expected) {
    assertThat(order("{\"file\":\"" + file + "\"}").problem(400))
        .startsWith("file:")
        .contains(expected);
  }

  @Test
  void namesTheFile_whenItIsEmptyOrTooLong() throws IOException {
    stage.order();
    assertThat(order("{\"file\":\"" + stage.file(0) + "\"}").problem(400)).contains("is empty");
    assertThat(order("{\"file\":\"" + stage.file(2033) + "\"}").problem(400))
        .contains("is larger than the miner's sectors");
  }

  @Test
  void orderingTwiceWithOneIdIsOneSector() {
    stage.order();
    JsonNode first = order("{\"orderId\":\"once\"}").json(200);
    assertThat(order("{\"orderId\":\"once\"}").json(200)).isEqualTo(first);
    assertThat(order("{\"orderId\":\"twice\"}").json(200)).isNotEqualTo(first);
  }

  private Http.Answer order(String body) {
    return http.post("/v1/miners/" + stage.miner() + "/sectors", body);
  }

  @Test
  void deadlinesCoverThePeriod_andOneIsCurrent() {
    JsonNode answer = http.get("/v1/miners/" + stage.miner() + "/deadlines").json(200);
    JsonNode rows = answer.path("deadlines");
    assertThat(rows).hasSize(3);
    assertThat(answer.path("provingPeriod").asLong()).isEqualTo(60);
    long epoch = answer.path("epoch").asLong();
    int current = 0;
    for (JsonNode row : rows) {
      assertThat(row.path("close").asLong() - row.path("open").asLong()).isEqualTo(20);
      assertThat(row.path("close").asLong()).isGreaterThan(epoch);
      boolean open = row.path("open").asLong() <= epoch;
      assertThat(row.path("current").asBoolean()).isEqualTo(open);
      current += open ? 1 : 0;
    }
    assertThat(current).isLessThanOrEqualTo(1);
  }

  @Test
  void deadlineTellsItsRunAndItsHistory() {
    stage.awaitState(stage.order(), "Proving");
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(this::provenSomewhere);
  }

  /** Some deadline has proven a partition, and its answers fit each other. */
  private boolean provenSomewhere() {
    for (int index = 0; index < 3; index++) {
      String path = "/v1/miners/" + stage.miner() + "/deadlines/" + index;
      JsonNode live = http.get(path).json(200);
      assertThat(live.path("deadline").asInt()).isEqualTo(index);
      assertThat(live.has("open")).isEqualTo(live.path("running").asBoolean());
      JsonNode events = http.get(path + "/history").json(200).path("events");
      for (JsonNode event : events) {
        if (event.path("event").asText().equals("ProvenInPeriod")) {
          assertThat(event.path("detail").asText()).contains("landed at epoch");
          assertThat(event.path("fields").has("stamp")).isFalse();
          assertThat(http.get(path + "/history?limit=1").json(200).path("next").asInt())
              .isEqualTo(2);
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void refusesToRetryAPartition_thatIsNotParked() {
    String path = "/v1/miners/" + stage.miner() + "/deadlines/";
    int status = http.post(path + "0/partitions/9/retry", "").status();
    assertThat(status).isIn(404, 409);
    assertThat(http.post(path + "first/partitions/0/retry", "").problem(400))
        .startsWith("deadline:");
    assertThat(http.post(path + "0/partitions/first/retry", "").problem(400))
        .startsWith("partition:");
    assertThat(http.get(path + "0/history?at=5").problem(400)).startsWith("at: unknown");
  }

  @Test
  void proversTellWorkersAndWhatWaits() {
    JsonNode answer = http.get("/v1/provers").json(200);
    assertThat(answer.path("waitingTotal").asInt()).isEqualTo(7);
    JsonNode worker = answer.path("workers").path(0);
    assertThat(worker.path("worker").asText()).isEqualTo("worker-1");
    assertThat(worker.path("slots").path("SDR").asInt()).isEqualTo(2);
    assertThat(worker.path("running").path(0).path("subject").asText()).isEqualTo("f01001/7");
    assertThat(answer.path("waiting").path(0).path("lastUsefulEpoch").asLong()).isEqualTo(3000);
    assertThat(worker.path("quarantined").path(0).path("reason").asText()).isEqualTo("it dies");
  }

  @Test
  void releasesAWorkerFromItsQuarantine_andNothingElse() {
    assertThat(release("worker-9", "SDR").problem(404)).startsWith("worker: ");
    assertThat(release("worker-1", "GPU").problem(409)).startsWith("class: ");
    assertThat(release("worker-1", "sdr").problem(400)).startsWith("class: ");
    assertThat(http.post("/v1/provers/release", "{\"worker\":\"worker-1\"}").problem(400))
        .startsWith("class: ");
    int before = stage.released().size();
    JsonNode answer = release("worker-1", "SDR").json(200);
    assertThat(answer.path("reason").asText()).isEqualTo("it dies");
    assertThat(stage.released()).hasSize(before + 1).last().isEqualTo("worker-1 SDR");
  }

  private Http.Answer release(String worker, String jobClass) {
    return http.post(
        "/v1/provers/release", "{\"worker\":\"" + worker + "\",\"class\":\"" + jobClass + "\"}");
  }
}
