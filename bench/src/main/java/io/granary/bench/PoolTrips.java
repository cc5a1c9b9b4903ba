package io.granary.bench;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.node.ProverNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Jobs taken through the product's pool, one after another: asked on one node, placed by the
 * dispatcher, run by the worker of another node, reported back. Used by one thread.
 */
final class PoolTrips implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 600;
  private static final long LAST_USEFUL_EPOCH = 1_000_000;

  /** One trip, in seconds from the ask. */
  record Trip(double toStart, double toEnd, JobOutput output) {}

  private record Heard(JobReport report, long nanos) {}

  private final List<ActorSystem<Void>> systems = new ArrayList<>();
  private final List<ProverNode> nodes = new ArrayList<>();
  private final BlockingQueue<Heard> reports = new LinkedBlockingQueue<>();

  /**
   * A pool of two nodes, joined over loopback: one that asks and has no worker, and one that works.
   */
  PoolTrips(ProverWorkersSettings asker, ProverWorkersSettings worker) throws InterruptedException {
    start(asker, false);
    start(worker, true);
    awaitWorker();
  }

  private void start(ProverWorkersSettings settings, boolean works) {
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "bench", BenchSettings.pool());
    systems.add(system);
    Cluster.get(system)
        .manager()
        .tell(Join.create(Cluster.get(systems.get(0)).selfMember().address()));
    nodes.add(
        ProverNode.start(
            system,
            settings,
            (recipient, report) -> reports.add(new Heard(report, System.nanoTime())),
            works));
  }

  private void awaitWorker() throws InterruptedException {
    for (int second = 0; second < PATIENCE_SECONDS; second++) {
      boolean there =
          nodes
              .get(0)
              .status(0)
              .handle((status, failure) -> failure == null && !status.workers().isEmpty())
              .toCompletableFuture()
              .join();
      if (there) {
        return;
      }
      TimeUnit.SECONDS.sleep(1);
    }
    throw new IllegalStateException("no worker joined the pool");
  }

  /**
   * Takes one job through the pool, and back.
   *
   * @throws IllegalStateException when it fails, or nothing is heard
   */
  Trip run(JobSpec spec, Recipient recipient) throws InterruptedException {
    reports.clear();
    JobRequest request =
        new JobRequest(spec.id(), 1, spec, recipient, new Epoch(LAST_USEFUL_EPOCH));
    long asked = System.nanoTime();
    nodes.get(0).jobPool().request(request);
    double started = Double.NaN;
    while (true) {
      Heard heard = reports.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (heard == null) {
        throw new IllegalStateException("nothing is heard of " + spec);
      }
      double seconds = (heard.nanos() - asked) / 1e9;
      if (!heard.report().id().equals(spec.id())) {
        continue;
      }
      if (heard.report() instanceof JobReport.Started) {
        started = seconds;
      } else if (heard.report() instanceof JobReport.Succeeded done) {
        return new Trip(started, seconds, done.output());
      } else if (heard.report() instanceof JobReport.Failed failed) {
        throw new IllegalStateException("job failed: " + failed.failure());
      }
    }
  }

  @Override
  public void close() {
    nodes.forEach(ProverNode::close);
    systems.forEach(ActorSystem::terminate);
    systems.forEach(system -> system.getWhenTerminated().toCompletableFuture().join());
  }
}
