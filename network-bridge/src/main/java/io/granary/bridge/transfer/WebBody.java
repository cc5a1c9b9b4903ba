package io.granary.bridge.transfer;

import java.io.EOFException;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The body of an answer: of a length, in chunks, or up to the end of the connection (RFC 9112, 6).
 */
final class WebBody {
  private static final int CHUNK_LINE_BYTES_MAX = 4096;
  private static final int TRAILER_BYTES_MAX = 16 << 10;
  private static final Pattern CHUNK_SIZE = Pattern.compile("[0-9a-fA-F]{1,15}");

  private final TimedInput in;
  private final OptionalLong length;
  private final boolean chunked;

  /** Bytes to come: of the body, or of this chunk. */
  private long left;

  private boolean firstChunk = true;
  private boolean over;

  private WebBody(TimedInput in, OptionalLong length, boolean chunked) {
    this.in = in;
    this.length = length;
    this.chunked = chunked;
    this.left = length.orElse(0);
  }

  static WebBody of(TimedInput in, ResponseHead head) throws IOException {
    boolean chunked = head.chunked();
    return new WebBody(in, head.contentLength(), chunked);
  }

  OptionalLong length() {
    return length;
  }

  /** Whether a connection that breaks can be told from the end. */
  boolean endIsTold() {
    return chunked || length.isPresent();
  }

  /** Some bytes, or -1 at the end. */
  int read(byte[] into) throws IOException {
    if (chunked) {
      return readChunked(into);
    }
    if (length.isEmpty()) {
      return in.read(into, into.length);
    }
    return left == 0 ? -1 : readSome(into);
  }

  private int readSome(byte[] into) throws IOException {
    int read = in.read(into, (int) Math.min(into.length, left));
    if (read < 0) {
      throw new EOFException("the server closed the connection, " + left + " bytes too early");
    }
    left -= read;
    return read;
  }

  private int readChunked(byte[] into) throws IOException {
    if (left == 0 && !over) {
      nextChunk();
    }
    return over ? -1 : readSome(into);
  }

  private void nextChunk() throws IOException {
    if (!firstChunk && !ResponseHead.line(in, 2).isEmpty()) {
      throw new IOException("no HTTP answer: a chunk is longer than it says");
    }
    firstChunk = false;
    String line = ResponseHead.line(in, CHUNK_LINE_BYTES_MAX);
    int extension = line.indexOf(';');
    String size = (extension < 0 ? line : line.substring(0, extension)).strip();
    if (!CHUNK_SIZE.matcher(size).matches()) {
      throw new IOException("no HTTP answer: a chunk's size is no number");
    }
    left = Long.parseLong(size, 16);
    if (left == 0) {
      over = true;
      int trailerLeft = TRAILER_BYTES_MAX;
      for (String trailer = ResponseHead.line(in, trailerLeft);
          !trailer.isEmpty();
          trailer = ResponseHead.line(in, trailerLeft)) {
        trailerLeft -= trailer.length();
      }
    }
  }
}
