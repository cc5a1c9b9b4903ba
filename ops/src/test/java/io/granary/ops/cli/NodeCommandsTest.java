package io.granary.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.ops.cli.Cli.Run;
import io.granary.ops.stage.DealDrafts;
import io.granary.ops.stage.InstantPool;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.SectorId;
import io.granary.protocol.deal.DealId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that ask a node, against a node. */
@ExtendWith(StageExtension.class)
class NodeCommandsTest {
  @TempDir private Path folder;
  private ManagementStage stage;

  @BeforeEach
  void take(ManagementStage given) {
    stage = given;
  }

  private Run good(String... arguments) {
    Run run = Cli.against(stage, arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private JsonNode json(String... arguments) throws JsonProcessingException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Run run = good(all.toArray(String[]::new));
    assertThat(run.err()).doesNotContain("\tat ");
    return new ObjectMapper().readTree(run.out());
  }

  private String refused(String... arguments) {
    Run run = Cli.against(stage, arguments);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("granary: ").doesNotContain("Exception");
    return run.err();
  }

  private SectorId sealed() {
    SectorId sector = stage.order();
    stage.awaitState(sector, "Proving");
    return sector;
  }

  private static String number(SectorId sector) {
    return sector.number().toString();
  }

  @Test
  void deals_listShowHistoryImportAndRetry() throws IOException {
    byte[] data = {1, 2, 3};
    DealId deal =
        stage.propose(new DealDrafts(stage).offline("command line", DealDrafts.commP(data)));
    assertThat(good("deals", "list").out()).contains(deal + "  AwaitingData");
    assertThat(json("deals", "list", "--limit", "1").path("deals")).hasSize(1);
    assertThat(good("deals", "show", deal.toString()).out())
        .containsPattern("state +AwaitingData")
        .containsPattern("provider +" + stage.miner());
    assertThat(refused("deals", "retry", deal.toString())).contains("NOT_RETRYABLE");
    assertThat(refused("deals", "import", deal.toString(), "/none")).contains("no readable file");
    Path file = Files.write(folder.resolve("deal.car"), data);
    assertThat(good("deals", "import", deal.toString(), file.toString()).out())
        .isEqualTo(
            "deal "
                + deal
                + " copies its file into staging now; keep the file until PieceVerified\n");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> good("deals", "history", deal.toString()).out().contains("PieceVerified"));
    assertThat(json("deals", "history", deal.toString()).path("events").size())
        .isGreaterThanOrEqualTo(4);
    assertThat(refused("deals", "show", DealDrafts.id("nobody's").toString()))
        .contains("never proposed");
    assertThat(Cli.against(stage, "deals", "show", "7").code()).isEqualTo(2);
    assertThat(Cli.against(stage, "deals", "list", "--limit", "0").code()).isEqualTo(2);
  }

  @Test
  void dealsRules_showSetUnsetAndHistory() throws IOException {
    assertThat(good("deals", "rules", "show").out()).containsPattern("  ask.price +[0-9]+");
    assertThat(good("deals", "rules", "set", "clients.deny=f09, f08", "seal-epochs=7").out())
        .containsPattern("\\* +clients.deny +\\[\"f09\",\"f08\"]")
        .containsPattern("\\* +seal-epochs +7");
    assertThat(refused("deals", "rules", "set", "ask.price=-1")).contains("ask.price");
    assertThat(refused("deals", "rules", "set", "price=1")).contains("is no rule");
    assertThat(good("deals", "rules", "unset", "clients.deny", "seal-epochs").out())
        .doesNotContain("*");
    assertThat(good("deals", "rules", "history", "--limit", "2").out())
        .contains("\"seal-epochs\":\"7\"");
    assertThat(json("deals", "rules", "show").path("set")).isEmpty();
    assertThat(Cli.against(stage, "deals", "rules", "set", "ask.price").code()).isEqualTo(2);
    assertThat(Cli.against(stage, "deals", "rules", "unset", "ask.price").code()).isEqualTo(2);
  }

