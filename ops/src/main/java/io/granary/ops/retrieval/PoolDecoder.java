package io.granary.ops.retrieval;

import io.granary.ops.http.OperatorDesk;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.port.JobPool;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StorageException;
import io.granary.prover.transfer.Cancellation;
import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.transfer.TransferClient;
import io.granary.prover.transfer.TransferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes by the prover pool, on the node's desk. Such jobs have no last useful epoch: the pool
 * begins them after all proofs and all sealing that wait.
 */
public final class PoolDecoder implements Decoder {
  private static final Logger LOG = LoggerFactory.getLogger(PoolDecoder.class);

  private final OperatorDesk desk;
  private final JobPool pool;
  private final BlobStore blobs;
  private final Optional<OtherNodes> others;
  private final Duration limit;

  /**
   * @param others that may decode it
   * @param limit for a job, with its wait in the pool
   */
  public PoolDecoder(
      OperatorDesk desk,
      JobPool pool,
      BlobStore blobs,
      Optional<OtherNodes> others,
      Duration limit) {
    this.desk = desk;
    this.pool = pool;
    this.blobs = blobs;
    this.others = others;
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

    /** Here they are compared with their sha256; who reads them from elsewhere checks them. */
    @Override
    public InputStream open() throws IOException {
      Optional<Path> here = blobs.find(blob);
      return here.isPresent()
          ? Files.newInputStream(here.get())
          : clientOfOthers().blob(node().orElseThrow(this::nowhere), blob, Cancellation.NEVER);
    }

    @Override
    public void delete() {
      blobs.delete(blob);
      node().ifPresent(this::deleteThere);
    }

    private void deleteThere(TransferAddress node) {
      try {
        clientOfOthers().deleteRecovered(node, blob);
      } catch (TransferException e) {
        LOG.warn("{} stays on {} until that starts anew", blob.path(), node, e);
      }
    }

    private Optional<TransferAddress> node() {
      return others.flatMap(known -> known.withStorage(blob.storageId()));
    }

    private TransferClient clientOfOthers() {
      return others.orElseThrow(this::nowhere).client();
    }

    private StorageException nowhere() {
      return new StorageException(
          "the bytes lie on storage path "
              + blob.storageId()
              + ", which no node that is known has");
    }
  }
}
