package io.granary.prover.worker;

import static io.granary.prover.worker.Prover2KiB.SIZE;
import static io.granary.prover.worker.Prover2KiB.filled;
import static io.granary.prover.worker.Prover2KiB.replica;
import static io.granary.prover.worker.Prover2KiB.snark;
import static io.granary.prover.worker.Prover2KiB.vanilla;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.port.ProofVerifier;
import io.granary.prover.TestSettings;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildProcess;
import io.granary.prover.child.ChildProofVerifier;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Window PoSt over real replicas of 2 KiB. */
class PoStJobsIT {
  @TempDir static Path home;
  private static Prover2KiB prover;
  private static final SectorId FIRST = SectorId.of(1000, 1);
  private static final SectorId SECOND = SectorId.of(1000, 2);
  private static List<ReplicaRef> replicas = List.of();

  @BeforeAll
  static void seal() throws IOException {
    prover =
        new Prover2KiB(
            home,
            """
            granary.prover {
              child { ping-interval = 200ms, ping-limit = 4s }
              worker { vanilla-sector-limit = 3s, vanilla-parallel = 2 }
            }
            """);
    prover.requireParameters();
    List<ReplicaRef> sealed = new ArrayList<>();
    for (SectorId sector : List.of(FIRST, SECOND)) {
      sealed.add(replica(sector, prover.seal(sector, SIZE, filled(3), List.of())));
    }
    replicas = List.copyOf(sealed);
  }

  @AfterAll
  static void stop() {
    prover.close();
  }

  private static JobOutput.VanillaProofs read(Bytes randomness) {
    return (JobOutput.VanillaProofs)
        prover.run(vanilla(randomness, replicas.toArray(new ReplicaRef[0])));
  }

  /** Inverts one byte of a file while {@code work} runs. */
  private static void withFlippedByte(Path file, long offset, Runnable work) throws IOException {
    flip(file, offset);
    try {
      work.run();
    } finally {
      flip(file, offset);
    }
  }

