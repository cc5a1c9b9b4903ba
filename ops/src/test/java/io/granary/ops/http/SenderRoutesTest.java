package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.stage.Http;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The addresses that messages go from, against the devnet. */
@ExtendWith(StageExtension.class)
class SenderRoutesTest {
  private ManagementStage stage;
  private Http http;

  @BeforeEach
  void take(ManagementStage given) {
    stage = given;
    http = new Http(given);
  }

  private JsonNode senders() {
    return http.get("/v1/senders").json(200).path("senders");
  }

  @Test
  void tellsBalanceNoncesAndReserve_ofTheWorkersAddress() {
    stage.order();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(senders())
                    .anySatisfy(
                        row -> {
                          assertThat(row.path("miners"))
                              .anySatisfy(
                                  miner -> assertThat(miner.asText()).isEqualTo(stage.miner()));
                          assertThat(row.path("balance").asText()).matches("[0-9]+");
                          assertThat(row.path("postReserve").asText()).matches("[1-9][0-9]*");
                          assertThat(row.path("chainNonce").isIntegralNumber()).isTrue();
                        }));
  }

  @Test
  void tellsOfAMessageOnItsWay_withNonceCostAndWhatItWaitsFor() {
    stage.order();
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () ->
                assertThat(senders().findValues("messages"))
                    .anySatisfy(
                        messages ->
                            assertThat(messages)
                                .anySatisfy(
                                    message -> {
                                      assertThat(message.path("purpose").asText())
                                          .isEqualTo("PRE_COMMIT");
                                      assertThat(message.path("nonce").isIntegralNumber()).isTrue();
                                      assertThat(message.path("costMax").asText())
                                          .matches("[1-9][0-9]*");
                                      assertThat(message.path("waitsFor").asText())
                                          .isIn("LANDING", "CONFIRMATION");
                                    })));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThat(http.get("/v1/senders?state=Signed").problem(400)).startsWith("state:");
  }
}
