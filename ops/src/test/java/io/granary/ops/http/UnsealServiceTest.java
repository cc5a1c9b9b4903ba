package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StoragePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
  private final List<JobRequest> asked = new ArrayList<>();
  private final OperatorDesk desk = new OperatorDesk("node-1");
  private final UnsealService service =
      new UnsealService(
          new MemoryHistory(id -> stage.journal(id)),
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
          Runnable::run);

  @BeforeAll
  static void sealAPiece(ManagementStage given) throws IOException {
    stage = given;
    sector =
        stage.order(JsonNodeFactory.instance.objectNode().put("file", stage.file(1000).toString()));
    stage.awaitState(sector, "Proving");
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
  void saysWhereTheBytesLie_whenAnotherNodeHoldsThem() {
    CompletableFuture<Answer> answer = unseal("piece");
    report(
        new JobReport.Succeeded(
            asked.get(0).id(),
            1,
            "worker-2",
            new JobOutput.Unsealed(
                new BlobRef("store-9", "unsealed/x", 1000, SectorFixtures.filled(1))),
            5));
    assertThat(answer)
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .withMessageContaining("store-9");
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
