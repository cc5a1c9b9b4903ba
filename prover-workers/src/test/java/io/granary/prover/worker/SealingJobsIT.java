package io.granary.prover.worker;

import static io.granary.prover.worker.Prover2KiB.SIZE;
import static io.granary.prover.worker.Prover2KiB.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.CommP;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sealing with the real library. C2 at 2 KiB takes a minute or two of CPU: once. */
class SealingJobsIT {
  private static final SectorId SECTOR = SectorId.of(1000, 1);
  private static final Bytes ZERO = filled(0);

  /** Zero pieces of 256 bytes lie behind the first, of 128, 256 and 512 behind the last. */
  private static final List<Part> PARTS =
      List.of(
          new Part("one", 200, 256, 0),
          new Part("two", 508, 512, 508),
          new Part("three", 100, 128, 1016));

  /**
   * A piece of the sector.
   *
   * @param offset where it lies, in bytes of data
   */
  private record Part(String name, int bytes, long paddedBytes, int offset) {}

  @TempDir Path home;
  private Prover2KiB prover;

  @BeforeEach
  void start() throws IOException {
    prover =
        new Prover2KiB(home, "granary.prover.child { ping-interval = 200ms, ping-limit = 5s }");
  }

  @AfterEach
  void stop() {
    prover.close();
  }

  private void fails(JobSpec spec, JobFailure.Kind kind, String... words) {
    assertThatThrownBy(() -> prover.run(spec))
        .isInstanceOfSatisfying(
            JobFailedException.class, e -> assertThat(e.failure().kind()).isEqualTo(kind))
        .hasMessageContainingAll(words);
  }

