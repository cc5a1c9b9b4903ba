package io.granary.ops.retrieval;

import io.granary.bridge.retrieval.UnsealSettings;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decoding on demand with the thread it needs: it takes in what is decoded, one piece after the
 * other, and gives up what nobody asks for any more.
 */
final class Unsealing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Unsealing.class);
  private static final int TIDIES_PER_LIMIT = 4;
  private static final long STOP_SECONDS = 5;

  private final UnsealOnDemand pieces;
  private final ScheduledExecutorService thread;
  private final ScheduledFuture<?> tidies;

  /**
   * Begins.
   *
   * @throws IOException when the folder cannot be used
   */
  static Unsealing start(
      SealedPieces known, Retrieval.Decoding decoding, UnsealSettings settings, InstantSource clock)
      throws IOException {
    PieceCache cache =
        PieceCache.open(
            decoding.folder(),
            new PieceCache.Bounds(
                settings.cacheBytesMax(), settings.freeBytesMin(), settings.keptMin()),
            clock);
    LOG.info("{} bytes of decoded pieces are in {}", cache.bytes(), decoding.folder());
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "piece-unseal");
              made.setDaemon(true);
              return made;
            });
    return new Unsealing(
        new UnsealOnDemand(known, cache, decoding.decoder(), settings, clock, thread),
        thread,
        settings.abandonAfter().toMillis() / TIDIES_PER_LIMIT);
  }

  private Unsealing(UnsealOnDemand pieces, ScheduledExecutorService thread, long everyMillis) {
    this.pieces = pieces;
    this.thread = thread;
    this.tidies =
        thread.scheduleWithFixedDelay(
            pieces::tidy, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
  }

  UnsealOnDemand pieces() {
    return pieces;
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    tidies.cancel(false);
    pieces.close();
    thread.shutdown();
    try {
      if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
        LOG.warn("a decoded piece was still being read after {} s", STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
