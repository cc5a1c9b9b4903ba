package io.granary.prover.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TestSettings;
import io.granary.prover.storage.StoragePath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pool over a real cluster of two actor systems, Artery between them, and the real prover. */
class ProverNodeIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final SectorSize SIZE = SectorSize.SIZE_2KIB;
  private static final Bytes TICKET = Bytes.of(new byte[32]);

  @TempDir Path home;
  private final Queue<JobReport> reports = new ConcurrentLinkedQueue<>();
  private final Queue<AutoCloseable> open = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void needsTheProver() {
    TestSettings.requireProver();
  }

  private record Node(ActorSystem<Void> system, ProverNode prover) {}

  private Node start(String name, boolean worker) {
    Path path = home.resolve(name + "-path");
    StoragePath.create(path, 1, true, true, 0);
    Config config =
        TestSettings.config(
            home.resolve(name),
            """
            granary.prover.storage.paths = ["%s"]
            granary.prover.worker.name = "%s"
            granary.prover.pool.worker-silence = 3s
            akka {
              loglevel = warning
              stdout-loglevel = warning
              actor.provider = cluster
              actor.allow-java-serialization = off
              remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
              cluster {
                downing-provider-class = "akka.cluster.sbr.SplitBrainResolverProvider"
                jmx.multi-mbeans-in-same-jvm = on
                singleton.hand-over-retry-interval = 300ms
                singleton-proxy.singleton-identification-interval = 300ms
                gossip-interval = 200ms
                leader-actions-interval = 200ms
              }
              coordinated-shutdown.exit-jvm = off
            }
            """
                .formatted(path, name));
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "pool", config);
    ProverNode prover =
        ProverNode.start(
            system,
            ProverWorkersSettings.from(config),
            (recipient, report) -> reports.add(report),
            worker);
    open.add(
        () -> {
          prover.close();
          system.terminate();
          system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        });
    return new Node(system, prover);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static JobRequest request(JobSpec.OfSector spec) {
    return new JobRequest(spec.id(), 1, spec, new Recipient.Sector(spec.sector()), new Epoch(100));
  }

  private static JobRequest pc1(long sector) {
    return request(
        new JobSpec.PreCommit1(SectorId.of(1000, sector), SIZE.sealProofV1_1(), TICKET, List.of()));
  }

  private static JobRequest pc2(long sector) {
    return request(
        new JobSpec.PreCommit2(SectorId.of(1000, sector), SIZE.sealProofV1_1(), TICKET, List.of()));
  }

  /** Asks again every second, as an entity does on its ticks. */
  private JobReport.Succeeded outcome(Node asker, JobRequest request) {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              asker.prover().jobPool().request(request);
              return reports.stream()
                  .filter(r -> r.id().equals(request.id()))
                  .filter(JobReport.Succeeded.class::isInstance)
                  .map(JobReport.Succeeded.class::cast)
                  .findFirst()
                  .orElse(null);
            },
            found -> found != null);
  }

  @Test
  void jobsGoToTheNodeThatHoldsTheFiles_andTheDispatchersDeathLosesNone() throws Exception {
    Node asker = start("asker", false);
    Cluster.get(asker.system()).manager().tell(Join.create(address(asker)));
    Node first = start("first", true);
    Cluster.get(first.system()).manager().tell(Join.create(address(asker)));

    assertThat(outcome(asker, pc1(1)).worker()).isEqualTo("first");

    Node second = start("second", true);
    Cluster.get(second.system()).manager().tell(Join.create(address(asker)));
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(asker.prover().status(10).toCompletableFuture().get().workers())
                    .hasSize(2));
    JobReport.Succeeded sealed = outcome(asker, pc2(1));
    assertThat(sealed.worker()).isEqualTo("first");
    assertThat(sealed.output()).isInstanceOf(JobOutput.PreCommit2Done.class);

    asker.prover().close();
    asker.system().terminate();
    asker.system().getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);

    assertThat(outcome(second, pc1(2)).output()).isInstanceOf(JobOutput.PreCommit1Done.class);
    reports.clear();
    // The same job again after its report was lost: taken from its receipt, with one effect.
    JobReport.Succeeded again = outcome(second, pc2(1));
    assertThat(again.output()).isEqualTo(sealed.output());
    assertThat(again.worker()).isEqualTo("first");
  }

  private static Address address(Node node) {
    return Cluster.get(node.system()).selfMember().address();
  }
}
