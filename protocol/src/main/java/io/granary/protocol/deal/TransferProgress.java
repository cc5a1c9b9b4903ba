package io.granary.protocol.deal;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a transfer is, so that it goes on where it stopped, on whatever node.
 *
 * @param receivedBytes on disk, and where to go on
 * @param totalBytes of the file; 0 while unknown
 * @param failures in a row without a byte in between
 * @param restarts how often it began again at the first byte, since the deal's start or an
 *     operator's retry: bytes that had come before are no reason to hurry
 * @param notBefore when to try again, after a failure
 */
public record TransferProgress(
    long receivedBytes, long totalBytes, int failures, int restarts, Optional<Instant> notBefore) {
  public TransferProgress {
    if (failures < 0 || restarts < 0) {
      throw new IllegalArgumentException(
          "transfer: " + failures + " failures and " + restarts + " restarts");
    }
    if (receivedBytes < 0 || totalBytes < 0 || (totalBytes > 0 && receivedBytes > totalBytes)) {
      throw new IllegalArgumentException(
          "transfer: " + receivedBytes + " bytes received of " + totalBytes);
    }
  }

  /** A transfer that never began again. */
  public TransferProgress(
      long receivedBytes, long totalBytes, int failures, Optional<Instant> notBefore) {
    this(receivedBytes, totalBytes, failures, 0, notBefore);
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
        bytes, total, bytes > receivedBytes ? 0 : failures, restarts, Optional.empty());
  }

  TransferProgress interrupted(Instant retryNotBefore) {
    return new TransferProgress(
        receivedBytes,
        totalBytes,
        Math.addExact(failures, 1),
        restarts,
        Optional.of(retryNotBefore));
  }

  TransferProgress restarted() {
    return new TransferProgress(0, 0, failures, Math.addExact(restarts, 1), notBefore);
  }

  TransferProgress retried() {
    return new TransferProgress(receivedBytes, totalBytes, 0, Optional.empty());
  }
}
