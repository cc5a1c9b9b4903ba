package io.granary.prover.worker;

import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobSpec;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.transfer.Holder;
import io.granary.prover.transfer.TransferClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the bytes of a new piece come from: a file of this node, or a deal's data that is staged
 * here or on another node. Thread-safe.
 */
final class PieceInputs {
  private final StoragePaths storage;
  private final BlobStore blobs;
  private final TransferClient client;

  PieceInputs(StoragePaths storage, BlobStore blobs, TransferClient client) {
    this.storage = storage;
    this.blobs = blobs;
    this.client = client;
  }

  /**
   * Opens the source of {@code spec}. What comes from another node is checked by who reads it.
   *
   * @throws JobFailedException of kind {@code INPUT} for a name that is none, {@code ENVIRONMENT}
   *     when the file is not there
   */
  InputStream open(JobSpec.AddPiece spec, JobRun run) throws IOException {
    Optional<StagedFile> staged = StagedFile.ofSource(spec.source(), spec.payloadBytes());
    return staged.isPresent()
        ? open(spec, staged.get(), run)
        : Files.newInputStream(readable(spec, Path.of(spec.source())));
  }

  private InputStream open(JobSpec.AddPiece spec, StagedFile staged, JobRun run)
      throws IOException {
    if (storage.stagingRoot(staged.storageId()).isPresent()) {
      return Files.newInputStream(
          blobs
              .staged(staged.storageId(), staged.path())
              .orElseThrow(() -> missing(spec, "no readable file " + spec.source())));
    }
    Holder holder =
        run.surroundings().holders().stream()
            .filter(each -> each.storageIds().contains(staged.storageId()))
            .findFirst()
            .orElseThrow(
                () ->
                    missing(
                        spec,
                        "no node has storage path "
                            + staged.storageId()
                            + ", where "
                            + staged.path()
                            + " is staged; looked for it"));
    return client.staged(holder.address(), staged, run);
  }

  private static Path readable(JobSpec.AddPiece spec, Path source) {
    if (!source.isAbsolute()) {
      throw new JobFailedException(
          JobFailure.Kind.INPUT, "piece source: expected an absolute path, got " + source);
    }
    if (!Files.isReadable(source) || !Files.isRegularFile(source)) {
      throw missing(spec, "no readable file " + source);
    }
    return source;
  }

  private static JobFailedException missing(JobSpec.AddPiece spec, String what) {
    return new JobFailedException(
        JobFailure.Kind.ENVIRONMENT, "sector " + spec.sector() + ": " + what + " on this node");
  }
}