  /** Runs {@code spec}, sending {@code signal} to every child once {@code stage} is reported. */
  private void diesAt(String stage, String signal, JobSpec spec, String words) {
    AtomicBoolean sent = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                prover.run(
                    spec,
                    (reached, percent) -> {
                      if (reached.equals(stage) && sent.compareAndSet(false, true)) {
                        prover.children.pids().forEach(pid -> signal(signal, pid));
                      }
                    }))
        .isInstanceOfSatisfying(
            JobFailedException.class,
            e -> assertThat(e.failure().kind()).isEqualTo(JobFailure.Kind.CHILD_DIED))
        .hasMessageContaining(words);
    assertThat(sent).isTrue();
  }

  private static void signal(String signal, long pid) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void commRIsTheRightOne_whenPc2WasKilledAndHungBefore() {
    // vectors/proofs-commr-2kib.json, eight_mib: miner 1000, sector 1, zero ticket, no data.
    SectorSize size = SectorSize.SIZE_8MIB;
    JobSpec pc2 = new JobSpec.PreCommit2(SECTOR, size.sealProofV1_1(), ZERO, List.of());
    prover.run(new JobSpec.PreCommit1(SECTOR, size.sealProofV1_1(), ZERO, List.of()));
    diesAt("pc2.tree_c", "-KILL", pc2, "SIGKILL");
    diesAt("pc2.tree_r_last", "-STOP", pc2, "no sign of life");
    JobOutput.PreCommit2Done done = (JobOutput.PreCommit2Done) prover.run(pc2);
    assertThat(done.commR())
        .isEqualTo(
            Commitment.fromHex("062b430c66404709af25b87df118ea72284891787785aac3760c9b8b92a64d3e"));
    assertThat(done.commD())
        .isEqualTo(
            Commitment.fromHex("65f29e5d98d246c38b388cfc06db1f6b021303c5a289000bdce832a9c3ec421c"));
    assertThat(prover.run(pc2)).isEqualTo(done);
  }

  @Test
  void goesBackExactlyOneStep_whenFilesOfTheStepBeforeAreLost() throws IOException {
    JobSpec pc1 = new JobSpec.PreCommit1(SECTOR, SIZE.sealProofV1_1(), ZERO, List.of());
    JobSpec pc2 = new JobSpec.PreCommit2(SECTOR, SIZE.sealProofV1_1(), ZERO, List.of());
    fails(pc2, JobFailure.Kind.DATA, "f01000/1", "cache");
    prover.run(pc1);
    fails(
        new JobSpec.PreCommit2(SECTOR, SIZE.sealProofV1_1(), filled(1), List.of()),
        JobFailure.Kind.DATA,
        "PC1");
    JobOutput.PreCommit2Done first = (JobOutput.PreCommit2Done) prover.run(pc2);
    // vectors/proofs-commr-2kib.json, first case
    assertThat(first.commR())
        .isEqualTo(
            Commitment.fromHex("c647b998c78282296cfd1160714228d43f3b054dfbbb77172b68115ba3c3b762"));
    Path cache = prover.root.resolve("cache").resolve(SECTOR.fileName());
    try (var names = Files.list(cache)) {
      for (Path layer : names.filter(p -> p.toString().contains("layer")).toList()) {
        Files.delete(layer);
      }
    }
    fails(pc2, JobFailure.Kind.DATA, "f01000/1");
    prover.run(pc1);
    assertThat(prover.run(pc2)).isEqualTo(first);
    fails(
        new JobSpec.Commit1(
            SECTOR, SIZE.sealProofV1_1(), ZERO, ZERO, first.commR(), first.commD(), List.of()),
        JobFailure.Kind.INPUT,
        "seed");
  }

  @Test
  void wholeLifeOfASector_withAKilledAndAHungC2OnTheWay() throws IOException {
    prover.requireParameters();
    Bytes ticket = filled(0xee);
    Bytes seed = filled(0xdd);
    var type = SIZE.sealProofV1_1();
    byte[] data = new byte[(int) SIZE.unpaddedBytes()];
    List<PieceInfo> pieces = addPieces(data);
    JobSpec pc1 = new JobSpec.PreCommit1(SECTOR, type, ticket, pieces);
    JobOutput.PreCommit2Done sealed = prover.seal(SECTOR, SIZE, ticket, pieces);
    assertThat(sealed.commD())
        .as("CommD of pieces, as the library has it")
        .isEqualTo(SectorLayout.of(SIZE.bytes(), pieces).commD())
        .isEqualTo(CommP.of(new ByteArrayInputStream(data)).commP());
    JobSpec c1 =
        new JobSpec.Commit1(SECTOR, type, ticket, seed, sealed.commR(), sealed.commD(), pieces);
    BlobRef record = ((JobOutput.Commit1Done) prover.run(c1)).record();
    assertThat(((JobOutput.Commit1Done) prover.run(c1)).record()).isEqualTo(record);

    JobSpec c2 =
        new JobSpec.Commit2(SECTOR, type, ticket, seed, sealed.commR(), sealed.commD(), record);
    diesAt("snark.synthesis", "-KILL", c2, "SIGKILL");
    diesAt("snark.synthesis", "-STOP", c2, "no sign of life");
    JobOutput proof = prover.run(c2);
    long before = System.nanoTime();
    assertThat(prover.run(c2)).isEqualTo(proof);
    assertThat(System.nanoTime() - before).isLessThan(20_000_000_000L);

    prover.run(new JobSpec.Finalize(SECTOR, type));
    prover.run(new JobSpec.Finalize(SECTOR, type));
    fails(pc1, JobFailure.Kind.INPUT, "finalized");
    assertThat(prover.run(c2)).as("the proof that is known").isEqualTo(proof);
    fails(
        new JobSpec.Commit2(
            SECTOR, type, ticket, filled(9), sealed.commR(), sealed.commD(), record),
        JobFailure.Kind.DATA,
        "sector " + SECTOR,
        record.path());
    assertThat(prover.run(new JobSpec.CheckReplica(SECTOR, type, sealed.commR(), filled(1))))
        .isEqualTo(new JobOutput.ReplicaChecked());
    unsealsEqually(data, sealed, ticket);

    prover.run(new JobSpec.RemoveFiles(SECTOR, type));
    assertThat(prover.storage.sectors()).isEmpty();
    fails(
        new JobSpec.CheckReplica(SECTOR, type, sealed.commR(), filled(1)),
        JobFailure.Kind.DATA,
        "f01000/1");
  }

  @Test
  void dropsTheUnsealedCopy_onlyBesideAFinishedReplicaThatAnswers() throws IOException {
    byte[] data = new byte[1000];
    new Random(5).nextBytes(data);
    Path source = Files.write(home.resolve("piece"), data);
    Bytes ticket = filled(0xee);
    var type = SIZE.sealProofV1_1();
    JobSpec add =
        new JobSpec.AddPiece(SECTOR, type, List.of(), source.toString(), data.length, 1024);
    PieceInfo piece = ((JobOutput.PieceAdded) prover.run(add)).piece();
    JobOutput.PreCommit2Done sealed = prover.seal(SECTOR, SIZE, ticket, List.of(piece));
    Path unsealed = prover.root.resolve("unsealed").resolve(SECTOR.fileName());
    Path replica = prover.root.resolve("sealed").resolve(SECTOR.fileName());
    JobSpec drop = new JobSpec.DropUnsealed(SECTOR, type, sealed.commR(), filled(1));
    fails(drop, JobFailure.Kind.DATA, "f01000/1", "finalized");
    prover.run(new JobSpec.Finalize(SECTOR, type));
    byte[] good = Files.readAllBytes(replica);
    Files.write(replica, new byte[2048]);
    fails(drop, JobFailure.Kind.DATA, "f01000/1");
    Files.delete(replica);
    fails(drop, JobFailure.Kind.DATA, "f01000/1", "sealed");
    assertThat(unsealed).hasSize(1024);
    Files.write(replica, good);
    try (InputStream reader = Files.newInputStream(unsealed)) {
      assertThat(prover.run(drop)).isEqualTo(new JobOutput.UnsealedDropped());
      assertThat(unsealed).doesNotExist();
      assertThat(reader.readAllBytes()).as("who reads it reads on").hasSize(1024);
    }
    assertThat(prover.run(drop)).as("again").isEqualTo(new JobOutput.UnsealedDropped());
    assertThat(replica).exists();
    assertThat(unsealed(sealed, ticket, 0, 1000)).isEqualTo(data);
  }

  /**
   * Adds all pieces, and all again, to the sector, and puts their bytes into {@code data} where
   * they lie in it.
   */
  private List<PieceInfo> addPieces(byte[] data) throws IOException {
    Random random = new Random(4);
    for (Part part : PARTS) {
      byte[] bytes = new byte[part.bytes()];
      random.nextBytes(bytes);
      Files.write(home.resolve(part.name()), bytes);
      System.arraycopy(bytes, 0, data, part.offset(), bytes.length);
    }
    List<PieceInfo> pieces = added();
    assertThat(added()).as("added again").isEqualTo(pieces);
    return pieces;
  }

  private List<PieceInfo> added() {
    List<PieceInfo> pieces = new ArrayList<>();
    for (Part part : PARTS) {
      JobSpec.AddPiece add =
          new JobSpec.AddPiece(
              SECTOR,
              SIZE.sealProofV1_1(),
              List.copyOf(pieces),
              home.resolve(part.name()).toString(),
              part.bytes(),
              part.paddedBytes());
      pieces.add(((JobOutput.PieceAdded) prover.run(add)).piece());
    }
    return pieces;
  }

  private void unsealsEqually(byte[] data, JobOutput.PreCommit2Done sealed, Bytes ticket)
      throws IOException {
    Path unsealed = prover.root.resolve("unsealed").resolve(SECTOR.fileName());
    unsealsEachPart(data, sealed, ticket);
    Files.write(unsealed, new byte[2048]);
    assertThat(unsealed(sealed, ticket, 100, 300)).isEqualTo(Arrays.copyOfRange(data, 100, 400));
    Files.delete(unsealed);
    unsealsEachPart(data, sealed, ticket);
    assertThat(unsealed(sealed, ticket, 0, data.length)).isEqualTo(data);
    Path replica = prover.root.resolve("sealed").resolve(SECTOR.fileName());
    byte[] good = Files.readAllBytes(replica);
    byte[] bad = good.clone();
    bad[70] ^= 1;
    Files.write(replica, bad);
    fails(unseal(sealed, ticket, 1, 5), JobFailure.Kind.DATA, "f01000/1");
    Files.write(replica, good);
    fails(unseal(sealed, ticket, 2000, 33), JobFailure.Kind.INPUT, "2032");
  }

  private void unsealsEachPart(byte[] data, JobOutput.PreCommit2Done sealed, Bytes ticket)
      throws IOException {
    for (Part part : PARTS) {
      assertThat(unsealed(sealed, ticket, part.offset(), part.bytes()))
          .as("%s", part)
          .isEqualTo(Arrays.copyOfRange(data, part.offset(), part.offset() + part.bytes()));
    }
  }

  private static JobSpec.Unseal unseal(
      JobOutput.PreCommit2Done sealed, Bytes ticket, long offset, long length) {
    return new JobSpec.Unseal(SECTOR, SIZE.sealProofV1_1(), ticket, sealed.commD(), offset, length);
  }

  private byte[] unsealed(JobOutput.PreCommit2Done sealed, Bytes ticket, long offset, long length)
      throws IOException {
    JobOutput.Unsealed output =
        (JobOutput.Unsealed) prover.run(unseal(sealed, ticket, offset, length));
    Path file = prover.root.resolve(output.file().path());
    assertThat(output.file().length()).isEqualTo(length);
    return Files.readAllBytes(file);
  }

  @Test
  void cancelKillsTheChild_whileItWorks() {
    JobSpec pc1 =
        new JobSpec.PreCommit1(SECTOR, SectorSize.SIZE_8MIB.sealProofV1_1(), ZERO, List.of());
    JobRun[] run = new JobRun[1];
    run[0] =
        new JobRun(
            pc1.id(),
            Map.of(),
            (stage, percent) -> run[0].cancel(JobFailure.Kind.CANCELLED, "the operator asked"));
    assertThatThrownBy(() -> prover.runner.run(pc1, run[0]))
        .isInstanceOfSatisfying(
            JobFailedException.class,
            e -> assertThat(e.failure().kind()).isEqualTo(JobFailure.Kind.CANCELLED))
        .hasMessageContaining("the operator asked");
    assertThat(prover.run(pc1)).isInstanceOf(JobOutput.PreCommit1Done.class);
  }
}
