package io.granary.ops.retrieval;

import io.granary.ops.http.OperatorDesk;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.port.JobPool;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Decodes by the prover pool, on the node's desk. Such jobs have no last useful epoch: the pool
 * begins them after all proofs and all sealing that wait.
 */
public final class PoolDecoder implements Decoder {
  private final OperatorDesk desk;
  private final JobPool pool;
  private final BlobStore blobs;
  private final Duration limit;

  /**
   * @param limit for a job, with its wait in the pool
   */
  public PoolDecoder(OperatorDesk desk, JobPool pool, BlobStore blobs, Duration limit) {
    this.desk = desk;
    this.pool = pool;
    this.blobs = blobs;
    this.limit = limit;
  }

  @Override
  public CompletionStage<Decoded> decode(JobSpec.Unseal job) {
    return desk.ask(pool, job, limit).thenApply(output -> new Blob(unsealed(output)));
  }

  @Override
  public void remind(JobSpec.Unseal job) {
    desk.askAgain(pool, job);
  }

  @Override
  public void giveUp(JobSpec.Unseal job, String reason) {
    desk.giveUp(pool, job, reason);
  }

  private static BlobRef unsealed(JobOutput output) {
    if (output instanceof JobOutput.Unsealed unsealed) {
      return unsealed.file();
    }
    throw new IllegalStateException("the pool answered unsealing with " + output);
  }

  private final class Blob implements Decoded {
    private final BlobRef blob;

    Blob(BlobRef blob) {
      this.blob = blob;
    }

    @Override
    public Path file() {
      return blobs
          .find(blob)
          .orElseThrow(
              () ->
                  new StorageException(
                      "the bytes lie on storage path "
                          + blob.storageId()
                          + ", which another node holds"));
    }

    @Override
    public void delete() {
      blobs.delete(blob);
    }
  }
}
