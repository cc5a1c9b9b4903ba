package io.granary.prover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.CommP;
import io.granary.protocol.piece.Fr32;
import io.granary.protocol.piece.PieceInfo;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TestSettings;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.transfer.Exchange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PieceJobsTest {
  private static final SectorId SECTOR = SectorId.of(1000, 1);
  private static final SectorSize SIZE = SectorSize.SIZE_2KIB;

  private static final String DEAL = "00112233-4455-6677-8899-aabbccddeeff";

  @TempDir Path home;
  private StoragePaths storage;
  private PieceJobs jobs;
  private SectorFiles files;
  private Path unsealed;
  private Exchange exchange;

  @BeforeEach
  void attach() throws IOException {
    Path root = home.resolve("path");
    StoragePath.create(root, 1, true, true, 0);
    storage = StoragePaths.open(new ProverWorkersSettings.Storage(List.of(root), 0, 2));
    BlobStore blobs = new BlobStore(storage);
    files = new SectorFiles(storage, blobs);
    exchange = Exchange.open(TestSettings.of(home, "").transfer(), blobs, home.resolve("got"), 2);
    jobs = new PieceJobs(files, new PieceInputs(storage, blobs, exchange.client()));
    unsealed = root.resolve("unsealed/s-t01000-1");
  }

  @AfterEach
  void detach() {
    exchange.close();
    storage.close();
  }

  private Path file(String name, byte[] data) throws IOException {
    return Files.write(home.resolve(name), data);
  }

  private static byte[] random(int length, long seed) {
    byte[] data = new byte[length];
    new Random(seed).nextBytes(data);
    return data;
  }

  private static JobSpec.AddPiece spec(
      List<PieceInfo> existing, Path source, long payloadBytes, long paddedBytes) {
    return new JobSpec.AddPiece(
        SECTOR, SIZE.sealProofV1_1(), existing, source.toString(), payloadBytes, paddedBytes);
  }

  private JobOutput.PieceAdded add(JobSpec.AddPiece spec) {
    return jobs.addPiece(spec, new JobRun(spec.id(), Map.of(), (stage, percent) -> {}));
  }

  private static byte[] padded(byte[] data, int paddedBytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Fr32.pad(new ByteArrayInputStream(data), out, paddedBytes);
    return out.toByteArray();
  }

  private void fails(JobSpec.AddPiece spec, JobFailure.Kind kind, String... words) {
    assertThatThrownBy(() -> add(spec))
        .isInstanceOfSatisfying(
            JobFailedException.class, e -> assertThat(e.failure().kind()).isEqualTo(kind))
        .hasMessageContainingAll(words);
  }

  @Test
  void writesPaddedDataAndItsCommP_whenThePieceIsTheFirst() throws IOException {
    byte[] data = random(700, 1);
    PieceInfo piece = add(spec(List.of(), file("a", data), 700, 1024)).piece();
    assertThat(piece).isEqualTo(CommP.of(new ByteArrayInputStream(data)));
    assertThat(Files.readAllBytes(unsealed)).isEqualTo(padded(data, 1024));
    assertThat(storage.sectors()).containsExactly(SECTOR);
  }

  @Test
  void takesADealsData_whenItIsStagedOnThisNode() throws IOException {
    byte[] data = random(700, 1);
    Path staged = home.resolve("path/deal-staging/" + DEAL + ".data");
    Files.createDirectories(staged.resolveSibling(""));
    Files.write(staged, data);
    StoragePath path = storage.paths().get(0);
    StagedFile named = new StagedFile(path.id(), "deal-staging/" + DEAL + ".data", 700);
    PieceInfo piece = add(staged(named)).piece();
    assertThat(piece).isEqualTo(CommP.of(new ByteArrayInputStream(data)));
    assertThat(Files.readAllBytes(unsealed)).isEqualTo(padded(data, 1024));
  }

  @Test
  void failsForNow_whenADealsDataIsOnNoNode() {
    String here = storage.paths().get(0).id();
    String file = "deal-staging/" + DEAL + ".data";
    fails(
        staged(new StagedFile("elsewhere", file, 700)),
        JobFailure.Kind.ENVIRONMENT,
        "no node has storage path elsewhere");
    fails(staged(new StagedFile(here, file, 700)), JobFailure.Kind.ENVIRONMENT, "no readable file");
    fails(
        staged(new StagedFile(here, "deal-staging/../a", 700)),
        JobFailure.Kind.ENVIRONMENT,
        "no readable file");
  }

  private static JobSpec.AddPiece staged(StagedFile file) {
    return new JobSpec.AddPiece(
        SECTOR, SIZE.sealProofV1_1(), List.of(), file.source(), file.payloadBytes(), 1024);
  }

  @Test
  void alignsTheSecondPiece_whenItIsLargerThanTheFirst() throws IOException {
    byte[] first = random(100, 1);
    byte[] second = random(800, 2);
    PieceInfo a = add(spec(List.of(), file("a", first), 100, 128)).piece();
    add(spec(List.of(a), file("b", second), 800, 1024));
    byte[] content = Files.readAllBytes(unsealed);
    assertThat(content).hasSize(2048);
    assertThat(Arrays.copyOf(content, 128)).isEqualTo(padded(first, 128));
    assertThat(Arrays.copyOfRange(content, 128, 1024)).containsOnly(0);
    assertThat(Arrays.copyOfRange(content, 1024, 2048)).isEqualTo(padded(second, 1024));
  }

  @Test
  void cutsOffWhatAKilledRunLeft_whenRunAgain() throws IOException {
    byte[] data = random(127, 1);
    Files.createDirectories(unsealed.resolveSibling(""));
    Files.write(unsealed, random(2048, 9));
    add(spec(List.of(), file("a", data), 127, 128));
    assertThat(Files.readAllBytes(unsealed)).isEqualTo(padded(data, 128));
  }

  @Test
  void leavesLaterPiecesAlone_whenAnEarlierJobComesLateAgain() throws IOException {
    JobSpec.AddPiece first = spec(List.of(), file("a", random(127, 1)), 127, 128);
    PieceInfo a = add(first).piece();
    add(spec(List.of(a), file("b", random(127, 2)), 127, 128));
    byte[] before = Files.readAllBytes(unsealed);
    Files.delete(home.resolve("a"));
    assertThat(add(first).piece()).isEqualTo(a);
    assertThat(Files.readAllBytes(unsealed)).isEqualTo(before);
  }

  @Test
  void writesAgain_whenWhatTheReceiptSaysIsDamaged() throws IOException {
    byte[] data = random(127, 1);
    JobSpec.AddPiece spec = spec(List.of(), file("a", data), 127, 128);
    PieceInfo piece = add(spec).piece();
    try (RandomAccessFile file = new RandomAccessFile(unsealed.toFile(), "rw")) {
      file.seek(5);
      file.write(~padded(data, 128)[5]);
    }
    assertThat(add(spec).piece()).isEqualTo(piece);
    assertThat(Files.readAllBytes(unsealed)).isEqualTo(padded(data, 128));
  }

  @Test
  void fillsWithZeros_whenThePieceIsLargerThanItsData() throws IOException {
    PieceInfo piece = add(spec(List.of(), file("a", new byte[] {1}), 1, 2048)).piece();
    assertThat(Files.readAllBytes(unsealed)).isEqualTo(padded(new byte[] {1}, 2048));
    assertThat(piece.paddedBytes()).isEqualTo(2048);
  }

  @Test
  void refusesAsInput_whenTheFileIsNotAsLongAsAskedFor() throws IOException {
    Path file = file("a", random(100, 1));
    fails(spec(List.of(), file, 99, 128), JobFailure.Kind.INPUT, "99", "100");
    fails(spec(List.of(), file, 101, 128), JobFailure.Kind.INPUT, "101", "it has 100");
  }

  @Test
  void refusesAsInput_whenThePieceDoesNotFit() throws IOException {
    Path file = file("a", random(200, 1));
    fails(spec(List.of(), file, 200, 128), JobFailure.Kind.INPUT, "200");
    PieceInfo full = new PieceInfo(CommP.of(new ByteArrayInputStream(new byte[1])).commP(), 2048);
    fails(spec(List.of(full), file, 200, 256), JobFailure.Kind.INPUT, "f01000/1");
    fails(spec(List.of(), Path.of("relative"), 200, 256), JobFailure.Kind.INPUT, "absolute");
  }

  @Test
  void failsAsEnvironment_whenTheSourceIsNotHere() {
    fails(spec(List.of(), home.resolve("none"), 100, 128), JobFailure.Kind.ENVIRONMENT, "none");
  }

  @Test
  void failsAsData_whenEarlierPiecesAreMissing() throws IOException {
    Path file = file("a", random(127, 1));
    PieceInfo piece = CommP.of(new ByteArrayInputStream(random(127, 1)));
    fails(spec(List.of(piece), file, 127, 128), JobFailure.Kind.DATA, "unsealed");
    add(spec(List.of(), file, 127, 128));
    Files.write(unsealed, new byte[64]);
    fails(
        spec(List.of(piece), file("b", random(127, 3)), 127, 128),
        JobFailure.Kind.DATA,
        "64",
        "128");
  }

  @Test
  void refuses_whenTheSectorIsFinalized() throws IOException {
    Path file = file("a", random(127, 1));
    add(spec(List.of(), file, 127, 128));
    files.markFinalized(SECTOR, storage.paths().get(0));
    fails(spec(List.of(), file, 127, 256), JobFailure.Kind.INPUT, "finalized");
  }

  @Test
  void stops_whenTheRunIsCancelled() throws IOException {
    JobSpec.AddPiece spec = spec(List.of(), file("a", random(127, 1)), 127, 128);
    JobRun run = new JobRun(spec.id(), Map.of(), (stage, percent) -> {});
    run.cancel(JobFailure.Kind.CANCELLED, "a newer attempt");
    assertThatThrownBy(() -> jobs.addPiece(spec, run))
        .isInstanceOfSatisfying(
            JobFailedException.class,
            e -> assertThat(e.failure().kind()).isEqualTo(JobFailure.Kind.CANCELLED))
        .hasMessageContaining("a newer attempt");
  }
}
