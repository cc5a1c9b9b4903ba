package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.typesafe.config.ConfigFactory;
import io.granary.ops.retrieval.PoolDecoder;
import io.granary.ops.retrieval.StorageNodes;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.MemoryHistory;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.sector.SectorFixtures;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TransferSettings;
import io.granary.prover.files.DurableFiles;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.SectorStore;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.transfer.CopyKeeper;
import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.transfer.TransferClient;
import io.granary.prover.transfer.TransferSecret;
import io.granary.prover.transfer.TransferServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What unsealing asks of the pool, and what becomes of the pool's word. */
@ExtendWith(StageExtension.class)
class UnsealServiceTest {
  private static ManagementStage stage;
  private static SectorId sector = SectorId.of(0, 0);

  @TempDir private Path folder;
  @TempDir private Path disks;
  private final List<JobRequest> asked = new ArrayList<>();
  private final Map<String, TransferAddress> others = new HashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final OperatorDesk desk = new OperatorDesk("node-1");
  private final UnsealService service =
      new UnsealService(
          new MemoryHistory(id -> stage.journal(id)),
          new PoolDecoder(
              desk,
              new JobPool() {
                @Override
                public void request(JobRequest request) {
                  asked.add(request);
                }

                @Override
                public void cancel(JobId id, long attempt) {}
              },
              new BlobStore(StoragePaths.open(new ProverWorkersSettings.Storage(List.of(), 0, 2))),
              new StorageNodes(
                  () -> CompletableFuture.completedStage(Map.copyOf(others)), transfers()),
              UnsealService.LIMIT),
          Runnable::run);

  @BeforeAll
  static void sealAPiece(ManagementStage given) throws IOException {
    stage = given;
    sector =
        stage.order(JsonNodeFactory.instance.objectNode().put("file", stage.file(1000).toString()));
    stage.awaitState(sector, "Proving");
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private static TransferSettings settings() {
    return ProverWorkersSettings.from(ConfigFactory.load()).transfer();
  }

  private static TransferClient transfers() {
    return new TransferClient(
        settings(), TransferSecret.of(settings()), UnsealServiceTest::seconds);
  }

  private static long seconds() {
    return System.currentTimeMillis() / 1000;
  }

  /** Another node's disk, whose bytes that node serves. */
  private StoragePath disk(String name) {
    Path root = disks.resolve(name);
    StoragePath.create(root, SectorStore.DEFAULT_WEIGHT, true, true, 0);
    StoragePaths storage =
        StoragePaths.open(new ProverWorkersSettings.Storage(List.of(root), 0, 2));
    BlobStore blobs = new BlobStore(storage);
    CopyKeeper copies = new CopyKeeper(settings(), blobs, transfers(), 2);
    TransferServer server =
        TransferServer.bind(
            stage.system(),
            settings(),
            TransferSecret.of(settings()),
            new TransferServer.Services(blobs, (ask, sink) -> sink.finish(), copies),
            UnsealServiceTest::seconds);
    open.addAll(List.of(storage, copies, server));
    others.put(name, server.address());
    return storage.paths().get(0);
  }

  /** What the job that was asked for left on a disk. */
  private BlobRef decoded(StoragePath disk, byte[] data) throws IOException {
    String path = ".granary/blobs/unsealed/" + asked.get(0).id().value();
    Files.createDirectories(disk.root().resolve(path).resolveSibling(""));
    Files.write(disk.root().resolve(path), data);
    return new BlobRef(disk.id(), path, data.length, DurableFiles.sha256(data));
  }

  private void succeeded(BlobRef blob) {
    report(
        new JobReport.Succeeded(asked.get(0).id(), 1, "worker-2", new JobOutput.Unsealed(blob), 5));
  }

  private CompletableFuture<Answer> unseal(String name) {
    return service.unseal(sector, folder.resolve(name).toString()).toCompletableFuture();
  }

  private void report(JobReport report) {
    desk.deliver(asked.get(0).recipient(), report);
  }

  @Test
  void asksForThePayloadOfTheFirstPiece() {
    CompletableFuture<Answer> answer = unseal("piece");
    assertThat(answer).isNotDone();
    JobSpec.Unseal spec = (JobSpec.Unseal) asked.get(0).spec();
    assertThat(spec.sector()).isEqualTo(sector);
    assertThat(spec.offset()).isZero();
    assertThat(spec.length()).isEqualTo(1000);
  }

  @Test
  void asksOnce_whenAskedTwiceForTheSameOutput() {
    assertThat(unseal("piece")).isNotDone();
    assertThat(unseal("./piece")).isNotDone();
    assertThat(asked).hasSize(1);
  }

  @Test
  void refusesASecondOutput_whileTheSectorIsBeingUnsealed() {
    assertThat(unseal("piece")).isNotDone();
    assertThat(unseal("other"))
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .withMessageContaining("asked for already");
  }

  @Test
  void tellsWhatTheJobSaid_whenItFailed() {
    CompletableFuture<Answer> answer = unseal("piece");
    report(
        new JobReport.Failed(
            asked.get(0).id(), 1, "worker-1", new JobFailure(JobFailure.Kind.DATA, "torn"), 5));
    assertThat(answer)
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .withMessageContaining("DATA: torn");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void takesTheBytesFromTheNodeThatDecodedThem_andHasThemDeletedThere() throws IOException {
    disk("one");
    StoragePath second = disk("two");
    CompletableFuture<Answer> answer = unseal("piece");
    BlobRef blob = decoded(second, new byte[] {1, 2, 3});
    succeeded(blob);
    assertThat(answer).succeedsWithin(Duration.ofSeconds(5));
    assertThat(folder.resolve("piece")).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
    assertThat(second.root().resolve(blob.path())).doesNotExist();
  }

  @Test
  void writesNothing_whenTheBytesThatComeAreOthers() throws IOException {
    StoragePath disk = disk("one");
    CompletableFuture<Answer> answer = unseal("piece");
    BlobRef blob = decoded(disk, new byte[] {1, 2, 3});
    Files.write(disk.root().resolve(blob.path()), new byte[] {1, 2, 4});
    succeeded(blob);
    assertThat(answer)
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .withMessageContaining("the decoded bytes do not come from")
        .withMessageContaining("sha256");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void saysWhereTheBytesLie_whenNoNodeThatAnswersHasThem() {
    disk("one");
    others.put("gone", new TransferAddress("127.0.0.1", 1));
    CompletableFuture<Answer> answer = unseal("piece");
    succeeded(new BlobRef("store-9", "unsealed/x", 1000, SectorFixtures.filled(1)));
    assertThat(answer)
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .withMessageContaining("storage path store-9, which no node that answers has");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesAPathThatIsNoPlaceToWrite_beforeItAsks() {
    for (String output : List.of("piece", "/none/such/piece", folder.toString(), "\0")) {
      assertThatThrownBy(() -> service.unseal(sector, output))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("output:");
    }
    assertThat(asked).isEmpty();
  }
}
