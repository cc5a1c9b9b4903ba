package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.devnet.DevnetSettings;
import io.granary.ops.node.DevnetProcess;
import io.granary.ops.node.PreSealing;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.port.BlockFence;
import io.granary.protocol.port.MinerRoster;
import io.granary.protocol.winning.MinedBlock;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.Children;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.worker.JobRun;
import io.granary.prover.worker.JobRunner;
import io.granary.sharding.winning.WinningMiners;
import io.granary.sharding.winning.WinningPorts;
import io.granary.sharding.winning.WinningSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A chain whose only blocks are ours: two producers over one store, as after a split, real winning
 * PoSts, and a devnet that verifies each before it takes the block.
 */
class WinningScenarioTest {
  private static final int BLOCKS = 2;

  @TempDir Path folder;
  private final MemoryFence fence = new MemoryFence();
  private final AtomicInteger claims = new AtomicInteger();

  @Test
  void ourBlocksMakeTheChain_andNoneIsMadeTwice() throws Exception {
    Config config = config();
    ProverWorkersSettings prover = ProverWorkersSettings.from(config);
    ActorTestKit kit = ActorTestKit.create();
    try (Children children = new Children(prover.child())) {
      Path storage = folder.resolve("storage");
      PreSealing.seal(
          children,
          storage,
          folder.resolve("pre-sealed.json"),
          new PreSealing.Order(SectorSize.SIZE_2KIB, 1, 0),
          done -> {});
      Config verifier =
          ConfigFactory.parseString(
                  "granary.prover.child.work-directory = \"" + folder.resolve("verifier") + "\"")
              .withFallback(config);
      try (StoragePaths paths =
              StoragePaths.open(new ProverWorkersSettings.Storage(List.of(storage), 0, 3));
          JobRunner runner = new JobRunner(prover, paths, children);
          DevnetProcess devnet =
              DevnetProcess.start(
                  DevnetSettings.from(config).at(folder.resolve("devnet"), 0), verifier);
          LotusChainGateway chain = gateway(config, devnet)) {
        WinningSettings settings = WinningSettings.from(config);
        for (int i = 0; i < 2; i++) {
          kit.spawn(WinningMiners.create(ports(chain, runner), settings));
        }
        await()
            .atMost(Duration.ofMinutes(5))
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> fence.with(MinedBlock.Outcome.INCLUDED).size() >= BLOCKS);
      }
    } finally {
      kit.shutdownTestKit();
    }
    assertThat(fence.rows()).extracting(MinedBlock::epoch).doesNotHaveDuplicates();
    assertThat(fence.rows()).extracting(MinedBlock::parents).doesNotHaveDuplicates();
    assertThat(fence.with(MinedBlock.Outcome.LEFT_OUT)).isEmpty();
    assertThat(fence.with(MinedBlock.Outcome.FAILED)).isEmpty();
  }

  /** Epochs of 20 s, in which a proof fits on a busy machine too. */
  private Config config() {
    return ConfigFactory.parseString(
            String.join(
                "\n",
                "granary.prover.child.work-directory = \"" + folder.resolve("children") + "\"",
                "granary.devnet {",
                "  producer = miners, block-time = 20 s, chain.block-delay-seconds = 20",
                "  genesis.pre-sealed-file = \"" + folder.resolve("pre-sealed.json") + "\"",
                "}",
                "granary.sharding.winning { enabled = on, inclusion-epochs = 1 }",
                "granary.sharding.winning.propagation-delay = 1s"))
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  private static LotusChainGateway gateway(Config config, DevnetProcess devnet) {
    Config nodes =
        ConfigFactory.parseString(
            "granary.network-bridge.chain { address-prefix = t, nodes = [{ url = \""
                + devnet.devnet().url()
                + "\", token-file = \""
                + devnet.devnet().tokenFile()
                + "\" }] }");
    return new LotusChainGateway(
        NetworkBridgeSettings.from(nodes.withFallback(config)), new SplittableRandom(1));
  }

  private WinningPorts ports(LotusChainGateway chain, JobRunner runner) {
    return new WinningPorts(
        chain,
        fence,
        (miner, type, round, randomness, sector) ->
            CompletableFuture.supplyAsync(() -> prove(runner, miner, type, randomness, sector)),
        new GenesisMiner(),
        InstantSource.system(),
        () -> "claim-" + claims.incrementAndGet());
  }

  private static Bytes prove(
      JobRunner runner,
      ActorId miner,
      RegisteredPoStProof type,
      Bytes randomness,
      ReplicaRef sector) {
    synchronized (runner) {
      JobOutput.VanillaProofs vanilla =
          (JobOutput.VanillaProofs)
              run(
                  runner,
                  new JobSpec.WindowPoStVanilla(
                      miner, type, JobSpec.WINNING, 0, randomness, List.of(sector)));
      return ((JobOutput.WindowPoStDone)
              run(
                  runner,
                  new JobSpec.WindowPoStSnark(
                      miner,
                      type,
                      JobSpec.WINNING,
                      0,
                      randomness,
                      List.of(sector),
                      List.of(vanilla.proven().get(0).proof()))))
          .proof();
    }
  }

  private static JobOutput run(JobRunner runner, JobSpec spec) {
    return runner.run(spec, new JobRun(spec.id(), Map.of(), (stage, percent) -> {}));
  }

  private static final class GenesisMiner implements MinerRoster {
    @Override
    public CompletionStage<Void> add(ActorId miner) {
      throw new UnsupportedOperationException("add");
    }

    @Override
    public CompletionStage<List<ActorId>> all() {
      return CompletableFuture.completedStage(List.of(PreSealing.MINER));
    }
  }

  /** The store's rows in memory. Safe for any thread. */
  private static final class MemoryFence implements BlockFence {
    private final List<MinedBlock> rows = new ArrayList<>();

    @Override
    public synchronized CompletionStage<Boolean> claim(MinedBlock block) {
      boolean free =
          rows.stream()
              .noneMatch(
                  row ->
                      row.epoch().equals(block.epoch()) || row.parents().equals(block.parents()));
      if (free) {
        rows.add(0, block);
      }
      return CompletableFuture.completedStage(free);
    }

    @Override
    public synchronized CompletionStage<Boolean> note(MinedBlock block) {
      rows.replaceAll(row -> row.claim().equals(block.claim()) ? block : row);
      return CompletableFuture.completedStage(true);
    }

    @Override
    public synchronized CompletionStage<List<MinedBlock>> recent(ActorId miner, int limit) {
      return CompletableFuture.completedStage(rows());
    }

    synchronized List<MinedBlock> rows() {
      return List.copyOf(rows);
    }

    List<MinedBlock> with(MinedBlock.Outcome outcome) {
      return rows().stream().filter(row -> row.outcome() == outcome).toList();
    }
  }
}
