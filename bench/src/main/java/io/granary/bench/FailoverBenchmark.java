package io.granary.bench;

import io.granary.ops.cluster.ClusterWatch;
import io.granary.ops.cluster.LocalCluster;
import io.granary.ops.cluster.LocalNode;
import java.time.Duration;

/** From the kill of a node that owns a deadline to answers of all deadlines through the others. */
final class FailoverBenchmark extends KillBenchmark {
  @Override
  public String name() {
    return "failover";
  }

  @Override
  public String summary() {
    return "seconds from kill -9 of a node to its entities answering elsewhere, worst of 10";
  }

  @Override
  public Goal goal() {
    return Goal.atMost(15);
  }

  @Override
  Duration kill(LocalCluster cluster, ClusterWatch watch, int number) {
    LocalNode owner = watch.ownerOfDeadline(number);
    owner.kill();
    return watch.untilDeadlinesAnswer(owner);
  }
}
