package io.granary.prover.transfer;

import io.granary.protocol.job.BlobRef;
import io.granary.prover.TransferSettings;
import io.granary.prover.storage.BlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node's way to the bytes of others. Thread-safe. */
public final class Exchange implements AutoCloseable {
  /** Blobs of one job: a partition's; several jobs may fetch at the same time. */
  private static final int FETCHES_WAITING_MAX = 16 * VanillaAsk.SECTORS_MAX;

  private final TransferSettings settings;
  private final TransferSecret secret;
  private final BlobStore blobs;
  private final TransferClient client;
  private final RemoteVanilla vanilla;
  private final CopyKeeper copies;
  private final Scratch scratch;
  private final ExecutorService fetching;
  private final ExecutorService asking;
  private volatile @Nullable TransferAddress own;

  /**
   * Opens it.
   *
   * @param scratch the folder of what is fetched
   * @param runsKept runs of each partition of which copies are kept
   * @throws IOException when the folder cannot be written
   * @throws IllegalArgumentException when a secret is needed and there is none
   */
  public static Exchange open(
      TransferSettings settings, BlobStore blobs, Path scratch, int runsKept) throws IOException {
    return new Exchange(
        settings, blobs, Scratch.open(scratch, settings.scratchBytesMax()), runsKept);
  }

  private Exchange(TransferSettings settings, BlobStore blobs, Scratch scratch, int runsKept) {
    this.settings = settings;
    this.secret = TransferSecret.of(settings);
    this.blobs = blobs;
    this.client = new TransferClient(settings, secret, clock());
    this.vanilla = new RemoteVanilla(client);
    this.copies = new CopyKeeper(settings, blobs, client, runsKept);
    this.scratch = scratch;
    this.fetching =
        BoundedThreads.of("transfer-fetch", settings.fetchParallel(), FETCHES_WAITING_MAX);
    this.asking = BoundedThreads.growing("transfer-ask", settings.connectionsMax());
  }

  static Supplier<Long> clock() {
    return () -> System.currentTimeMillis() / 1000;
  }

  public BlobStore blobs() {
    return blobs;
  }

  public TransferClient client() {
    return client;
  }

  public RemoteVanilla vanilla() {
    return vanilla;
  }

  public CopyKeeper copies() {
    return copies;
  }

  public Scratch scratch() {
    return scratch;
  }

  public TransferSettings settings() {
    return settings;
  }

  TransferSecret secret() {
    return secret;
  }

  /** Threads that fetch blobs. */
  public Executor fetching() {
    return fetching;
  }

  /** Threads that wait for other nodes to read, one for each node asked. */
  public Executor asking() {
    return asking;
  }

  /** Tells where this node's own server is, for who is to fetch from here. */
  public void serveAt(TransferAddress address) {
    own = address;
  }

  /**
   * Has {@code node} keep copies of blobs of this node, later and at best, where that is wanted.
   */
  public void copy(Holder node, List<BlobRef> wanted) {
    TransferAddress from = own;
    if (settings.copies() && from != null) {
      copies.send(node, new CopyAsk(from, wanted));
    }
  }

  @Override
  public void close() {
    copies.close();
    fetching.shutdownNow();
    asking.shutdownNow();
  }
}
