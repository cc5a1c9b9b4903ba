package io.granary.bridge.retrieval.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;

/** The first {@code length} bytes of a stream. */
public final class StreamBody implements Body {
  private static final int BUFFER_BYTES = 64 << 10;

  private final InputStream stream;
  private final long length;
  private final byte[] buffer;
  private long left;

  /** A body that closes {@code stream}. */
  public StreamBody(InputStream stream, long length) {
    this.stream = stream;
    this.length = length;
    this.left = length;
    this.buffer = new byte[(int) Math.min(BUFFER_BYTES, length)];
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.of(length);
  }

  /** By way of a small array that stays in the processor's cache. */
  @Override
  public Optional<Part> next(ByteBufAllocator buffers, int bytesAbout) throws IOException {
    int wanted = (int) Math.min(bytesAbout, left);
    if (wanted == 0) {
      return Optional.empty();
    }
    ByteBuf part = buffers.directBuffer(wanted);
    try {
      fill(part, wanted);
    } catch (IOException | RuntimeException e) {
      part.release();
      throw e;
    }
    left -= wanted;
    return Optional.of(Part.of(part));
  }

  private void fill(ByteBuf target, int wanted) throws IOException {
    int done = 0;
    while (done < wanted) {
      int read = stream.read(buffer, 0, Math.min(buffer.length, wanted - done));
      if (read < 0) {
        throw new EOFException("data ends " + (left - done) + " bytes early");
      }
      target.writeBytes(buffer, 0, read);
      done += read;
    }
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
