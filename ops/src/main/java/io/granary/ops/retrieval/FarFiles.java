package io.granary.ops.retrieval;

import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.transfer.TransferClient;
import io.granary.prover.transfer.TransferException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads parts of unsealed sector files on other nodes, each by one request that ends before the
 * bytes are given out: a client that reads slowly holds no connection to the node that has them. A
 * node that did not answer is not asked again for a moment, so that it holds up no others.
 * Thread-safe.
 */
final class FarFiles {
  /** Who does not answer costs the limit of a connection; others wait for a thread meanwhile. */
  private static final Duration SILENCE_REMEMBERED = Duration.ofSeconds(5);

  private final TransferClient client;
  private final Duration readLimit;
  private final InstantSource clock;
  private final Map<TransferAddress, Instant> silentUntil = new ConcurrentHashMap<>();
  private final AtomicLong bytesRead = new AtomicLong();

  /**
   * A file of another node.
   *
   * @param path below the storage path
   * @param bytes as it was when it was last heard of
   */
  record FarFile(TransferAddress node, String storageId, String path, long bytes) {}

  /**
   * @param readLimit for one part
   */
  FarFiles(TransferClient client, Duration readLimit, InstantSource clock) {
    this.client = client;
    this.readLimit = readLimit;
    this.clock = clock;
  }

  /** Whether a node did not answer just now. */
  boolean isSilent(TransferAddress node) {
    Instant until = silentUntil.get(node);
    return until != null && clock.instant().isBefore(until);
  }

  /**
   * Reads {@code length} bytes to the start of {@code target}.
   *
   * @throws IOException when they cannot be had
   */
  void read(FarFile file, long position, byte[] target, int length) throws IOException {
    if (isSilent(file.node())) {
      throw new IOException(file.node() + " did not answer a moment ago");
    }
    try {
      client.read(file.node(), file.storageId(), file.path(), position, target, length, readLimit);
      silentUntil.remove(file.node());
      bytesRead.addAndGet(length);
    } catch (TransferException e) {
      if (e.kind() == TransferException.Kind.UNREACHABLE
          || e.kind() == TransferException.Kind.REFUSED) {
        Instant now = clock.instant();
        silentUntil.values().removeIf(until -> until.isBefore(now));
        silentUntil.put(file.node(), now.plus(SILENCE_REMEMBERED));
      }
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Bit padded bytes that came from other nodes so far. */
  long bytesRead() {
    return bytesRead.get();
  }
}
