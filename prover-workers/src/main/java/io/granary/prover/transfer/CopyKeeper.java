package io.granary.prover.transfer;

import io.granary.protocol.job.BlobRef;
import io.granary.prover.TransferSettings;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StorageException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps second copies of other nodes' vanilla proofs, and has other nodes keep those of this one.
 * One partition at a time, each way; what does not succeed is only not copied. Thread-safe.
 */
public final class CopyKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CopyKeeper.class);

  private final BlobStore blobs;
  private final TransferClient client;
  private final int runsKept;
  private final ExecutorService fetching;
  private final ExecutorService asking;

  /**
   * A keeper.
   *
   * @param runsKept runs of each partition of which copies are kept
   */
  public CopyKeeper(
      TransferSettings settings, BlobStore blobs, TransferClient client, int runsKept) {
    this.blobs = blobs;
    this.client = client;
    this.runsKept = runsKept;
    this.fetching = BoundedThreads.of("transfer-copy", 1, settings.copiesWaiting());
    this.asking = BoundedThreads.of("transfer-copy-ask", 1, settings.copiesWaiting());
  }

  /**
   * Fetches copies, later.
   *
   * @throws RejectedExecutionException when too many wait already
   * @throws IllegalArgumentException when a blob is none of which copies are kept
   */
  void keep(CopyAsk ask) {
    ask.blobs().forEach(blobs::requireCopyable);
    fetching.execute(() -> fetch(ask));
  }

  private void fetch(CopyAsk ask) {
    try {
      for (BlobRef blob : ask.blobs()) {
        Path target = blobs.copy(blob, runsKept);
        if (blobs.find(blob).isEmpty()) {
          client.fetch(ask.from(), blob, target, Cancellation.NEVER);
        }
      }
      LOG.info("keeps copies of {} vanilla proofs of {}", ask.blobs().size(), ask.from());
    } catch (TransferException | StorageException e) {
      LOG.warn("cannot keep copies of vanilla proofs of {}", ask.from(), e);
    }
  }

  /** Has {@code node} keep copies of blobs that {@code from} serves; later, and at best. */
  public void send(Holder node, CopyAsk ask) {
    try {
      asking.execute(
          () -> {
            try {
              client.askForCopies(node.address(), ask);
            } catch (TransferException e) {
              LOG.warn("node {} keeps no copies of {} vanilla proofs", node, ask.blobs().size(), e);
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.warn("{} vanilla proofs are not copied: too many wait", ask.blobs().size(), e);
    }
  }

  @Override
  public void close() {
    fetching.shutdownNow();
    asking.shutdownNow();
  }
}
