package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.Devnet;
import io.granary.devnet.DevnetSettings;
import io.granary.devnet.chain.GenesisSpec.PreSealed;
import io.granary.ops.node.DevnetProcess;
import io.granary.ops.node.PreSealing;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.Election;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.MiningBaseInfo.WinningSector;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.BlockCodecs;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.JsonScalars;
import io.granary.protocol.json.JsonText;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.ChildCall;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.child.Children;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A chain that only goes on when the genesis miner wins: real sectors, real winning PoSts, verified
 * by the real library in another process.
 */
class WinningPoStScenarioTest {
  private static final ChainJson JSON = new ChainJson('t');
  private static final String MINER = "t01000";
  private static final Bytes ENTROPY = Randomness.minerEntropy(PreSealing.MINER);
  private static final RegisteredPoStProof WINNING = SectorSize.SIZE_2KIB.winningPoSt();
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int SECTORS = 4;
  private static final int ROUNDS_MAX = 20;

  @TempDir Path folder;
  private Path storage;
  private Children children;
  private DevnetProcess process;
  private Devnet devnet;

  @BeforeEach
  void start() throws IOException {
    storage = folder.resolve("storage");
    children = new Children(ProverWorkersSettings.from(config("prover")).child());
    List<PreSealed> sealed =
        PreSealing.seal(
            children,
            storage,
            folder.resolve("pre-sealed.json"),
            new PreSealing.Order(SectorSize.SIZE_2KIB, SECTORS, 2),
            done -> {});
    Config verifier = config("verifier");
    DevnetSettings settings =
        DevnetSettings.from(verifier)
            .at(folder.resolve("devnet"), 0)
            .withPreSealed(SectorSize.SIZE_2KIB, sealed);
    process = DevnetProcess.start(settings, verifier);
    devnet = process.devnet();
  }

