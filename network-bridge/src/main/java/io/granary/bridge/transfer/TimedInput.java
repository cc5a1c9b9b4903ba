package io.granary.bridge.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * The bytes of a socket, which has to bring a certain number of them in a certain time. Only time
 * spent waiting for it counts, not what we do between the reads. Used by one thread.
 */
final class TimedInput {
  private final Socket socket;
  private final InputStream in;
  private final long limitNanos;
  private final long bytesMin;
  private long waitedNanos;
  private long brought;

  TimedInput(Socket socket, TransferSettings settings) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.limitNanos = settings.stallLimit().toNanos();
    this.bytesMin = settings.stallBytesMin();
  }

  /** Some bytes, or -1 at the end. */
  int read(byte[] into) throws IOException {
    long left = limitNanos - waitedNanos;
    if (left <= 0) {
      throw stalled();
    }
    socket.setSoTimeout(
        (int) Math.min(Integer.MAX_VALUE, Math.max(1, TimeUnit.NANOSECONDS.toMillis(left))));
    long started = System.nanoTime();
    int length;
    try {
      length = in.read(into);
    } catch (SocketTimeoutException e) {
      throw stalled();
    }
    waitedNanos += System.nanoTime() - started;
    brought += Math.max(0, length);
    if (brought >= bytesMin) {
      brought = 0;
      waitedNanos = 0;
    }
    return length;
  }

  private SocketTimeoutException stalled() {
    return new SocketTimeoutException(
        "the server stalled: "
            + brought
            + " bytes in "
            + TimeUnit.NANOSECONDS.toMillis(limitNanos)
            + " ms");
  }
}