  private static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(offset);
      int old = access.read();
      access.seek(offset);
      access.write(~old);
    }
  }

  private static Path sealedFile(SectorId sector) {
    return prover.root.resolve("sealed").resolve(sector.fileName());
  }

  @Test
  void provesAPartition_andAnotherProcessVerifiesIt() {
    // All bits set: the two top bits must be cleared on both sides.
    Bytes randomness = filled(0xff);
    JobOutput.VanillaProofs vanilla = read(randomness);
    assertThat(vanilla.unreadable()).isEmpty();
    JobOutput.WindowPoStDone proof =
        (JobOutput.WindowPoStDone) prover.run(snark(randomness, vanilla, replicas));
    ProofVerifier verifier =
        new ChildProofVerifier(prover.children, TestSettings.of(home, "").child(), Runnable::run);
    assertThat(verify(verifier, randomness, proof.proof())).isTrue();
    assertThat(verify(verifier, filled(7), proof.proof())).isFalse();
    byte[] broken = proof.proof().toArray();
    broken[0] ^= 1;
    assertThat(verify(verifier, randomness, Bytes.of(broken))).isFalse();
    long pid = prover.children.use(ChildClass.POST, ChildProcess::pid);
    assertThat(prover.run(snark(randomness, vanilla, replicas))).isEqualTo(proof);
    assertThat(prover.children.use(ChildClass.POST, ChildProcess::pid)).isEqualTo(pid);
  }

  @Test
  void provesABlocksElection_andAnotherProcessVerifiesIt() {
    Bytes randomness = filled(0xff);
    List<ReplicaRef> one = replicas.subList(0, 1);
    JobOutput.VanillaProofs vanilla =
        (JobOutput.VanillaProofs)
            prover.run(
                new JobSpec.WindowPoStVanilla(
                    Prover2KiB.MINER, SIZE.winningPoSt(), JobSpec.WINNING, 0, randomness, one));
    assertThat(vanilla.unreadable()).isEmpty();
    JobOutput.WindowPoStDone proof =
        (JobOutput.WindowPoStDone)
            prover.run(
                new JobSpec.WindowPoStSnark(
                    Prover2KiB.MINER,
                    SIZE.winningPoSt(),
                    JobSpec.WINNING,
                    0,
                    randomness,
                    one,
                    List.of(vanilla.proven().get(0).proof())));
    ProofVerifier verifier =
        new ChildProofVerifier(prover.children, TestSettings.of(home, "").child(), Runnable::run);
    assertThat(winning(verifier, randomness, one, proof.proof())).isTrue();
    assertThat(winning(verifier, filled(7), one, proof.proof())).isFalse();
    assertThat(winning(verifier, randomness, replicas.subList(1, 2), proof.proof())).isFalse();
  }

  private static boolean winning(
      ProofVerifier verifier, Bytes randomness, List<ReplicaRef> sectors, Bytes proof) {
    return verifier
        .verifyWinningPoSt(Prover2KiB.MINER, SIZE.winningPoSt(), randomness, sectors, proof)
        .toCompletableFuture()
        .join();
  }

  private static boolean verify(ProofVerifier verifier, Bytes randomness, Bytes proof) {
    return verifier
        .verifyWindowPoSt(Prover2KiB.MINER, SIZE.windowPoStV1_1(), randomness, replicas, proof)
        .toCompletableFuture()
        .join();
  }

  @Test
  void flippedByteSkipsThatSectorOnly_andRestoringItHeals() throws IOException {
    Bytes randomness = filled(5);
    withFlippedByte(
        sealedFile(FIRST),
        900,
        () -> {
          JobOutput.VanillaProofs vanilla = read(randomness);
          assertThat(vanilla.proven())
              .extracting(JobOutput.VanillaProofs.Proven::sector)
              .containsExactly(SECOND.number());
          assertThat(vanilla.unreadable())
              .extracting(JobOutput.VanillaProofs.Unreadable::sector)
              .containsExactly(FIRST.number());
          assertThat(vanilla.unreadable().get(0).reason()).contains("faulty_sectors");
          assertThat(prover.run(snark(randomness, vanilla, List.of(replicas.get(1)))))
              .isInstanceOf(JobOutput.WindowPoStDone.class);
        });
    assertThat(read(randomness).unreadable()).isEmpty();
  }

  @Test
  void damagedAuxiliaryFileSkipsThatSector_beforeItSinksThePartition() throws IOException {
    Path paux = prover.root.resolve("cache").resolve(SECOND.fileName()).resolve("p_aux");
    withFlippedByte(
        paux,
        3,
        () ->
            assertThat(read(filled(6)).unreadable())
                .extracting(JobOutput.VanillaProofs.Unreadable::sector)
                .containsExactly(SECOND.number()));
  }

  @Test
  void checkNamesTheSectorAsData_whenAByteIsFlipped() throws IOException {
    JobSpec.CheckReplica check =
        new JobSpec.CheckReplica(
            FIRST, SIZE.sealProofV1_1(), replicas.get(0).sealed(), filled(0xfe));
    assertThat(prover.run(check)).isEqualTo(new JobOutput.ReplicaChecked());
    withFlippedByte(
        sealedFile(FIRST),
        900,
        () ->
            assertThatThrownBy(() -> prover.run(check))
                .isInstanceOfSatisfying(
                    JobFailedException.class,
                    e -> assertThat(e.failure().kind()).isEqualTo(JobFailure.Kind.DATA))
                .hasMessageContaining("f01000/1"));
    assertThat(prover.run(check)).isEqualTo(new JobOutput.ReplicaChecked());
  }

  @Test
  void missingFileIsASkipWithItsReason() throws IOException {
    Path away = home.resolve("away");
    Files.move(sealedFile(FIRST), away);
    try {
      JobOutput.VanillaProofs vanilla = read(filled(8));
      assertThat(vanilla.proven()).hasSize(1);
      assertThat(vanilla.unreadable().get(0).reason()).isNotBlank();
    } finally {
      Files.move(away, sealedFile(FIRST));
    }
    ReplicaRef unknown =
        new ReplicaRef(
            SectorId.of(1000, 99).number(), SIZE.sealProofV1_1(), replicas.get(0).sealed());
    JobOutput.VanillaProofs vanilla =
        (JobOutput.VanillaProofs) prover.run(vanilla(filled(8), replicas.get(0), unknown));
    assertThat(vanilla.unreadable())
        .containsExactly(
            new JobOutput.VanillaProofs.Unreadable(
                unknown.number(), "no node that can be reached holds its files"));
  }

  @Test
  void killedProverIsChildDied_andTheNextRunSucceeds() throws Exception {
    Bytes randomness = filled(10);
    JobSpec spec = snark(randomness, read(randomness), replicas);
    diesWhenSignalled(spec, "-KILL", "SIGKILL");
    diesWhenSignalled(spec, "-STOP", "no sign of life");
    assertThat(prover.run(spec)).isInstanceOf(JobOutput.WindowPoStDone.class);
  }

  private static void diesWhenSignalled(JobSpec spec, String signal, String words)
      throws Exception {
    prover.children.warm(ChildClass.POST);
    long pid = prover.children.use(ChildClass.POST, ChildProcess::pid);
    CompletableFuture<JobOutput> job = CompletableFuture.supplyAsync(() -> prover.run(spec));
    TimeUnit.MILLISECONDS.sleep(200);
    assertThat(new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor()).isZero();
    assertThatThrownBy(job::join)
        .cause()
        .isInstanceOfSatisfying(
            JobFailedException.class,
            e -> assertThat(e.failure().kind()).isEqualTo(JobFailure.Kind.CHILD_DIED))
        .hasMessageContaining(words);
  }
}