  @Test
  void minerCreate_saysWhatItWaitsFor_andTheMiner() {
    Run run = good("miner", "create", "--sector-size", "2KiB");
    assertThat(run.out()).matches("miner f0[0-9]+ created\n");
    assertThat(run.err())
        .matches("granary: waiting for CreateMiner message baf[a-z0-9]+ to land\n");
  }

  @Test
  void minerCreate_goesOn_withAMessageOfBefore() throws JsonProcessingException {
    JsonNode first = json("miner", "create", "--sector-size", "8MiB");
    JsonNode again = json("miner", "create", "--message", first.path("message").asText());
    assertThat(again).isEqualTo(first);
    assertThat(refused("miner", "create", "--sector-size", "3KiB")).contains("sectorSize");
  }

  @Test
  void minerAddAndList_showTheMiner() throws JsonProcessingException {
    assertThat(good("miner", "add", "f01000").out()).isEqualTo("miner f01000 added\n");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(good("miner", "list").lines())
                    .anyMatch(line -> line.matches("f01000 +2KiB +0 +f3[a-z0-9]+")));
    assertThat(json("miner", "list").path("miners").findValuesAsText("miner")).contains("f01000");
  }

  @Test
  void chainStatus_showsTheNodesAndTheirHeads() throws JsonProcessingException {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> json("chain", "status").path("nodes").path(0).has("head"));
    Run run = good("chain", "status");
    assertThat(run.lines().get(0)).matches("head [0-9]+, epochs of [0-9]+ s.*");
    assertThat(run.lines().get(2)).matches("http://127.0.0.1:[0-9]+/rpc/v1 [*] +ok +[0-9]+ .*");
    JsonNode node = json("chain", "status").path("nodes").path(0);
    assertThat(node.path("believed").asBoolean()).isTrue();
    assertThat(node.path("answers").asLong()).isPositive();
  }

  @Test
  void netFound_saysWhereClientsFindTheMiner() {
    String id = good("net", "id").lines().get(0);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(good("net", "found").lines())
                    .contains("peer       " + id, "address    /dns4/sp.example/tcp/4001"));
  }

  @Test
  void net_showsWhoTheNodeIs_andConnectsItWithAPeer() throws JsonProcessingException {
    String id = good("net", "id").lines().get(0);
    assertThat(good("net", "listen").lines().get(0)).matches("/ip4/127.0.0.1/tcp/[0-9]+/p2p/" + id);
    try (NettyHost other =
        NettyHost.start(Identity.generate(), Libp2pSettings.from(ConfigFactory.load()))) {
      String address = other.listenAddresses().get(0).withPeer(other.peerId()).toString();
      assertThat(good("net", "connect", address).lines())
          .contains("connected to " + other.peerId(), "serves     /ipfs/ping/1.0.0");
      assertThat(good("net", "peers").out()).contains(other.peerId().toString());
      assertThat(json("net", "peers").path(0).path("agent").asText()).isEqualTo("granary");
      assertThat(other.peers().get(0).id()).hasToString(id);
    }
    assertThat(refused("net", "connect", "/ip4/127.0.0.1/tcp/1"))
        .contains("address: must end in /p2p/");
    assertThat(refused("net", "connect", "somewhere")).contains("address: ");
    assertThat(refused("net", "connect", "/ip4/127.0.0.1/tcp/1/p2p/" + id)).contains("address: ");
  }

  @Test
  void miningList_showsWonEpochs() throws JsonProcessingException {
    stage.order();
    assertThat(good("mining", "list", "--miner", stage.miner()).lines().get(1))
        .matches(stage.miner() + " +77 +2 +INCLUDED +4100 ms +30050 ms +baf[a-z0-9]+");
    assertThat(json("mining", "list").path("blocks").path(0).path("epoch").asLong()).isEqualTo(77);
    assertThat(refused("mining", "list", "--miner", "x")).contains("miner:");
  }

  @Test
  void pledge_startsASector_emptyOrWithAFile() throws IOException {
    stage.order();
    assertThat(good("sectors", "pledge", "--miner", stage.miner()).out())
        .matches("sector " + stage.miner() + "/[0-9]+ started\n");
    JsonNode answer =
        json("sectors", "pledge", "--miner", stage.miner(), "--file", stage.file(100).toString());
    assertThat(answer.path("miner").asText()).isEqualTo(stage.miner());
    assertThat(refused("sectors", "pledge", "--miner", stage.miner(), "--file", "/none/such"))
        .contains("file: /none/such is no readable file");
  }

  @Test
  void list_showsSectorsInOrder_andWhereToGoOn() throws JsonProcessingException {
    SectorId sector = sealed();
    sealed();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(good("sectors", "list", "--miner", stage.miner()).lines())
                    .anyMatch(
                        line ->
                            line.matches(
                                sector + " +Proving +[0-2] +[0-9]+ +[0-9]+ +20[-0-9]+T[:.0-9]+Z")));
    assertThat(good("sectors", "list").lines().get(0)).startsWith("SECTOR ");
    Run one = good("sectors", "list", "--limit", "1", "--miner", stage.miner());
    assertThat(one.lines()).hasSize(2);
    String shown = one.lines().get(1).split(" ", 2)[0];
    assertThat(one.err()).isEqualTo("granary: there may be more: --after " + shown + "\n");
    JsonNode page = json("sectors", "list", "--limit", "1", "--miner", stage.miner());
    assertThat(page.path("next").asText()).isEqualTo(shown);
    assertThat(
            json("sectors", "list", "--after", shown, "--miner", stage.miner())
                .path("sectors")
                .findValuesAsText("sector"))
        .isNotEmpty()
        .doesNotContain(shown);
    assertThat(refused("sectors", "list", "--state", "Provin"))
        .contains("Provin")
        .contains("Proving");
  }

  @Test
  void status_showsTheState_theLog_andThePast() throws JsonProcessingException {
    SectorId sector = sealed();
    String[] base = {"sectors", "status", number(sector), "--miner", stage.miner()};
    Run now = good(base);
    assertThat(now.lines()).anyMatch(line -> line.matches("state +Proving"));
    assertThat(now.lines()).anyMatch(line -> line.matches("sector +" + sector));
    assertThat(now.out()).doesNotContain("SectorCreated");

    Run log = good(with(base, "--log"));
    assertThat(log.out()).startsWith(now.out());
    assertThat(log.lines())
        .anyMatch(line -> line.matches("1 +20[-0-9]+T[:.0-9]+Z +[0-9]+ +SectorCreated.*"));
    JsonNode history = json(with(base, "--log"));
    assertThat(history.path("events").size()).isEqualTo(history.path("sequence").asInt());

    String first = history.path("events").path(0).path("epoch").asText();
    JsonNode then = json(with(base, "--at", first));
    assertThat(then.path("sequence").asInt()).isLessThan(history.path("sequence").asInt());
    assertThat(
            json(with(base, "--at", "2020-01-01T00:00:00Z")).path("state").path("state").asText())
        .isEqualTo("Empty");
    assertThat(refused(with(base, "--at", "yesterday"))).contains("at: expected an epoch");
  }

  private static String[] with(String[] base, String... more) {
    List<String> all = new ArrayList<>(List.of(base));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void retryAndRemove_orderWhatTheySay() throws IOException {
    ManagementStage.Parked parked = stage.orderParked();
    String number = number(parked.sector());
    assertThat(good("sectors", "retry", number, "--miner", stage.miner()).out())
        .isEqualTo("sector " + parked.sector() + " goes on\n");
    stage.awaitState(parked.sector(), "Parked");
    Run unsure =
        Cli.against(stage, "sectors", "remove", number, "--miner", stage.miner(), "--reason", "x");
    assertThat(unsure.code()).isEqualTo(2);
    assertThat(unsure.err()).contains("--yes");
    assertThat(
            good("sectors", "remove", number, "--miner", stage.miner(), "--reason", "x", "--yes")
                .out())
        .isEqualTo("sector " + parked.sector() + " is given up\n");
    stage.awaitState(parked.sector(), "Removed");
    assertThat(refused("sectors", "retry", number, "--miner", stage.miner()))
        .contains("Conflict: NOT_PARKED");
    assertThat(refused("sectors", "status", "99999", "--miner", stage.miner()))
        .contains("Not Found: sector " + stage.miner() + "/99999 was never started here");
  }

  @Test
  void unseal_writesTheFile() throws IOException {
    SectorId sector =
        stage.order(
            com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("file", stage.file(InstantPool.PAYLOAD.length).toString()));
    stage.awaitState(sector, "Proving");
    Path output = folder.resolve("piece");
    assertThat(
            good("sectors", "unseal", number(sector), output.toString(), "--miner", stage.miner())
                .out())
        .matches(InstantPool.PAYLOAD.length + " bytes written, sha256 [0-9a-f]{64}\n");
    assertThat(output).hasBinaryContent(InstantPool.PAYLOAD);
  }

  @Test
  void proving_showsDeadlinesTheirLogAndTheirWorkers() throws JsonProcessingException {
    stage.order();
    List<String> lines = good("proving", "deadlines", "--miner", stage.miner()).lines();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .matches("DEADLINE +OPEN +CLOSE +PARTITIONS +SECTORS +FAULTY +RECOVERING");
    assertThat(lines.get(3)).matches("2 +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +0 +0( +current)?");
    assertThat(json("proving", "deadlines", "--miner", stage.miner()).path("deadlines")).hasSize(3);
    assertThat(good("proving", "status", "0", "--miner", stage.miner()).out())
        .containsAnyOf("no run under way", "window from epoch");
    assertThat(good("proving", "log", "0", "--miner", stage.miner()).out()).startsWith("# ");
    assertThat(json("proving", "log", "0", "--miner", stage.miner()).path("deadline").asInt())
        .isZero();
    assertThat(good("proving", "workers").out())
        .contains("worker-1")
        .contains("GPU")
        .contains("61")
        .contains("worker-1 gets no SDR jobs: it dies")
        .contains("7 jobs wait");
    assertThat(good("proving", "release", "worker-1", "sdr").out())
        .isEqualTo("worker-1 gets SDR jobs again; it had none because: it dies\n");
    assertThat(refused("proving", "release", "worker-1", "gpu")).contains("in no quarantine");
    assertThat(refused("proving", "retry", "0", "9", "--miner", stage.miner()))
        .containsAnyOf("NO_RUN", "NO_SUCH_PARTITION");
  }

  @Test
  void asksForTheMiner_whenTheNodeHasSeveral() {
    good("miner", "add", "f01000");
    Run run = Cli.against(stage, "sectors", "status", "1");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("name one with --miner");
    assertThat(Cli.against(stage, "sectors", "status", "1", "--miner", "me").err())
        .contains("--miner: expected an id address");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "miner list",
        "miner create --sector-size 2KiB",
        "miner add f01000",
        "sectors list",
        "sectors pledge",
        "sectors status 1 --log",
        "sectors retry 1",
        "sectors unseal 1 /tmp/x",
        "proving deadlines",
        "proving workers"
      })
  void oneLine_whenNoNodeAnswers(String command) {
    Run run = Cli.run((command + " --node http://127.0.0.1:1").split(" ", -1));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo("granary: no node answers at http://127.0.0.1:1: is it running?\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8558", "localhost", "ftp://localhost", "not a url"})
  void namesTheOption_whenTheNodesAddressIsNone(String address) {
    Run run = Cli.run("sectors", "list", "--node", address);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--node").doesNotContain("\tat ");
  }
}
