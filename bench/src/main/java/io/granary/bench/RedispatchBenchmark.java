package io.granary.bench;

import io.granary.ops.cluster.ClusterWatch;
import io.granary.ops.cluster.LocalCluster;
import java.time.Duration;

/** From the kill of the prover that works on a partition's SNARK to the same job on the other. */
final class RedispatchBenchmark extends KillBenchmark {
  @Override
  public String name() {
    return "redispatch";
  }

  @Override
  public String summary() {
    return "seconds from kill -9 of a prover to its job running elsewhere, worst of 10";
  }

  @Override
  public Goal goal() {
    return Goal.atMost(10);
  }

  @Override
  Duration kill(LocalCluster cluster, ClusterWatch watch, int number) {
    ClusterWatch.Run run = watch.awaitRun();
    ClusterWatch.Job job = watch.awaitJob(run);
    cluster.node(job.worker()).kill();
    Duration took = watch.untilElsewhere(job);
    watch.awaitProven(run);
    return took;
  }
}
