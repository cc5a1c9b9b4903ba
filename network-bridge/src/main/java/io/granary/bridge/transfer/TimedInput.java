package io.granary.bridge.transfer;

import java.io.EOFException;
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
  private static final int BUFFER_BYTES = 128 << 10;

  private final Socket socket;
  private final InputStream in;
  private final long limitNanos;
  private final long bytesMin;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;
  private long waitedNanos;
  private long brought;

  TimedInput(Socket socket, TransferSettings settings) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.limitNanos = settings.stallLimit().toNanos();
    this.bytesMin = settings.stallBytesMin();
  }

  /** One byte, or -1 at the end. */
  int read() throws IOException {
    return at < end || fill() ? buffer[at++] & 0xff : -1;
  }

  /** One byte, which must be there. */
  int next() throws IOException {
    int next = read();
    if (next < 0) {
      throw new EOFException("the server closed the connection too early");
    }
    return next;
  }

  /** Some bytes, at most {@code max}, or -1 at the end. */
  int read(byte[] into, int max) throws IOException {
    if (at == end && !fill()) {
      return -1;
    }
    int length = Math.min(Math.min(max, into.length), end - at);
    System.arraycopy(buffer, at, into, 0, length);
    at += length;
    return length;
  }

  private boolean fill() throws IOException {
    long left = limitNanos - waitedNanos;
    if (left <= 0) {
      throw stalled();
    }
    socket.setSoTimeout(
        (int) Math.min(Integer.MAX_VALUE, Math.max(1, TimeUnit.NANOSECONDS.toMillis(left))));
    long started = System.nanoTime();
    int length;
    try {
      length = in.read(buffer);
    } catch (SocketTimeoutException e) {
      throw stalled();
    }
    waitedNanos += System.nanoTime() - started;
    at = 0;
    end = Math.max(0, length);
    brought += end;
    if (brought >= bytesMin) {
      brought = 0;
      waitedNanos = 0;
    }
    return length > 0;
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
