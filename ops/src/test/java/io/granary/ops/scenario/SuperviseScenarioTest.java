package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.ops.cluster.ClusterWatch;
import io.granary.ops.cluster.LocalCluster;
import io.granary.ops.cluster.LocalClusterPlan;
import io.granary.ops.cluster.LocalNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes under supervisors, of which the first seed and the oldest is killed. */
class SuperviseScenarioTest {
  /** What a busy machine keeps too; the benchmark failover measures the goal. */
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir static Path folder;
  private static LocalCluster cluster;

  @BeforeAll
  static void begin() {
    cluster =
        LocalCluster.prepare(
            new LocalClusterPlan(folder, 3, 0, 2, ClusterWatch.SHORT_DEADLINES, "", false, true));
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
  void othersHearOfTheDeathAndTheNodeComesBack_whenTheFirstSeedIsKilled() throws IOException {
    ClusterWatch watch = new ClusterWatch(cluster);
    LocalNode first = cluster.node("sector-1");
    watch.untilDeadlinesAnswer(cluster.node("sector-3"));
    long before = first.nodePid();
    first.kill();
    assertThat(watch.untilDeadlinesAnswer(first)).isLessThan(SOON);
    // It would be alone in a cluster of its own, had it formed one.
    cluster.awaitWhole();
    assertThat(first.nodePid()).isNotEqualTo(before);
    assertThat(Files.readString(first.log())).contains("was told of the end of");
    assertThat(
            Files.readString(cluster.node("sector-2").log())
                + Files.readString(cluster.node("sector-3").log()))
        .contains("is said to be dead by its supervisor");
  }

  @Test
  void leavesWithItsSupervisor_whenThatIsToldTo() {
    LocalNode node = cluster.node("sector-3");
    long child = node.nodePid();
    node.terminate();
    assertThat(node.awaitEnd(Duration.ofSeconds(60))).isTrue();
    assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false)).isFalse();
    cluster.await(
        "two members only",
        Duration.ofSeconds(30),
        () -> cluster.node("sector-1").membersUp().size() == 2);
    node.start();
    cluster.awaitWhole();
  }
}
