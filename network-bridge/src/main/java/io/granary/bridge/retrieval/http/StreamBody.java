package io.granary.bridge.retrieval.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;

/** The first {@code length} bytes of a stream. */
public final class StreamBody implements Body {
  private final InputStream stream;
  private final long length;
  private long left;

  /** A body that closes {@code stream}. */
  public StreamBody(InputStream stream, long length) {
    this.stream = stream;
    this.length = length;
    this.left = length;
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.of(length);
  }

  @Override
  public Optional<byte[]> next(int bytesAbout) throws IOException {
    if (left == 0) {
      return Optional.empty();
    }
    int wanted = (int) Math.min(bytesAbout, left);
    byte[] part = stream.readNBytes(wanted);
    if (part.length < wanted) {
      throw new EOFException("data ends " + (left - part.length) + " bytes early");
    }
    left -= wanted;
    return Optional.of(part);
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a stream that was read does not close", e);
    }
  }
}
