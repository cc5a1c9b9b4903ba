package io.granary.prover.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.prover.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A request that waits on another node than the worker's, over a real cluster of two. */
class OperatorReportsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final JobSpec JOB =
      new JobSpec.Finalize(SectorId.of(1000, 1), SectorSize.SIZE_2KIB.sealProofV1_1());
  private static final JobReport END =
      new JobReport.Succeeded(JOB.id(), 1, "worker", new JobOutput.Finalized(), 5);
  private static final Recipient ASKER = new Recipient.Operator("asker", "r-1");
  private static final Recipient WORKER = new Recipient.Operator("worker", "r-2");

  /** What came where. */
  private record Came(Recipient to, JobReport report) {}

  @TempDir private Path home;
  private final Queue<Came> atAsker = new ConcurrentLinkedQueue<>();
  private final Queue<Came> atWorker = new ConcurrentLinkedQueue<>();
  private List<ActorSystem<Void>> systems = List.of();

  @BeforeEach
  void start() {
    systems = List.of(system("asker"), system("worker"));
    for (ActorSystem<Void> each : systems) {
      Cluster.get(each)
          .manager()
          .tell(Join.create(Cluster.get(systems.get(0)).selfMember().address()));
    }
    await()
        .atMost(LIMIT)
        .until(
            () ->
                StreamSupport.stream(
                            Cluster.get(systems.get(1)).state().getMembers().spliterator(), false)
                        .filter(member -> member.status() == MemberStatus.up())
                        .count()
                    == 2);
  }

  private ActorSystem<Void> system(String name) {
    Config config =
        TestSettings.config(
            home.resolve(name),
            """
            akka {
              loglevel = warning
              stdout-loglevel = warning
              actor.provider = cluster
              actor.allow-java-serialization = off
              remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
              cluster {
                downing-provider-class = "akka.cluster.sbr.SplitBrainResolverProvider"
                jmx.multi-mbeans-in-same-jvm = on
                gossip-interval = 200ms
                leader-actions-interval = 200ms
              }
              coordinated-shutdown.exit-jvm = off
            }
            """);
    return ActorSystem.create(Behaviors.empty(), "pool", config);
  }

  @AfterEach
  void stop() throws Exception {
    for (ActorSystem<Void> each : systems) {
      each.terminate();
      each.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void theEndOfAJobComesToTheNodeThatAsked_andNowhereElse() {
    OperatorReports ofAsker =
        OperatorReports.start(
            systems.get(0), "asker", (to, report) -> atAsker.add(new Came(to, report)));
    OperatorReports ofWorker =
        OperatorReports.start(
            systems.get(1), "worker", (to, report) -> atWorker.add(new Came(to, report)));
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              ofWorker.deliver(ASKER, END);
              return !atAsker.isEmpty();
            });
    assertThat(atAsker).containsOnly(new Came(ASKER, END));
    assertThat(atWorker).isEmpty();

    JobReport progress = new JobReport.Started(JOB.id(), 1, "worker");
    ofWorker.deliver(new Recipient.Operator("nobody", "r-3"), END);
    ofWorker.deliver(ASKER, progress);
    ofWorker.deliver(WORKER, progress);
    ofAsker.deliver(WORKER, END);
    await().atMost(LIMIT).until(() -> atWorker.size() == 2);
    assertThat(atWorker).containsExactly(new Came(WORKER, progress), new Came(WORKER, END));
    assertThat(atAsker).containsOnly(new Came(ASKER, END));
  }
}
