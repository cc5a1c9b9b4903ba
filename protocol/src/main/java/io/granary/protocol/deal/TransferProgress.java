package io.granary.protocol.deal;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a transfer is, so that it goes on where it stopped, on whatever node.
 *
 * @param receivedBytes on disk, and where to go on
 * @param totalBytes of the file; 0 while unknown
 * @param failures in a row without a byte in between
 * @param notBefore when to try again, after a failure
 */
public record TransferProgress(
    long receivedBytes, long totalBytes, int failures, Optional<Instant> notBefore) {
  public TransferProgress {
    if (receivedBytes < 0 || totalBytes < 0 || (totalBytes > 0 && receivedBytes > totalBytes)) {
      throw new IllegalArgumentException(
          "transfer: " + receivedBytes + " bytes received of " + totalBytes);
    }
  }

  static TransferProgress start(long totalBytes) {
    return new TransferProgress(0, totalBytes, 0, Optional.empty());
  }

  TransferProgress received(long bytes, long total) {
    if (bytes < receivedBytes) {
      throw new IllegalStateException(
          "transfer: " + bytes + " bytes received after " + receivedBytes);
    }
    return new TransferProgress(
        bytes, total, bytes > receivedBytes ? 0 : failures, Optional.empty());
  }

  TransferProgress interrupted(Instant retryNotBefore) {
    return new TransferProgress(
        receivedBytes, totalBytes, Math.addExact(failures, 1), Optional.of(retryNotBefore));
  }

  TransferProgress restarted() {
    return new TransferProgress(0, 0, failures, notBefore);
  }

  TransferProgress retried() {
    return new TransferProgress(receivedBytes, totalBytes, 0, Optional.empty());
  }
}
