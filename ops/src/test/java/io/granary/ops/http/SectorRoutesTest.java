package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granary.ops.stage.Http;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorHistory;
import io.granary.protocol.sector.SectorView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code /v1/sectors} tells, about three sectors that were sealed and rest. */
@ExtendWith(StageExtension.class)
class SectorRoutesTest {
  private static final List<SectorId> SECTORS = new ArrayList<>();
  private static ManagementStage stage;
  private static Http http;

  @BeforeAll
  static void sealThree(ManagementStage given) {
    stage = given;
    http = new Http(given);
    for (int i = 0; i < 3; i++) {
      SECTORS.add(stage.order());
    }
    SECTORS.forEach(sector -> stage.awaitState(sector, "Proving"));
    SECTORS.forEach(
        sector ->
            await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> row(sector), r -> r.equals("Proving")));
  }

  private static String row(SectorId sector) {
    for (JsonNode row : http.get("/v1/sectors?limit=1000").json(200).path("sectors")) {
      if (row.path("sector").asText().equals(sector.toString())) {
        return row.path("state").asText();
      }
    }
    return "none";
  }

  private static SectorId first() {
    return SECTORS.get(0);
  }

  private static List<String> names(JsonNode page) {
    return page.path("sectors").findValuesAsText("sector");
  }

  @Test
  void listsByMinerAndNumber_inPagesOfTheLimit() {
    List<String> all = names(http.get("/v1/sectors?limit=1000").json(200));
    assertThat(all).contains(SECTORS.stream().map(SectorId::toString).toArray(String[]::new));
    assertThat(all.stream().map(SectorId::parse).toList()).isSorted();
    List<String> paged = new ArrayList<>();
    String query = "?limit=2";
    while (true) {
      JsonNode page = http.get("/v1/sectors" + query).json(200);
      assertThat(page.path("sectors").size()).isLessThanOrEqualTo(2);
      paged.addAll(names(page));
      if (!page.has("next")) {
        break;
      }
      query = "?limit=2&after=" + page.path("next").asText();
    }
    assertThat(paged).containsAll(all).doesNotHaveDuplicates();
  }

  @Test
  void listsOnlyWhatFits_whenFiltered() {
    assertThat(names(http.get("/v1/sectors?state=Proving&miner=" + stage.miner()).json(200)))
        .contains(first().toString());
    assertThat(names(http.get("/v1/sectors?state=Removing").json(200)))
        .doesNotContain(first().toString());
    assertThat(names(http.get("/v1/sectors?miner=f099").json(200))).isEmpty();
    assertThat(names(http.get("/v1/sectors?after=" + first()).json(200)))
        .doesNotContain(first().toString())
        .contains(SECTORS.get(1).toString());
  }

  @Test
  void rowSaysWhoWhereAndUntilWhen() {
    JsonNode row =
        http.get("/v1/sectors?limit=1&miner=" + stage.miner() + "&after=" + before(first()))
            .json(200)
            .path("sectors")
            .path(0);
    assertThat(row.path("sector").asText()).isEqualTo(first().toString());
    assertThat(row.path("miner").asText()).isEqualTo(stage.miner());
    assertThat(row.path("number").asLong()).isEqualTo(first().number().value());
    assertThat(row.path("deadline").isIntegralNumber()).isTrue();
    assertThat(row.path("partition").isIntegralNumber()).isTrue();
    assertThat(row.path("expiration").asLong()).isGreaterThan(1000);
    assertThat(Instant.parse(row.path("updated").asText())).isBefore(Instant.now());
  }

  private static String before(SectorId sector) {
    return sector.number().value() == 0
        ? "f00/0"
        : sector.miner() + "/" + (sector.number().value() - 1);
  }

  @ParameterizedTest
  @CsvSource({
    "'/v1/sectors?limit=0', limit:",
    "'/v1/sectors?limit=1001', limit:",
    "'/v1/sectors?limit=ten', limit:",
    "'/v1/sectors?limit=1&limit=2', limit: given twice",
    "'/v1/sectors?miner=me', miner:",
    "'/v1/sectors?state=Provin', state:",
    "'/v1/sectors?after=7', after:",
    "'/v1/sectors?after=f01000/x', after:",
    "'/v1/sectors?sate=Proving', sate: unknown query parameter",
    "/v1/sectors/me/1, miner:",
    "/v1/sectors/f0/1, miner:",
    "/v1/sectors/f09223372036854775808/1, miner:",
    "/v1/sectors/f01000/one, number:",
    "/v1/sectors/f01000/-1, number:",
    "/v1/sectors/f01000/9223372036854775808, number:",
    "'/v1/sectors/f01000/1/history?at=yesterday', at:",
    "'/v1/sectors/f01000/1/history?at=2026-01-31', at:",
    "'/v1/sectors/f01000/1/history?at=', at:",
    "'/v1/sectors/f01000/1/history?from=0', from:",
    "'/v1/sectors/f01000/1/history?limit=1001', limit:",
    "'/v1/sectors/f01000/1?at=7', at: unknown query parameter"
  })
  void namesTheField_whenARequestIsWrong(String path, String expected) {
    assertThat(http.get(path).problem(400)).startsWith(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/sectors/f099/1",
    "/v1/sectors/f099/9223372036854775807",
    "/v1/sectors/f099/1/history",
    "'/v1/sectors/f099/1/history?at=5'"
  })
  void answersNotFound_whenTheSectorWasNeverStarted(String path) {
    assertThat(http.get(path).problem(404)).contains("f099/").contains("never started");
  }

  @Test
  void historysLastStateIsTheLiveState() {
    for (SectorId sector : SECTORS) {
      JsonNode live = http.get("/v1/sectors/" + sector).json(200);
      JsonNode history = http.get("/v1/sectors/" + sector + "/history").json(200);
      assertThat(history.path("state")).isEqualTo(live.path("state"));
      assertThat(history.path("sequence")).isEqualTo(live.path("sequence"));
      assertThat(history.path("events")).hasSize(live.path("sequence").asInt());
      assertThat(history.path("events").findValues("sequence"))
          .extracting(JsonNode::asInt)
          .isEqualTo(
              java.util.stream.IntStream.rangeClosed(1, live.path("sequence").asInt())
                  .boxed()
                  .toList());
      assertThat(live.path("miner").asText()).isEqualTo(stage.miner());
      assertThat(live.path("state").path("state").asText()).isEqualTo("Proving");
    }
  }

  @Test
  void historyGivesTheStateOfAnyEpochAndTime() {
    List<SectorEvent> events = stage.journal(first());
    SectorHistory whole = SectorHistory.replay(events);
    for (SectorEvent event : events) {
      Epoch epoch = event.stamp().epoch();
      assertPoint("at=" + epoch.value(), whole.at(epoch));
      assertPoint("at=" + event.stamp().time(), whole.at(event.stamp().time()));
      assertPoint(
          "at=" + event.stamp().time().minusNanos(1), whole.at(event.stamp().time().minusNanos(1)));
    }
  }

  private static void assertPoint(String query, SectorHistory.Point expected) {
    JsonNode answer = http.get("/v1/sectors/" + first() + "/history?" + query).json(200);
    assertThat(answer.path("sequence").asLong()).as(query).isEqualTo(expected.sequence());
    assertThat(answer.path("state"))
        .as(query)
        .isEqualTo(read(SectorJson.state(SectorView.of(expected.state())).toString()));
    assertThat(answer.path("events")).hasSize((int) expected.sequence());
  }

  private static JsonNode read(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("written by us", e);
    }
  }

  @Test
  void historyIsEmpty_whenAtIsBeforeTheFirstEvent() {
    for (String at : List.of("-1", "2020-01-01T00:00:00Z")) {
      JsonNode answer = http.get("/v1/sectors/" + first() + "/history?at=" + at).json(200);
      assertThat(answer.path("sequence").asLong()).isZero();
      assertThat(answer.path("state").path("state").asText()).isEqualTo("Empty");
      assertThat(answer.path("events")).isEmpty();
    }
  }

  @Test
  void historyIsTheLastState_whenAtIsInTheFuture() {
    JsonNode live = http.get("/v1/sectors/" + first()).json(200);
    for (String at : List.of("999999999", "2100-01-01T00:00:00Z")) {
      assertThat(http.get("/v1/sectors/" + first() + "/history?at=" + at).json(200).path("state"))
          .isEqualTo(live.path("state"));
    }
  }

  @Test
  void historyComesInPages_andEachTellsTheLastState() {
    JsonNode whole = http.get("/v1/sectors/" + first() + "/history").json(200);
    assertThat(whole.has("next")).isFalse();
    List<JsonNode> paged = new ArrayList<>();
    long from = 1;
    while (from > 0) {
      JsonNode page =
          http.get("/v1/sectors/" + first() + "/history?limit=3&from=" + from).json(200);
      assertThat(page.path("events").size()).isLessThanOrEqualTo(3);
      assertThat(page.path("state")).isEqualTo(whole.path("state"));
      page.path("events").forEach(paged::add);
      from = page.path("next").asLong(0);
    }
    assertThat(paged).hasSizeGreaterThan(6).containsExactlyElementsOf(whole.path("events"));
    assertThat(http.get("/v1/sectors/" + first() + "/history?from=100000").json(200).path("events"))
        .isEmpty();
  }

  @Test
  void amountsAreAttoFilAsText_andNothingIsAFloat() {
    JsonNode history = http.get("/v1/sectors/" + first() + "/history").json(200);
    assertThat(floats(history, "")).isEmpty();
    assertThat(floats(http.get("/v1/sectors").json(200), "")).isEmpty();
    List<String> amounts = new ArrayList<>();
    for (JsonNode event : history.path("events")) {
      for (Map.Entry<String, JsonNode> field : event.path("fields").properties()) {
        if (field.getKey().matches(".*(deposit|[pP]ledge|message\\.value)")) {
          assertThat(field.getValue().isTextual()).as("%s", field).isTrue();
          amounts.add(field.getValue().asText());
        }
      }
    }
    assertThat(amounts).isNotEmpty().allMatch(text -> text.matches("[0-9]+"));
  }

  private static List<String> floats(JsonNode node, String path) {
    List<String> found = new ArrayList<>();
    if (node.isFloatingPointNumber()) {
      found.add(path);
    }
    node.properties().forEach(e -> found.addAll(floats(e.getValue(), path + "/" + e.getKey())));
    if (node.isArray()) {
      node.forEach(item -> found.addAll(floats(item, path + "/[]")));
    }
    return found;
  }
}
