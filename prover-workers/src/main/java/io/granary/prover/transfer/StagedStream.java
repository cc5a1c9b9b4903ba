package io.granary.prover.transfer;

import io.granary.prover.transfer.TransferException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * A file of another node as a stream, of a length that is known. A connection that breaks is made
 * anew where the bytes stopped, {@value TransferClient#TRIES_MAX} times in a row without a byte at
 * most. For one thread.
 */
final class StagedStream extends InputStream {
  /** Makes a request for the bytes from {@code at} on. */
  @FunctionalInterface
  interface Request {
    HttpURLConnection from(long at) throws IOException;
  }

  private final Request request;
  private final String path;
  private final long length;
  private final Cancellation cancellation;
  private Cancellation.@Nullable Registration registered;
  private @Nullable InputStream body;
  private long at;
  private int failures;

  StagedStream(Request request, String path, long length, Cancellation cancellation) {
    this.request = request;
    this.path = path;
    this.length = length;
    this.cancellation = cancellation;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (at < length) {
      try {
        InputStream from = body == null ? open() : body;
        int read = from.read(into, offset, (int) Math.min(count, length - at));
        if (read < 0) {
          throw new EOFException((length - at) + " bytes are missing");
        }
        at += read;
        failures = 0;
        return read;
      } catch (IOException e) {
        broken(e);
      }
    }
    return -1;
  }

  private InputStream open() throws IOException {
    HttpURLConnection connection = request.from(at);
    registered = cancellation.register(connection::disconnect);
    if (TransferClient.requireAnswer(connection, path) != HttpURLConnection.HTTP_PARTIAL) {
      throw new TransferException(
          Kind.DAMAGED, connection.getURL().getAuthority() + " does not answer ranges of " + path);
    }
    long told = connection.getContentLengthLong();
    if (told != length - at) {
      throw new TransferException(
          Kind.DAMAGED,
          path + " was named with " + length + " bytes, after " + at + " there are " + told);
    }
    InputStream opened = connection.getInputStream();
    body = opened;
    return opened;
  }

  private void broken(IOException e) throws IOException {
    try {
      close();
    } catch (IOException more) {
      e.addSuppressed(more);
    }
    failures++;
    if (failures == TransferClient.TRIES_MAX) {
      throw new TransferException(
          Kind.UNREACHABLE, "cannot fetch " + path + " from its byte " + at + ": " + e, e);
    }
  }

  @Override
  public void close() throws IOException {
    InputStream open = body;
    Cancellation.Registration known = registered;
    body = null;
    registered = null;
    if (known != null) {
      known.close();
    }
    if (open != null) {
      open.close();
    }
  }
}