  private Config config(String work) {
    return ConfigFactory.parseString(
            "granary.prover.child.work-directory = \""
                + folder.resolve(work)
                + "\"\n"
                + "granary.devnet { production = stepped, producer = miners, profile = swift }")
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  @AfterEach
  void stop() {
    process.close();
    children.close();
  }

  @Test
  void goesOnByProvenBlocksOnly_whenTheMinerWins() throws Exception {
    for (int block = 0; block < 3; block++) {
      long before = devnet.head().height().value();
      Won won = win();
      rpc("SyncSubmitBlock", JSON.mining().block().write(block(won, prove(won))));
      TipSet made = devnet.step(0);

      assertThat(made.height().value()).isEqualTo(won.round()).isGreaterThan(before);
      assertThat(made.blocks().get(0).miner()).isEqualTo(Address.ofId(PreSealing.MINER));
    }
  }

  @Test
  void refusesTheBlock_whenItsProofHasOneWrongBit() throws Exception {
    Won won = win();
    byte[] wrong = prove(won).toArray();
    wrong[50] ^= 1;
    BlockMessage bad = block(won, Bytes.of(wrong));

    assertThatThrownBy(() -> rpc("SyncSubmitBlock", JSON.mining().block().write(bad)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("invalid election post");

    assertThat(devnet.step(0)).isEqualTo(won.base());
  }

  private record Won(TipSet base, long round, MiningBaseInfo info, ElectionProof election) {}

  /** The next round won; rounds lost pass as null rounds. */
  private Won win() throws Exception {
    long first = devnet.head().height().value() + 1;
    for (long round = first; round < first + ROUNDS_MAX; round++) {
      TipSet base = devnet.head();
      MiningBaseInfo info =
          JSON.mining()
              .baseInfo()
              .decode(
                  rpc(
                      "MinerGetBaseInfo",
                      JsonScalars.TEXT.write(MINER),
                      JsonScalars.EPOCH.write(new Epoch(round)),
                      JsonScalars.TIPSET_KEY.write(base.key())));
      assertThat(info.eligible()).isTrue();
      Bytes vrf = vrf(info, RandomnessTag.ELECTION_PROOF_PRODUCTION, round, ENTROPY);
      int wins = Election.winCount(vrf, info.minerPower(), info.networkPower());
      if (wins > 0) {
        return new Won(base, round, info, new ElectionProof(wins, vrf));
      }
      devnet.step(0);
    }
    throw new AssertionError("won none of " + ROUNDS_MAX + " rounds");
  }

  private static Bytes randomness(Won won) {
    return Randomness.forPoSt(
        Randomness.draw(
            RandomnessTag.WINNING_POST_CHALLENGE_SEED,
            won.info().drawingEntry().data(),
            new Epoch(won.round()),
            ENTROPY));
  }

  private Bytes prove(Won won) {
    WinningSector sector = won.info().sectors().get(0);
    Bytes randomness = randomness(won);
    assertThat(sector.number().value()).isEqualTo(chosenByTheLibrary(randomness));
    String name = new SectorId(PreSealing.MINER, sector.number()).fileName();
    Path output = folder.resolve("vanilla-" + won.round());
    ObjectNode read =
        ChildParams.post(PreSealing.MINER, WINNING, randomness)
            .put("output_dir", output.toString());
    read.putArray("replicas")
        .add(
            ChildParams.sectorAndCommR(sector.replica())
                .put("sealed_path", storage.resolve("sealed").resolve(name).toString())
                .put("cache_dir", storage.resolve("cache").resolve(name).toString()));
    JsonNode blob = call(ChildClass.IO, "post.vanilla", read).at("/sectors/0/proof");
    ObjectNode prove = ChildParams.post(PreSealing.MINER, WINNING, randomness);
    prove
        .putArray("vanilla")
        .add(
            ChildParams.sectorAndCommR(sector.replica())
                .put("path", output.resolve(sector.number().value() + ".vanilla").toString())
                .put("sha256", blob.path("sha256").asText()));
    return Bytes.fromHex(call(ChildClass.POST, "post.winning.prove", prove).path("proof").asText());
  }

  /** Sectors are numbered from 0 here, so an index is a number. */
  private long chosenByTheLibrary(Bytes randomness) {
    ObjectNode ask =
        ChildParams.post(PreSealing.MINER, WINNING, randomness)
            .put("sector_count", ChildParams.u64(SECTORS));
    return call(ChildClass.POST, "post.winning.choose", ask).at("/indices/0").asLong();
  }

  private JsonNode call(ChildClass childClass, String method, ObjectNode params) {
    return children.use(childClass, child -> child.call(ChildCall.of(method, params, LIMIT)));
  }

  private BlockMessage block(Won won, Bytes proof) throws Exception {
    TipSet base = won.base();
    Bytes baseTicket = base.blocks().get(0).ticketVrfProof().orElseThrow();
    BlockTemplate template =
        new BlockTemplate(
            PreSealing.MINER,
            base.key(),
            vrf(
                won.info(),
                RandomnessTag.TICKET_PRODUCTION,
                won.round() - 1,
                Bytes.concat(ENTROPY, baseTicket)),
            won.election(),
            won.info().beaconEntries(),
            List.of(),
            new Epoch(won.round()),
            base.blocks().get(0).timestamp() + won.round() - base.height().value(),
            List.of(new PoStProof(WINNING, proof)));
    return JSON.mining()
        .block()
        .decode(rpc("MinerCreateBlock", JSON.mining().template().write(template)));
  }

  private Bytes vrf(MiningBaseInfo info, RandomnessTag tag, long epoch, Bytes entropy)
      throws Exception {
    Bytes draw = Randomness.draw(tag, info.drawingEntry().data(), new Epoch(epoch), entropy);
    JsonNode signature =
        rpc("WalletSign", JSON.address().write(info.workerKey()), JsonScalars.BYTES.write(draw));
    return BlockCodecs.SIGNATURE.decode(signature).data();
  }

  private JsonNode rpc(String method, JsonNode... params) throws Exception {
    StringBuilder text = new StringBuilder();
    for (JsonNode param : params) {
      text.append(text.isEmpty() ? "" : ",").append(param);
    }
    URI url = devnet.url();
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"Filecoin."
            + method
            + "\",\"params\":["
            + text
            + "]}";
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + Files.readString(devnet.tokenFile()))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    JsonNode answer =
        JsonText.parse(HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray()).body());
    if (answer.has("error")) {
      throw new IOException(method + ": " + answer.get("error"));
    }
    return answer.path("result");
  }
}
