package io.granary.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.ops.cli.Cli.Run;
import io.granary.ops.stage.DataCap;
import io.granary.ops.stage.DealDrafts;
import io.granary.ops.stage.Http;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.chain.VerifiedClaim;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code granary deals import-direct} against the devnet's verified registry, until the claim. */
@ExtendWith(StageExtension.class)
class ImportDirectTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long TERM_MIN = 518_400;
  private static final long TERM_MAX = 1_000_000;
  private static final long EXPIRATION = 100_000;
  private static final String UNKNOWN =
      "f3sughivcwi2hgwzfh3nzqjkokt62tadxg4cw7zyrpbpf4uoyegaky6w3ymvoqjygbtkzlwhgl7hugnty3ngka";

  @TempDir private Path folder;
  private ManagementStage stage;
  private Http http;
  private ActorId miner;

  /** What a client allocated DataCap for. */
  private record Onboarding(Bytes data, String piece, Address client, long allocation) {}

  @BeforeEach
  void take(ManagementStage given) {
    stage = given;
    http = new Http(given);
    miner = Address.parse(given.miner()).requireId();
  }

  private Onboarding allocated(int seed) {
    byte[] data = new byte[1900];
    new Random(seed).nextBytes(data);
    PieceInfo piece = new PieceInfo(DealDrafts.commP(data), 2048);
    DataCap dataCap = new DataCap(stage.chain());
    Address client = dataCap.client(4096);
    long allocation =
        dataCap.allocate(
            client, Address.parse(stage.miner()), piece, TERM_MIN, TERM_MAX, EXPIRATION);
    return new Onboarding(Bytes.of(data), Cid.commP(piece.commP()).toString(), client, allocation);
  }

  private Run granary(String... arguments) {
    Run run = Cli.against(stage, arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private String importDirect(Onboarding onboarding, Path file) {
    return granary(
            "deals",
            "import-direct",
            onboarding.piece(),
            file.toString(),
            "--client",
            onboarding.client().toString(),
            "--allocation",
            Long.toString(onboarding.allocation()))
        .out();
  }

  private static ObjectNode body(Onboarding onboarding) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("piece", onboarding.piece())
        .put("client", onboarding.client().toString())
        .put("allocation", onboarding.allocation());
  }

  private String refused(int status, ObjectNode body) {
    return http.post("/v1/deals/direct", body.toString()).problem(status);
  }

  @Test
  void sectorClaimsTheAllocation_andTheDealIsActiveThen() throws IOException {
    Onboarding onboarding = allocated(31);
    Path file = Files.write(folder.resolve("piece.car"), onboarding.data().toArray());
    String said = importDirect(onboarding, file);
    assertThat(said).matches("deal [-0-9a-f]{36} has allocation [0-9]+\\R");
    String deal = said.split(" ", 3)[1];
    JsonNode active =
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(50))
            .until(
                () -> http.get("/v1/deals/" + deal).json(200).path("state"),
                state -> state.path("state").asText().equals("Active"));
    SectorId sector = SectorId.parse(active.path("placement.sector").asText());
    VerifiedClaim claim = claim(onboarding);
    assertThat(claim.sector()).isEqualTo(sector.number());
    assertThat(claim.data()).isEqualTo(Cid.parse(onboarding.piece()));
    assertThat(claim.termStart().value()).isEqualTo(active.path("activation").asLong());
    SectorOnChain onChain =
        stage
            .chain()
            .sector(miner, sector.number(), TipSetKey.HEAD)
            .toCompletableFuture()
            .join()
            .orElseThrow();
    assertThat(onChain.verifiedDealWeight()).isGreaterThan(BigInteger.ZERO);
    assertThat(onChain.expiration().since(claim.termStart())).isBetween(TERM_MIN, TERM_MAX);
    assertThat(active.path("endEpoch").asLong())
        .isBetween(claim.termStart().value() + TERM_MIN, onChain.expiration().value());

    assertThat(importDirect(onboarding, file)).as("long claimed").isEqualTo(said);
    assertThat(refused(409, body(onboarding).put("endEpoch", 1)))
        .endsWith("is deal " + deal + "'s, which differs in endEpoch");
    assertThat(granary("deals", "list").out()).contains(deal + "  Active");
    assertThat(granary("deals", "show", deal).out())
        .containsPattern("contract +direct")
        .containsPattern("allocation +" + onboarding.allocation())
        .containsPattern("client +" + clientId(onboarding));
    assertThat(granary("deals", "history", deal).lines())
        .anyMatch(line -> line.contains("DealProposed") && line.contains("allocation"))
        .anyMatch(line -> line.contains("DealActivated"))
        .noneMatch(line -> line.contains("Publication"));
  }

  private VerifiedClaim claim(Onboarding onboarding) {
    return stage
        .chain()
        .claim(miner, onboarding.allocation(), TipSetKey.HEAD)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private Address clientId(Onboarding onboarding) {
    return Address.ofId(
        stage.chain().lookupId(onboarding.client(), TipSetKey.HEAD).toCompletableFuture().join());
  }

  @Test
  void refusalsNameTheField_andTakeNothing() {
    Onboarding onboarding = allocated(32);
    String other = Cid.commP(DealDrafts.commP(new byte[3])).toString();
    assertThat(refused(400, body(onboarding).put("piece", other)))
        .startsWith("piece: allocation " + onboarding.allocation() + " is for piece ");
    assertThat(refused(400, body(onboarding).put("piece", "x"))).startsWith("piece: ");
    assertThat(refused(400, body(onboarding).put("client", stage.miner())))
        .startsWith("allocation: allocation ")
        .contains("not found for client " + stage.miner());
    assertThat(refused(400, body(onboarding).put("client", UNKNOWN)))
        .startsWith("client: the chain does not know ");
    assertThat(refused(400, body(onboarding).put("allocation", 999_999)))
        .startsWith("allocation: allocation 999999 not found");
    assertThat(refused(400, body(onboarding).put("paddedBytes", 1024))).startsWith("paddedBytes: ");
    assertThat(refused(400, body(onboarding).put("startEpoch", 1))).startsWith("startEpoch: ");
    assertThat(refused(400, body(onboarding).put("endEpoch", 1))).startsWith("endEpoch: ");
    assertThat(refused(400, body(onboarding).put("announce", "no"))).startsWith("announce: ");
    assertThat(refused(400, body(onboarding).put("allocation", "7"))).startsWith("allocation: ");
    JsonNode bare = JsonNodeFactory.instance.objectNode();
    assertThat(refused(400, (ObjectNode) bare)).startsWith("piece: is required");

    String missing = refused(400, body(onboarding).put("file", "/none"));
    assertThat(missing).startsWith("file: ").contains("is taken and waits for it");
    JsonNode again = http.post("/v1/deals/direct", body(onboarding).toString()).json(200);
    assertThat(missing).contains(again.path("deal").asText());
    assertThat(
            http.get("/v1/deals/" + again.path("deal").asText())
                .json(200)
                .at("/state/state")
                .asText())
        .isEqualTo("AwaitingData");
  }
}
