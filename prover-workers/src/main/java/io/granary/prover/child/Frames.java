package io.granary.prover.child;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Length-prefixed frames: a 32-bit unsigned big-endian length, then that many bytes. */
public final class Frames {
  /** The most bytes a frame's content may have (PROTOCOL.md 2). */
  public static final int MAX_CONTENT_BYTES = 16 << 20;

  private static final int PREFIX_BYTES = 4;

  private Frames() {}

  /**
   * Reads one frame's content; empty when the stream ends before a frame begins.
   *
   * @throws FrameException for a length of 0 or above {@link #MAX_CONTENT_BYTES}, found before
   *     anything is allocated for it
   * @throws EOFException when the stream ends inside a frame
   */
  public static Optional<byte[]> read(InputStream in) throws IOException {
    byte[] prefix = in.readNBytes(PREFIX_BYTES);
    if (prefix.length == 0) {
      return Optional.empty();
    }
    if (prefix.length < PREFIX_BYTES) {
      throw new EOFException("stream ended after " + prefix.length + " bytes of a frame's length");
    }
    long length = Integer.toUnsignedLong(ByteBuffer.wrap(prefix).getInt());
    requireLength(length);
    byte[] content = in.readNBytes((int) length);
    if (content.length < length) {
      throw new EOFException(
          "stream ended after " + content.length + " of a frame's " + length + " bytes");
    }
    return Optional.of(content);
  }

  /**
   * Writes one frame in a single call, so that it is never interleaved with another, and flushes.
   *
   * @throws FrameException when {@code content} is empty or above {@link #MAX_CONTENT_BYTES}
   */
  public static void write(OutputStream out, byte[] content) throws IOException {
    requireLength(content.length);
    byte[] frame =
        ByteBuffer.allocate(PREFIX_BYTES + content.length)
            .putInt(content.length)
            .put(content)
            .array();
    out.write(frame);
    out.flush();
  }

  private static void requireLength(long length) throws FrameException {
    if (length < 1 || length > MAX_CONTENT_BYTES) {
      throw new FrameException(
          "frame length: expected 1 to " + MAX_CONTENT_BYTES + " bytes, got " + length);
    }
  }
}
