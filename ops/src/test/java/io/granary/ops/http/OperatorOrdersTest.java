package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.stage.Http;
import io.granary.ops.stage.InstantPool;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.SectorId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator orders of sectors, and what is refused. */
@ExtendWith(StageExtension.class)
class OperatorOrdersTest {
  @TempDir Path folder;
  private ManagementStage stage;
  private Http http;

  @BeforeEach
  void take(ManagementStage given) {
    stage = given;
    http = new Http(given);
  }

  @ParameterizedTest
  @CsvSource({
    "retry, {}",
    "remove, '{\"reason\":\"mistake\"}'",
    "unseal, '{\"output\":\"/tmp/x\"}'"
  })
  void refuses_whenTheSectorWasNeverStarted(String order, String body) {
    String path = "/v1/sectors/f099/1/" + order;
    String given = order.equals("unseal") ? "{\"output\":\"" + folder.resolve("x") + "\"}" : body;
    assertThat(http.post(path, given).problem(404)).contains("f099/1");
  }

  @Test
  void parkedSectorGoesOn_whenRetried() throws IOException {
    ManagementStage.Parked parked = stage.orderParked();
    JsonNode state = http.get("/v1/sectors/" + parked.sector()).json(200).path("state");
    assertThat(state.path("stage").asText()).isEqualTo("Filling");
    assertThat(state.path("reason").asText()).contains("cannot be read");
    stage.mend(parked);
    JsonNode answer = http.post("/v1/sectors/" + parked.sector() + "/retry", "").json(200);
    assertThat(answer.path("sector").asText()).isEqualTo(parked.sector().toString());
    stage.awaitState(parked.sector(), "Proving");
    assertThat(http.post("/v1/sectors/" + parked.sector() + "/retry", "{}").problem(409))
        .contains("NOT_PARKED");
  }

  @Test
  void parkedSectorIsRemoved_whenGivenUp() throws IOException {
    SectorId sector = stage.orderParked().sector();
    String path = "/v1/sectors/" + sector + "/remove";
    assertThat(http.post(path, "{}").problem(400)).contains("reason: is required");
    http.post(path, "{\"reason\":\"the piece is lost\"}").json(200);
    JsonNode removed = stage.awaitState(sector, "Removed");
    assertThat(removed.path("state").path("reason").asText()).isEqualTo("the piece is lost");
    assertThat(http.post("/v1/sectors/" + sector + "/unseal", output("gone")).problem(409))
        .contains("Removed");
  }

  @Test
  void sectorOnChainStays_whenGivenUp() {
    SectorId sector = stage.order();
    stage.awaitState(sector, "Proving");
    assertThat(
            http.post("/v1/sectors/" + sector + "/remove", "{\"reason\":\"mistake\"}").problem(409))
        .contains("ON_CHAIN");
    assertThat(http.post("/v1/sectors/" + sector + "/unseal", output("empty")).problem(409))
        .contains("holds no piece");
  }

  @Test
  void pieceIsWritten_whenUnsealed() throws IOException {
    SectorId sector =
        stage.order(
            com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("file", stage.file(InstantPool.PAYLOAD.length).toString()));
    stage.awaitState(sector, "Proving");
    String path = "/v1/sectors/" + sector + "/unseal";
    JsonNode answer = http.post(path, output("piece")).json(200);
    assertThat(answer.path("bytes").asLong()).isEqualTo(InstantPool.PAYLOAD.length);
    assertThat(folder.resolve("piece")).hasBinaryContent(InstantPool.PAYLOAD);
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
    assertThat(http.post(path, output("piece")).problem(400)).contains("exists already");
    assertThat(http.post(path, "{\"output\":\"piece\"}").problem(400)).contains("absolute");
    assertThat(http.post(path, output("none/piece")).problem(400)).contains("output:");
    assertThat(Files.exists(folder.resolve("none"))).isFalse();
  }

  private String output(String name) {
    return "{\"output\":\"" + folder.resolve(name) + "\"}";
  }

  @Test
  void listTellsWhyASectorIsParked() throws IOException {
    SectorId sector = stage.orderParked().sector();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(
                        http.get("/v1/sectors?state=Parked&limit=1000").json(200).path("sectors"))
                    .anySatisfy(
                        row -> {
                          assertThat(row.path("sector").asText()).isEqualTo(sector.toString());
                          assertThat(row.path("detail").asText()).contains("cannot be read");
                        }));
  }
}
