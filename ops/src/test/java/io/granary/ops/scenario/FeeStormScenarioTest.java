package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.devnet.state.LedgerCause;
import io.granary.ops.cluster.ChainRecord;
import io.granary.ops.cluster.ClusterException;
import io.granary.ops.cluster.ClusterWatch;
import io.granary.ops.cluster.LocalCluster;
import io.granary.ops.cluster.LocalClusterPlan;
import io.granary.ops.node.PreSealing;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.sharding.sender.SenderSettings;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The base fee rises a hundredfold while sectors are being sealed and windows come and go, with a
 * precommit in the pool whose nonce is before the proofs'. Real proofs of a real node: its window
 * PoSts land in their windows and within what they may cost, that one precommit with them, and no
 * other before the base fee falls.
 */
class FeeStormScenarioTest {
  private static final Logger LOG = LoggerFactory.getLogger(FeeStormScenarioTest.class);

  /** A precommit costs some 0.01 FIL at most, a window PoSt twice that. */
  private static final long CALM = 500_000_000L;

  /**
   * A precommit would cost a FIL, more than it ever may; a window PoSt more than a FIL, which only
   * one near its close may.
   */
  private static final long STORM = 100 * CALM;

  private static final int SEALING = 4;

  /**
   * A run every 36 s: all but the first and the last of six deadlines have a partition. Seeds come
   * after the story: no C2 takes the processor from the proofs.
   */
  private static final String DEADLINES =
      """
      granary.devnet.chain {
        deadlines = 6
        challenge-window = 36
        challenge-lookback = 8
        fault-declaration-cutoff = 10
        pre-commit-challenge-delay = 1500
      }
      """;

  private static final int SECTORS = 8;

  /** After so many blocks every node has heard of the new base fee. */
  private static final int BLOCKS_OF_THE_STORM = 3;

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String MINER = "/v1/miners/t0" + PreSealing.MINER.value();

  @TempDir Path folder;

  @Test
  void proofsLandInTimeAndWithinTheirBudget_whileSealingWaits() throws Exception {
    LocalClusterPlan plan =
        new LocalClusterPlan(folder.resolve("cluster"), 1, 1, SECTORS, DEADLINES, "", false, false);
    try (LocalCluster cluster = LocalCluster.prepare(plan)) {
      baseFee(cluster, CALM);
      cluster.devnet().step(20);
      cluster.startNodes();
      cluster.devnet().resume();
      storm(cluster, new ClusterWatch(cluster));
    }
  }

  private void storm(LocalCluster cluster, ClusterWatch watch) throws Exception {
    ClusterWatch.Run first = watch.awaitRun();
    seal(cluster, 0);
    Rise rise = riseAtAPreCommit(cluster);
    assertThat(rise.pooled()).as("precommits in the pool, %s", rise).isEqualTo(1);
    // A sector sealed before its node hears of the rise sends at the old price, and its precommit
    // is paid for as soon as a proof queues behind it.
    cluster.await(
        "blocks at the storm's base fee",
        LIMIT,
        () -> cluster.devnet().head().height().value() >= rise.epoch() + BLOCKS_OF_THE_STORM);
    for (int i = 1; i < SEALING; i++) {
      seal(cluster, i);
    }
    awaitProven(watch, first);
    cluster.await(
        "precommits that wait for a cheaper base fee",
        LIMIT,
        () -> waiting(watch).size() == SEALING - 1);
    awaitProven(watch, watch.awaitRun());
    assertThat(waiting(watch)).as("what waits all the time").hasSize(SEALING - 1);
    long ended = cluster.devnet().head().height().value();
    baseFee(cluster, CALM / 10);
    cluster.await(
        "all precommits on chain",
        LIMIT,
        () -> preCommits(cluster.chainRecord()).size() == SEALING);
    check(cluster, watch, rise, ended);
  }

  private static void awaitProven(ClusterWatch watch, ClusterWatch.Run run) {
    try {
      watch.awaitProven(run);
    } catch (ClusterException missed) {
      throw new AssertionError("the senders: " + senders(watch), missed);
    }
  }

  private static void baseFee(LocalCluster cluster, long attoFil) {
    cluster.devnet().forceBaseFee(Optional.of(TokenAmount.ofAtto(attoFil)));
  }

  private void seal(LocalCluster cluster, int number) throws IOException {
    Path payload = Files.write(folder.resolve("payload" + number), new byte[1_900]);
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("file", payload.toString())
            .put("orderId", "order" + number);
    cluster.sectorNodes().get(0).client().post(MINER + "/sectors", body);
  }

  /**
   * When the base fee rose.
   *
   * @param epoch of the last block before
   * @param pooled precommits that waited in the pool then
   */
  private record Rise(long epoch, int pooled) {}

  /** Lets the base fee rise between two blocks, when the pool has a precommit that no block has. */
  private static Rise riseAtAPreCommit(LocalCluster cluster) throws Exception {
    try (LotusChainGateway chain = chain(cluster)) {
      long end = System.nanoTime() + LIMIT.toNanos();
      while (System.nanoTime() < end) {
        if (pooledPreCommits(chain) > 0) {
          cluster.devnet().pause();
          int pooled = pooledPreCommits(chain);
          if (pooled > 0) {
            baseFee(cluster, STORM);
            long epoch = cluster.devnet().head().height().value();
            cluster.devnet().resume();
            return new Rise(epoch, pooled);
          }
          cluster.devnet().resume();
        }
        Thread.sleep(20);
      }
    }
    throw new AssertionError("no precommit in the pool within " + LIMIT);
  }

