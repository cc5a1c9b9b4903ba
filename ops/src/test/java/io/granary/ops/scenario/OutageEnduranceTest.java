package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.ops.cluster.ClusterWatch;
import io.granary.ops.cluster.LocalCluster;
import io.granary.ops.cluster.LocalClusterPlan;
import io.granary.ops.cluster.LocalNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three nodes with entities and two provers, and what leaves everybody alive but somebody alone, in
 * the lengths that design.md 8 names: standing still, being cut off, no chain, no store. Windows
 * are longer than each outage, so that time allows every partition; epochs last a second.
 */
@TestInstance(Lifecycle.PER_CLASS)
class OutageEnduranceTest {
  /** Ten minutes of outage from its opening on leave 100 s. */
  private static final int WINDOW = 700;

  /** A node that the others have downed ends by itself. */
  private static final Duration ENDS = Duration.ofSeconds(60);

  @TempDir static Path folder;
  private LocalCluster cluster;
  private ClusterWatch watch;

  @BeforeAll
  void begin() {
    cluster =
        LocalCluster.prepare(
            LocalClusterPlan.of(folder, ClusterWatch.SECTORS)
                .withDevnetConfig(ClusterWatch.deadlinesOf(WINDOW))
                .withCuttableLinks());
    watch = new ClusterWatch(cluster, WINDOW);
    cluster.devnet().step(20);
    cluster.startNodes();
    cluster.devnet().resume();
  }

  @AfterAll
  void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private void settle(ClusterWatch.Run run) {
    watch.awaitProven(run);
    cluster.revive();
    SoundChain.check(cluster, watch);
  }

  @ParameterizedTest(name = "for {0} s")
  @ValueSource(ints = {10, 30})
  void provesOnce_whenTheOwnerOfTheDeadlineStandsStill(int seconds) {
    ClusterWatch.Run run = watch.skipToRun();
    LocalNode owner = watch.ownerOfDeadline(run.deadline());
    owner.freeze();
    watch.sleep(Duration.ofSeconds(seconds));
    owner.thaw();
    settle(run);
  }

  @ParameterizedTest(name = "for {0} s")
  @ValueSource(ints = {10, 30})
  void provesOnce_whenTheNodeOfTheSenderStandsStillWhileItProves(int seconds) {
    ClusterWatch.Run run = watch.skipToRun();
    watch.awaitJob(run);
    LocalNode owner = watch.ownerOfSender();
    owner.freeze();
    watch.sleep(Duration.ofSeconds(seconds));
    owner.thaw();
    settle(run);
  }

  @Test
  void theMajorityProves_whenASplitLeavesTheOwnerOfTheDeadlineAlone() {
    ClusterWatch.Run run = watch.skipToRun();
    provesWithout(run, watch.ownerOfDeadline(run.deadline()));
  }

  @Test
  void theMajorityProves_whenASplitLeavesTheNodeOfTheSenderAlone() {
    ClusterWatch.Run run = watch.skipToRun();
    provesWithout(run, watch.ownerOfSender());
  }

  /** Chain and store stay within reach of both sides: only the cluster can prevent a second one. */
  private void provesWithout(ClusterWatch.Run run, LocalNode minority) {
    cluster.split(List.of(minority.name()));
    watch.awaitProven(run);
    assertThat(minority.awaitEnd(ENDS)).as("the minority, %s, ends", minority.name()).isTrue();
    cluster.links().heal();
    settle(run);
  }

  @ParameterizedTest(name = "for {0} s")
  @ValueSource(ints = {30, 120, 600})
  void losesNoPartition_whenTheChainNodeIsGoneAtOpen(int seconds) {
    ClusterWatch.Run run = watch.skipToRun();
    watch.awaitOpen(run);
    gone(LocalCluster.CHAIN, seconds);
    settle(run);
  }

  @ParameterizedTest(name = "for {0} s")
  @ValueSource(ints = {60, 300})
  void losesNoPartition_whenTheStoreIsGoneWhileItProves(int seconds) {
    ClusterWatch.Run run = watch.skipToRun();
    watch.awaitJob(run);
    gone(LocalCluster.STORE, seconds);
    settle(run);
  }

  /** Nothing passes to {@code what} or from it, and no connection ends. */
  private void gone(String what, int seconds) {
    cluster.links().cut((from, to) -> to.equals(what));
    watch.sleep(Duration.ofSeconds(seconds));
    cluster.links().heal();
  }
}
