package io.granary.ops.retrieval;

import io.granary.ops.http.Decoder;
import io.granary.ops.http.OperatorDesk;
import io.granary.ops.http.Problem;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.port.JobPool;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.transfer.Cancellation;
import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.transfer.TransferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
  private final StorageNodes nodes;
  private final Duration limit;

  /**
   * @param nodes finds the one that decoded it
   * @param limit for a job, with its wait in the pool
   */
  public PoolDecoder(
      OperatorDesk desk, JobPool pool, BlobStore blobs, StorageNodes nodes, Duration limit) {
    this.desk = desk;
    this.pool = pool;
    this.blobs = blobs;
    this.nodes = nodes;
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

    /** Where they were read; empty before, and on this node. */
    private volatile Optional<TransferAddress> from = Optional.empty();

    Blob(BlobRef blob) {
      this.blob = blob;
    }

    @Override
    public InputStream open() throws IOException {
      Optional<Path> here = blobs.find(blob);
      return here.isPresent()
          ? Files.newInputStream(here.get())
          : nodes.client().blob(find(), blob, Cancellation.NEVER);
    }

    /** Those on this node were hashed when they were found, the others when they have come. */
    @Override
    public BlobRef copyTo(Path target) throws IOException {
      Optional<Path> here = blobs.find(blob);
      if (here.isPresent()) {
        Files.copy(here.get(), target, StandardCopyOption.REPLACE_EXISTING);
        return blob;
      }
      TransferAddress node = find();
      try {
        nodes.client().fetch(node, blob, target, Cancellation.NEVER);
        return blob;
      } catch (TransferException e) {
        if (e.kind() == TransferException.Kind.NO_ROOM) {
          throw new IOException(e.getMessage(), e);
        }
        throw Problem.unavailable("the decoded bytes do not come from " + node + ": " + e);
      }
    }

    @Override
    public void delete() {
      blobs.delete(blob);
      from.ifPresent(this::deleteThere);
    }

    private void deleteThere(TransferAddress node) {
      try {
        nodes.client().deleteRecovered(node, blob);
      } catch (TransferException e) {
        LOG.warn("{} stays on {} until that starts anew", blob.path(), node, e);
      }
    }

    private TransferAddress find() {
      TransferAddress found =
          nodes
              .withStorage(blob.storageId())
              .orElseThrow(
                  () ->
                      Problem.unavailable(
                          "the decoded bytes lie on storage path "
                              + blob.storageId()
                              + ", which no node that answers has"));
      from = Optional.of(found);
      return found;
    }
  }
}
