package io.granary.bench;

import io.granary.ops.cluster.ClusterWatch;
import io.granary.ops.cluster.LocalCluster;
import io.granary.ops.cluster.LocalClusterPlan;
import io.granary.ops.cluster.LocalNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Three nodes with entities and two provers, each a process; one of them is killed as kill -9 does,
 * ten times, and started again. No supervisor tells of the deaths: the cluster finds out itself.
 */
abstract class KillBenchmark implements Benchmark {
  private static final int KILLS = 10;

  @Override
  public final String against() {
    return "the goal of design.md 8";
  }

  @Override
  public final String unit() {
    return "s";
  }

  /** One kill; seconds until what it took away is there again. */
  abstract Duration kill(LocalCluster cluster, ClusterWatch watch, int number);

  @Override
  public final double measure(Report report) throws IOException {
    Path work = Files.createTempDirectory("granary-bench");
    report.line("starting Cassandra and five nodes, sealing %d sectors", ClusterWatch.SECTORS);
    Samples samples = new Samples();
    try (LocalCluster cluster =
        LocalCluster.prepare(
            LocalClusterPlan.of(work.resolve("cluster"), ClusterWatch.SECTORS)
                .withDevnetConfig(ClusterWatch.SHORT_DEADLINES))) {
      cluster.startNodes();
      cluster.devnet().resume();
      ClusterWatch watch = new ClusterWatch(cluster);
      for (int number = 0; number < KILLS; number++) {
        double seconds = kill(cluster, watch, number).toMillis() / 1000.0;
        samples.add(seconds);
        report.line("kill %d of %d: %.1f s", number + 1, KILLS, seconds);
        cluster.nodes().stream().filter(node -> !node.isAlive()).forEach(LocalNode::start);
        cluster.awaitWhole();
      }
    } finally {
      Scratch.delete(work);
    }
    report.line("median %.1f s, worst %.1f s", samples.median(), samples.quantile(1));
    return samples.quantile(1);
  }
}