  private static LotusChainGateway chain(LocalCluster cluster) {
    Config config =
        ConfigFactory.parseString(
                "granary.network-bridge.chain { address-prefix = t, nodes = [{ url = \""
                    + cluster.devnet().url()
                    + "\", token-file = \""
                    + cluster.devnet().tokenFile()
                    + "\" }] }")
            .withFallback(ConfigFactory.load());
    return new LotusChainGateway(NetworkBridgeSettings.from(config), new SplittableRandom(1));
  }

  private static int pooledPreCommits(LotusChainGateway chain) throws Exception {
    return (int)
        chain
            .pending(TipSetKey.HEAD)
            .toCompletableFuture()
            .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
            .stream()
            .filter(each -> each.message().method() == MinerMethod.PRE_COMMIT_SECTOR_BATCH_2)
            .count();
  }

  /** Precommits that hold no nonce because the base fee is too high. */
  private static List<JsonNode> waiting(ClusterWatch watch) {
    List<JsonNode> waiting = new ArrayList<>();
    for (JsonNode sender : senders(watch)) {
      for (JsonNode message : sender.path("messages")) {
        if (message.path("purpose").asText().equals(MessagePurpose.PRE_COMMIT.name())
            && message.path("state").asText().equals("Accepted")
            && message.path("waitsFor").asText().equals("CHEAPER_BASE_FEE")) {
          waiting.add(message);
        }
      }
    }
    return waiting;
  }

  private static List<JsonNode> senders(ClusterWatch watch) {
    return watch.ask("/v1/senders").stream()
        .flatMap(answer -> StreamSupport.stream(answer.path("senders").spliterator(), false))
        .toList();
  }

  private static List<ChainRecord.Executed> preCommits(ChainRecord record) {
    return record.messages().stream()
        .filter(each -> each.method() == MinerMethod.PRE_COMMIT_SECTOR_BATCH_2)
        .toList();
  }

  private static void check(LocalCluster cluster, ClusterWatch watch, Rise rise, long ended)
      throws Exception {
    ChainRecord record = cluster.chainRecord();
    List<ChainRecord.Executed> inStorm =
        record.messages().stream()
            .filter(each -> each.epoch() > rise.epoch() && each.epoch() <= ended)
            .toList();
    LOG.info("{} to epoch {}: {}", rise, ended, inStorm);
    assertThat(record.messages()).allMatch(each -> each.exit() == 0);
    assertThat(preCommits(record)).hasSize(SEALING);
    assertThat(inStorm)
        .as("before others than precommits with a lower nonce")
        .filteredOn(each -> each.method() != MinerMethod.SUBMIT_WINDOWED_POST)
        .hasSizeLessThanOrEqualTo(rise.pooled())
        .allMatch(each -> each.method() == MinerMethod.PRE_COMMIT_SECTOR_BATCH_2);
    assertThat(inStorm).filteredOn(record.posts()::contains).hasSizeGreaterThanOrEqualTo(2);
    assertThat(watch.provenTwice(record)).isEmpty();
    assertThat(cluster.devnet().ledger(PreSealing.MINER).of(LedgerCause.MISSED_PARTITION).count())
        .as("missed partitions")
        .isZero();
    record
        .noncesBySender()
        .forEach(
            (sender, nonces) ->
                assertThat(nonces)
                    .as("nonces of " + sender)
                    .containsExactlyElementsOf(
                        LongStream.range(0, nonces.size()).boxed().toList()));
    checkCosts(cluster, inStorm, record);
    for (JsonNode sender : senders(watch)) {
      for (JsonNode spent : sender.path("spentToday")) {
        LOG.info("spent today: {}", spent);
        assertThat(new BigInteger(spent.path("atRisk").asText()))
            .as("the day's budget, " + spent)
            .isLessThanOrEqualTo(new BigInteger(spent.path("max").asText()));
      }
    }
  }

  /** Each within its purpose's amount, the lifted precommit out of its proof's. */
  private static void checkCosts(
      LocalCluster cluster, List<ChainRecord.Executed> inStorm, ChainRecord record)
      throws Exception {
    SenderSettings settings = SenderSettings.from(ConfigFactory.load());
    TokenAmount postMax = settings.fees(MessagePurpose.WINDOW_POST).max();
    TokenAmount preCommitMax = settings.fees(MessagePurpose.PRE_COMMIT).max();
    try (LotusChainGateway chain = chain(cluster)) {
      TokenAmount lifted = TokenAmount.ZERO;
      for (ChainRecord.Executed each : record.messages()) {
        TokenAmount cost = costMax(chain, each);
        LOG.info(
            "epoch {}: method {}, nonce {}, at most {}",
            each.epoch(),
            each.method(),
            each.nonce(),
            cost);
        if (each.method() == MinerMethod.SUBMIT_WINDOWED_POST) {
          assertThat(cost.plus(lifted))
              .as("a proof and what it lifted")
              .isLessThanOrEqualTo(postMax);
          lifted = TokenAmount.ZERO;
        } else if (inStorm.contains(each)) {
          lifted = lifted.plus(cost).minus(preCommitMax);
        } else {
          assertThat(cost).as("outside the storm").isLessThanOrEqualTo(preCommitMax);
        }
      }
    }
  }

  private static TokenAmount costMax(LotusChainGateway chain, ChainRecord.Executed executed)
      throws Exception {
    Message message =
        chain
            .message(Cid.parse(executed.cid()))
            .toCompletableFuture()
            .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    return message.gasCostMax();
  }
}
