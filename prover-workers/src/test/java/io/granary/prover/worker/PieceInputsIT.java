package io.granary.prover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.CommP;
import io.granary.protocol.piece.PieceInfo;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TestSettings;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.transfer.Exchange;
import io.granary.prover.transfer.Holder;
import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.transfer.TransferServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node has a deal's data staged, another adds it to a sector. */
class PieceInputsIT {
  private static final String STAGED = "deal-staging/00112233-4455-6677-8899-aabbccddeeff.data";
  private static final SectorId SECTOR = SectorId.of(1000, 1);
  private static final int BYTES = 2_000;

  @TempDir private Path home;
  private final byte[] data = new byte[BYTES];
  private ActorSystem<Void> system;
  private Node stager;
  private Node worker;

  /** What a node has of storage and of the way to others. */
  private record Node(StoragePaths storage, BlobStore blobs, Exchange exchange) {
    static Node open(Path folder) throws IOException {
      Path root = folder.resolve("path");
      StoragePath.create(root, 1, true, true, 0);
      StoragePaths storage =
          StoragePaths.open(new ProverWorkersSettings.Storage(List.of(root), 0, 2));
      BlobStore blobs = new BlobStore(storage);
      return new Node(
          storage,
          blobs,
          Exchange.open(
              TestSettings.of(folder, "").transfer(), blobs, folder.resolve("scratch"), 2));
    }

    void close() {
      exchange.close();
      storage.close();
    }
  }

  @BeforeEach
  void begin() throws IOException {
    system =
        ActorSystem.create(
            Behaviors.empty(),
            "pieces",
            ConfigFactory.parseString("akka.loglevel = warning, akka.stdout-loglevel = warning")
                .withFallback(ConfigFactory.load()));
    stager = Node.open(home.resolve("stager"));
    worker = Node.open(home.resolve("worker"));
    new Random(4).nextBytes(data);
    Path file = home.resolve("stager/path").resolve(STAGED);
    Files.createDirectories(file.resolveSibling(""));
    Files.write(file, data);
  }

  @AfterEach
  void end() throws Exception {
    worker.close();
    stager.close();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private PieceInfo add(TransferAddress address) {
    String storageId = stager.storage().paths().get(0).id();
    JobSpec.AddPiece spec =
        new JobSpec.AddPiece(
            SECTOR,
            SectorSize.SIZE_2KIB.sealProofV1_1(),
            List.of(),
            new StagedFile(storageId, STAGED, BYTES).source(),
            BYTES,
            2048);
    JobRun run =
        new JobRun(
            spec.id(),
            Map.of(),
            (stage, percent) -> {},
            new Surroundings(
                List.of(new Holder("stager", address, Set.of(storageId), Set.of())),
                Surroundings.UNKNOWN));
    return new PieceJobs(
            new SectorFiles(worker.storage(), worker.blobs()),
            new PieceInputs(worker.storage(), worker.blobs(), worker.exchange().client()))
        .addPiece(spec, run)
        .piece();
  }

  @Test
  void addsWhatAnotherNodeHasStaged_andFailsForNowWhenThatIsAway() throws IOException {
    TransferAddress address;
    try (TransferServer server =
        TransferServer.bind(
            system,
            stager.exchange(),
            new TransferServer.Services(
                stager.blobs(), (ask, sink) -> sink.finish(), stager.exchange().copies()))) {
      address = server.address();
      assertThat(add(address)).isEqualTo(CommP.of(new ByteArrayInputStream(data)));
    }
    Files.delete(home.resolve("worker/path/unsealed/s-t01000-1"));
    assertThatThrownBy(() -> add(address))
        .isInstanceOfSatisfying(
            JobFailedException.class,
            e -> assertThat(e.failure().kind()).isEqualTo(JobFailure.Kind.ENVIRONMENT))
        .hasMessageContaining("cannot fetch");
  }
}
