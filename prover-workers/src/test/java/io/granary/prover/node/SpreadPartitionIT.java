package io.granary.prover.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobOutput.VanillaProofs.Proven;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.job.ReplicaRef;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TestSettings;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StoragePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A partition whose sectors lie on two nodes' disks, one of them on both, and a prover without any:
 * real actor systems, Artery, HTTP and proofs.
 */
class SpreadPartitionIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final SectorSize SIZE = SectorSize.SIZE_2KIB;
  private static final ActorId MINER = new ActorId(1000);
  private static final Bytes TICKET = Bytes.of(new byte[32]);
  private static final String STORES = "gpu = 1, sdr = 1, post-read = 1, read = 1, post-prove = 0";
  private static final String PROVES = "gpu = 0, sdr = 0, post-read = 0, read = 0, post-prove = 1";

  @TempDir Path home;
  private final Queue<JobReport> reports = new ConcurrentLinkedQueue<>();
  private final List<Node> nodes = new ArrayList<>();

  @BeforeAll
  static void needsTheProver() {
    TestSettings.requireProver();
  }

  private record Node(String name, ActorSystem<Void> system, ProverNode prover) {
    void stop() throws Exception {
      prover.close();
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  private Node start(String name, String slots, boolean storage) {
    Path path = home.resolve(name + "-path");
    if (storage && !Files.exists(path)) {
      StoragePath.create(path, 1, true, true, 0);
    }
    Config config =
        TestSettings.config(
            home.resolve(name),
            """
            granary.prover.storage.paths = [%s]
            granary.prover.worker.name = "%s"
            granary.prover.worker.slots { %s, unseal = 0, piece = 0 }
            granary.prover.pool { worker-silence = 3s, holder-grace = 3s }
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
            """
                .formatted(storage ? "\"" + path + "\"" : "", name, slots));
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "pool", config);
    ProverNode prover =
        ProverNode.start(
            system,
            ProverWorkersSettings.from(config),
            (recipient, report) -> reports.add(report),
            true);
    Node node = new Node(name, system, prover);
    nodes.add(node);
    Cluster.get(system)
        .manager()
        .tell(Join.create(Cluster.get(nodes.get(0).system()).selfMember().address()));
    await()
        .atMost(LIMIT)
        .until(
            () ->
                node.prover().status(1).toCompletableFuture().get().workers().stream()
                    .anyMatch(w -> w.name().equals(name)));
    return node;
  }

  @AfterEach
  void stop() throws Exception {
    for (Node node : nodes) {
      node.stop();
    }
  }

  private JobReport.Succeeded run(JobSpec spec) {
    Recipient recipient =
        spec instanceof JobSpec.OfSector of
            ? new Recipient.Sector(of.sector())
            : new Recipient.Deadline(MINER, 0);
    JobRequest request = new JobRequest(spec.id(), 1, spec, recipient, new Epoch(100));
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              nodes.get(0).prover().jobPool().request(request);
              return reports.stream()
                  .filter(r -> r.id().equals(request.id()))
                  .filter(JobReport.Succeeded.class::isInstance)
                  .map(JobReport.Succeeded.class::cast)
                  .findFirst()
                  .orElse(null);
            },
            found -> found != null);
  }

  private ReplicaRef seal(long number) {
    SectorId sector = new SectorId(MINER, new SectorNumber(number));
    run(new JobSpec.PreCommit1(sector, SIZE.sealProofV1_1(), TICKET, List.of()));
    JobOutput.PreCommit2Done done =
        (JobOutput.PreCommit2Done)
            run(new JobSpec.PreCommit2(sector, SIZE.sealProofV1_1(), TICKET, List.of())).output();
    return new ReplicaRef(sector.number(), SIZE.sealProofV1_1(), done.commR());
  }

  private static JobSpec vanilla(int seed, List<ReplicaRef> sectors) {
    return new JobSpec.WindowPoStVanilla(
        MINER, SIZE.windowPoStV1_1(), 0, 0, randomness(seed), sectors);
  }

  private static JobSpec snark(int seed, List<ReplicaRef> sectors, JobOutput.VanillaProofs read) {
    return new JobSpec.WindowPoStSnark(
        MINER,
        SIZE.windowPoStV1_1(),
        0,
        0,
        randomness(seed),
        sectors,
        read.proven().stream().map(Proven::proof).toList());
  }

  private static Bytes randomness(int seed) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) seed;
    return Bytes.of(bytes);
  }

  private Path path(String node) {
    return home.resolve(node + "-path");
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Test
  void partitionIsReadOnTwoNodes_provenOnAThird_andOutlivesTheReader() throws Exception {
    Node first = start("first", STORES, true);
    List<ReplicaRef> sectors = new ArrayList<>();
    sectors.add(seal(2));
    sectors.add(seal(3));
    // The third sector moves to the second node, the second one is copied there, and damaged where
    // it was: it must be read from its other copy.
    first.stop();
    nodes.clear();
    reports.clear();
    StoragePath.create(path("second"), 1, true, true, 0);
    for (String folder : List.of("sealed", "cache")) {
      Files.createDirectories(path("second").resolve(folder));
      Files.move(
          path("first").resolve(folder).resolve("s-t01000-3"),
          path("second").resolve(folder).resolve("s-t01000-3"));
      copyTree(
          path("first").resolve(folder).resolve("s-t01000-2"),
          path("second").resolve(folder).resolve("s-t01000-2"));
    }
    Files.write(path("first").resolve("sealed").resolve("s-t01000-2"), new byte[10]);

    Node again = start("first", STORES, true);
    Node second = start("second", STORES, true);
    start("prover", PROVES, false);

    JobReport.Succeeded read = run(vanilla(1, sectors));
    JobOutput.VanillaProofs proofs = (JobOutput.VanillaProofs) read.output();
    assertThat(proofs.unreadable()).isEmpty();
    assertThat(proofs.proven()).hasSize(2);
    Node reader = read.worker().equals("first") ? again : second;
    Node other = reader.equals(again) ? second : again;

    JobReport.Succeeded proven = run(snark(1, sectors, proofs));
    assertThat(proven.worker()).isEqualTo("prover");
    assertThat(proven.output()).isInstanceOf(JobOutput.WindowPoStDone.class);

    // The reader dies after its vanilla proofs were copied: the proof is made from the copies.
    JobOutput.VanillaProofs more = (JobOutput.VanillaProofs) run(vanilla(2, sectors)).output();
    BlobStore copies = new BlobStore(other.prover().storage());
    await()
        .atMost(LIMIT)
        .until(() -> more.proven().stream().allMatch(p -> copies.find(p.proof()).isPresent()));
    nodes.remove(reader); // Asks come from the others.
    reader.stop();
    assertThat(run(snark(2, sectors, more)).output()).isInstanceOf(JobOutput.WindowPoStDone.class);
    // Asked again after its report was lost: the dispatcher or the worker knows it.
    JobReport.Succeeded known = run(snark(2, sectors, more));
    assertThat(known.output()).isInstanceOf(JobOutput.WindowPoStDone.class);
  }
}
