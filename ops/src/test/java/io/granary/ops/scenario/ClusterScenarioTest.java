package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.ops.client.NodeException;
import io.granary.ops.cluster.ClusterWatch;
import io.granary.ops.cluster.LocalCluster;
import io.granary.ops.cluster.LocalClusterPlan;
import io.granary.ops.cluster.LocalNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes with entities and two provers on one chain and one store, of which one after the
 * other is killed, told to leave or cut off while deadlines come and go: no partition is missed and
 * nothing is sent twice. Proofs are real, of 2 KiB sectors; epochs last a second. What takes longer
 * is in {@link OutageEnduranceTest}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterScenarioTest {
  /**
   * What a busy machine keeps too. The goals of design.md 8 are measured by the benchmarks
   * redispatch and failover; docs/figures.md has what they saw.
   */
  private static final Duration SOON = Duration.ofSeconds(30);

  /** A node that the others have downed ends by itself. */
  private static final Duration ENDS = Duration.ofSeconds(60);

  @TempDir static Path folder;
  private static LocalCluster cluster;
  private static ClusterWatch watch;

  @BeforeAll
  static void begin() {
    cluster =
        LocalCluster.prepare(
            LocalClusterPlan.of(folder, ClusterWatch.SECTORS)
                .withDevnetConfig(ClusterWatch.SHORT_DEADLINES)
                .withCuttableLinks());
    watch = new ClusterWatch(cluster);
    cluster.devnet().step(20);
    cluster.startNodes();
    cluster.devnet().resume();
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void provesAPartition_withEntitiesAndFilesOnDifferentNodes() {
    ClusterWatch.Run run = watch.awaitRun();
    watch.awaitProven(run);
    assertThat(watch.workers()).containsExactlyInAnyOrder("prover-1", "prover-2");
    assertThat(cluster.node("prover-1").client().get("/v1/provers").path("workers")).hasSize(2);
    assertThat(status(() -> cluster.node("prover-1").client().get("/v1/miners"))).isEqualTo(404);
  }

  private static int status(Runnable call) {
    try {
      call.run();
      return 200;
    } catch (NodeException e) {
      return e.status();
    }
  }

  @Test
  @Order(2)
  void runsTheJobElsewhere_whenItsProverIsKilled() {
    ClusterWatch.Run run = watch.awaitRun();
    ClusterWatch.Job job = watch.awaitJob(run);
    cluster.node(job.worker()).kill();
    Duration took = watch.untilElsewhere(job);
    assertThat(took).as("from the kill to %s running elsewhere", job).isLessThan(SOON);
    watch.awaitProven(run);
    cluster.revive();
  }

  @Test
  @Order(3)
  void entitiesAnswerElsewhere_whenTheOwnerOfTheDeadlineIsKilled() {
    ClusterWatch.Run run = watch.awaitRun();
    LocalNode owner = watch.ownerOfDeadline(run.deadline());
    owner.kill();
    Duration took = watch.untilDeadlinesAnswer(owner);
    assertThat(took).as("from the kill of %s to answers", owner.name()).isLessThan(SOON);
    watch.awaitProven(run);
    cluster.revive();
  }

  @Test
  @Order(4)
  void thePartitionLandsOnce_whenTheNodeOfTheSenderIsKilled() {
    ClusterWatch.Run run = watch.awaitRun();
    watch.awaitJob(run);
    watch.ownerOfSender().kill();
    watch.awaitProven(run);
    SoundChain.check(cluster, watch);
    cluster.revive();
  }

  @Test
  @Order(5)
  void handsOverWithinSeconds_whenANodeIsToldToLeave() {
    ClusterWatch.Run run = watch.awaitRun();
    LocalNode owner = watch.ownerOfDeadline(run.deadline());
    owner.terminate();
    Duration took = watch.untilDeadlinesAnswer(owner);
    assertThat(took).as("from SIGTERM to answers").isLessThan(SOON);
    assertThat(owner.awaitEnd(Duration.ofSeconds(30))).isTrue();
    assertThat(owner.exitCode()).isIn(0, 143);
    watch.awaitProven(run);
    cluster.revive();
  }

  @Test
  @Order(6)
  void runsTheJobElsewhere_whenItsProverIsToldToLeave() {
    ClusterWatch.Run run = watch.awaitRun();
    ClusterWatch.Job job = watch.awaitJob(run);
    cluster.node(job.worker()).terminate();
    Duration took = watch.untilElsewhere(job);
    assertThat(took).as("from SIGTERM to %s running elsewhere", job).isLessThan(SOON);
    watch.awaitProven(run);
    cluster.revive();
  }

  @Test
  @Order(7)
  void theMajorityProves_whenANetworkSplitLeavesTheOwnerAlone() {
    ClusterWatch.Run run = watch.awaitRun();
    LocalNode owner = watch.ownerOfDeadline(run.deadline());
    cluster.split(List.of(owner.name()));
    watch.awaitProven(run);
    assertThat(owner.awaitEnd(ENDS)).as("the minority, %s, ends", owner.name()).isTrue();
    cluster.links().heal();
    cluster.revive();
  }

  @Test
  @Order(8)
  void nothingWasMissedOrSentTwice() {
    SoundChain.check(cluster, watch);
  }
}
