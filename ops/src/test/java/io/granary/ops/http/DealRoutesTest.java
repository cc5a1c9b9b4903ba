package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.bridge.deal.DealEndpoint;
import io.granary.ops.stage.DealDrafts;
import io.granary.ops.stage.Http;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.MemoryHistory;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.Stamp;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.port.HistoryEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code /v1/deals} tells and does, of deals that live in a node without Cassandra. */
@ExtendWith(StageExtension.class)
class DealRoutesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private ManagementStage stage;
  private Http http;
  private DealDrafts drafts;

  @BeforeEach
  void take(ManagementStage given) {
    stage = given;
    http = new Http(given);
    drafts = new DealDrafts(given);
  }

  private static byte[] data(int seed) {
    byte[] data = new byte[1900];
    new Random(seed).nextBytes(data);
    return data;
  }

  private Http.Answer bring(DealId deal, Path file) {
    return http.post(
        "/v1/deals/" + deal + "/import",
        JsonNodeFactory.instance.objectNode().put("file", file.toString()).toString());
  }

  private JsonNode awaitState(DealId deal, String state) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> http.get("/v1/deals/" + deal).json(200),
            answer -> answer.path("state").path("state").asText().equals(state));
  }

  @Test
  void tellsTermsAndState_ofADealThatWaitsForItsData() {
    DealId deal = stage.propose(drafts.offline("waits", DealDrafts.commP(data(1))));
    JsonNode answer = http.get("/v1/deals/" + deal).json(200);
    assertThat(answer.path("deal").asText()).isEqualTo(deal.toString());
    assertThat(answer.path("sequence").asLong()).isEqualTo(2);
    JsonNode state = answer.path("state");
    assertThat(state.path("state").asText()).isEqualTo("AwaitingData");
    assertThat(state.path("contract").asText()).isEqualTo("market");
    assertThat(state.path("delivery").asText()).isEqualTo("imported");
    assertThat(state.path("provider").asText()).isEqualTo(stage.miner());
    assertThat(state.path("paddedBytes").asLong()).isEqualTo(2048);
    assertThat(state.path("pricePerEpoch").asText()).isEqualTo("0");
    assertThat(state.path("endEpoch").asLong()).isGreaterThan(state.path("startEpoch").asLong());
  }

  @Test
  void listsById_inPagesOfTheLimit() {
    List<String> proposed = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      proposed.add(
          stage.propose(drafts.offline("page " + i, DealDrafts.commP(data(i)))).toString());
    }
    List<String> paged = new ArrayList<>();
    String query = "?limit=2";
    while (true) {
      JsonNode page = http.get("/v1/deals" + query).json(200);
      assertThat(page.path("deals").size()).isLessThanOrEqualTo(2);
      paged.addAll(page.path("deals").findValuesAsText("deal"));
      if (!page.has("next")) {
        break;
      }
      query = "?limit=2&after=" + page.path("next").asText();
    }
    assertThat(paged).containsAll(proposed).isSorted().doesNotHaveDuplicates();
    JsonNode row = row(proposed.get(0));
    assertThat(row.path("state").asText()).isEqualTo("AwaitingData");
    assertThat(row.path("piece").asText()).startsWith("baga6ea4seaq");
    assertThat(Instant.parse(row.path("updated").asText())).isBefore(Instant.now());
  }

  private JsonNode row(String deal) {
    for (JsonNode row : http.get("/v1/deals?limit=1000").json(200).path("deals")) {
      if (row.path("deal").asText().equals(deal)) {
        return row;
      }
    }
    throw new AssertionError("no row of " + deal);
  }

  @Test
  void takesTheFile_afterAWrongOneAndOnlyOnce() throws IOException {
    DealId deal = stage.propose(drafts.offline("brought", DealDrafts.commP(data(5))));
    assertThat(bring(deal, folder.resolve("none")).problem(400))
        .startsWith("file: on node node-1: there is no readable file");
    assertThat(bring(deal, Path.of("none")).problem(400)).contains("expected an absolute path");
    bring(deal, Files.write(folder.resolve("wrong"), data(6))).json(200);
    awaitEvent(deal, "PieceMismatched");
    Path right = Files.write(folder.resolve("right"), data(5));
    assertThat(bring(deal, right).json(200).path("deal").asText()).isEqualTo(deal.toString());
    awaitEvent(deal, "PieceVerified");
    JsonNode state = http.get("/v1/deals/" + deal).json(200).path("state");
    assertThat(state.path("file.path").asText()).isEqualTo("deal-staging/" + deal + ".data");
    assertThat(bring(deal, right).problem(409)).startsWith("NOT_AWAITING_DATA: ");
    assertThat(http.post("/v1/deals/" + deal + "/retry", "{}").problem(409))
        .startsWith("NOT_RETRYABLE: ");
  }

  private void awaitEvent(DealId deal, String event) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                http.get("/v1/deals/" + deal + "/events")
                    .json(200)
                    .path("events")
                    .findValuesAsText("event")
                    .contains(event));
  }

  @Test
  void directDealIsInAProvenSector_whenItsFileIsBrought() throws IOException {
    DealId deal = stage.propose(drafts.direct("direct", DealDrafts.commP(data(7))));
    Path file = Files.write(folder.resolve("direct"), data(7));
    bring(deal, file).json(200);
    awaitEvent(deal, "PieceVerified");
    Files.delete(file);
    JsonNode active = awaitState(deal, "Active");
    String sector = active.path("state").path("placement.sector").asText();
    assertThat(sector).startsWith(stage.miner() + "/");
    stage.awaitState(io.granary.protocol.SectorId.parse(sector), "Proving");
    JsonNode events = http.get("/v1/deals/" + deal + "/events").json(200).path("events");
    assertThat(events.findValuesAsText("event"))
        .containsSubsequence(
            "DealProposed",
            "DealAccepted",
            "DataImported",
            "PieceVerified",
            "PiecePlaced",
            "PieceAdded",
            "DealActivated");
    assertThat(events.path(0).path("state").asText()).isEqualTo("Proposed");
    assertThat(events.path(events.size() - 1).path("state").asText()).isEqualTo("Active");
  }

  @Test
  void smallDealsAreInOneSector_whenTheyFillIt() throws IOException {
    DealId first = half("one half", 21);
    DealId second = half("another half", 22);
    JsonNode one = awaitState(first, "Active").path("state");
    JsonNode other = awaitState(second, "Active").path("state");
    String sector = one.path("placement.sector").asText();
    assertThat(other.path("placement.sector").asText()).isEqualTo(sector);
    assertThat(List.of(one, other))
        .extracting(state -> state.path("placement.offset").asLong(-1))
        .containsExactlyInAnyOrder(0L, 1024L);
    stage.awaitState(io.granary.protocol.SectorId.parse(sector), "Proving");
  }

  private DealId half(String name, int seed) throws IOException {
    byte[] data = new byte[900];
    new Random(seed).nextBytes(data);
    CommPDigest digest = new CommPDigest();
    digest.update(data);
    DealId deal = stage.propose(drafts.direct(name, digest.finish(1024)));
    bring(deal, Files.write(folder.resolve(name), data)).json(200);
    return deal;
  }

  @Test
  void eventsComeInPages() {
    DealId deal = stage.propose(drafts.offline("events", DealDrafts.commP(data(8))));
    JsonNode first = http.get("/v1/deals/" + deal + "/events?limit=1").json(200);
    assertThat(first.path("events").findValuesAsText("event")).containsExactly("DealProposed");
    assertThat(first.path("events").path(0).path("fields").path("contract").asText())
        .isEqualTo("market");
    assertThat(first.path("next").asLong()).isEqualTo(2);
    JsonNode second = http.get("/v1/deals/" + deal + "/events?from=2").json(200);
    assertThat(second.path("events").findValuesAsText("state")).containsExactly("AwaitingData");
    assertThat(second.has("next")).isFalse();
  }

  @Test
  void tellsNoCredentials_ofWhereDataIsFetched() {
    Stamp stamp = DealFixtures.stamp(7);
    JsonNode told =
        DealJson.event(
            new HistoryEntry<>(
                1, Instant.EPOCH, new DealEvent.DealProposed(stamp, DealFixtures.onlineTerms())));
    assertThat(told.path("fields").path("source").asText())
        .isEqualTo("https://data.example/one.car [Authorization]");
    assertThat(told.toString()).doesNotContain("\"x\"").doesNotContain("params");
  }

  @Test
  void tellsThePieceOffset_onceItIsFinal() {
    DealState.Published open =
        new DealState.Published(
            DealFixtures.onlineTerms(),
            DealFixtures.FILE,
            Optional.of(DealFixtures.PLACE),
            DealFixtures.PUBLICATION);
    DealState.Known closed =
        (DealState.Known) open.on(new DealEvent.PieceAdded(DealFixtures.stamp(7)));
    assertThat(DealJson.state(open).has("placement.offset")).isFalse();
    assertThat(DealJson.state(open).path("placement.sector").asText()).isEqualTo("f01000/7");
    assertThat(DealJson.state(closed).path("placement.offset").asLong())
        .isEqualTo(DealFixtures.PLACE.offset());
  }

  @ParameterizedTest
  @CsvSource({
    "'/v1/deals?limit=0', limit:",
    "'/v1/deals?limit=1001', limit:",
    "'/v1/deals?after=7', after: expected a UUID",
    "'/v1/deals?state=Active', state: unknown query parameter",
    "/v1/deals/7, deal: expected a UUID",
    "'/v1/deals/00112233-4455-6677-8899-aabbccddeeff/events?from=0', from:",
  })
  void namesTheField_whenARequestIsWrong(String path, String expected) {
    assertThat(http.get(path).problem(400)).startsWith(expected);
  }

  @Test
  void answersNotFound_whenTheDealWasNeverProposed() {
    String path = "/v1/deals/" + DealDrafts.id("nobody's");
    assertThat(http.get(path).problem(404)).contains("never proposed");
    assertThat(http.get(path + "/events").problem(404)).contains("never proposed");
    assertThat(http.post(path + "/retry", "{}").problem(404)).contains("never proposed");
    assertThat(http.post(path + "/import", "{\"file\":\"/x\"}").problem(404))
        .contains("never proposed");
    assertThat(http.post(path + "/import", "{}").problem(400)).startsWith("file: is required");
  }

  @Test
  void setsRules_andTellsWhatWasSetWhen() {
    JsonNode before = http.get("/v1/deal-rules").json(200);
    long version = before.path("version").asLong();
    assertThat(before.path("rules").path("ask.price").asText()).isNotEmpty();
    JsonNode set =
        http.post("/v1/deal-rules", rules(version, "{\"clients.deny\":[\"f09\"]}")).json(200);
    assertThat(set.path("version").asLong()).isEqualTo(version + 1);
    assertThat(set.path("rules").path("clients.deny").asText()).isEqualTo("[\"f09\"]");
    assertThat(http.get("/v1/deal-rules").json(200)).isEqualTo(set);
    assertThat(http.post("/v1/deal-rules", rules(version, "{}")).problem(409))
        .startsWith("version: ");
    assertThat(http.post("/v1/deal-rules", rules(version + 1, "{}")).json(200).path("rules"))
        .isEqualTo(before.path("rules"));
    JsonNode newest = http.get("/v1/deal-rules/history?limit=2").json(200).path("versions").path(1);
    assertThat(newest.path("set").path("clients.deny").path(0).asText()).isEqualTo("f09");
  }

  private static String rules(long version, String set) {
    return "{\"version\":" + version + ",\"set\":" + set + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | version: is required",
        "{'version':0} | set: is required",
        "{'version':-1,'set':{}} | version: expected a whole number",
        "{'version':'0','set':{}} | version: expected a whole number",
        "{'version':0,'set':[]} | set: expected an object",
        "{'version':0,'set':{'ask.price':'-1'}} | set: granary.deals.ask.price: not negative",
        "{'version':0,'set':{'miner':'f01'}} | set: granary.deals.miner: is no rule",
        "{'version':0,'set':{'clients.deny':{'a':1}}} | set: granary.deals",
        "{'version':0,'set':{'kinds.online':null}} | set: granary.deals",
      })
  void namesTheRule_whenItCannotBeSet(String body, String expected) {
    assertThat(http.post("/v1/deal-rules", body.replace('\'', '"')).problem(400))
        .startsWith(expected);
  }

  @Test
  void saysSo_whereNoDealsAreServed() {
    DealService none = new DealService(Optional.empty(), new MemoryHistory(id -> List.of()));
    assertThatThrownBy(() -> none.list(Optional.empty(), 1).toCompletableFuture().join())
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(404))
        .hasMessageContaining("granary.deals.enabled is off");
    assertThatThrownBy(() -> none.rules().rules().toCompletableFuture().join())
        .hasMessageContaining("granary.deals.enabled is off");
    assertThatThrownBy(() -> none.publications().toCompletableFuture().join())
        .hasMessageContaining("granary.deals.enabled is off");
  }

  @Test
  void peersAreServedTheDealProtocols() {
    assertThat(stage.peer().protocols())
        .containsAll(DealEndpoint.PROPOSE)
        .contains(DealEndpoint.STATUS, DealEndpoint.ASK, DealEndpoint.TRANSPORTS);
  }
}
