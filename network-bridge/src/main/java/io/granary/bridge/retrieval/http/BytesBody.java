package io.granary.bridge.retrieval.http;

import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;
import java.util.OptionalLong;

/** A body in one part. */
final class BytesBody implements Body {
  private final byte[] bytes;
  private boolean given;

  BytesBody(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.of(bytes.length);
  }

  @Override
  public Optional<Part> next(ByteBufAllocator buffers, int bytesAbout) {
    boolean first = !given && bytes.length > 0;
    given = true;
    return first
        ? Optional.of(Part.of(buffers.directBuffer(bytes.length).writeBytes(bytes)))
        : Optional.empty();
  }

  @Override
  public void close() {}
}
