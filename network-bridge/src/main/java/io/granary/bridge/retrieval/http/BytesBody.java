package io.granary.bridge.retrieval.http;

import io.netty.buffer.ByteBuf;
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
  public boolean next(ByteBuf target, int bytesAbout) {
    boolean first = !given && bytes.length > 0;
    given = true;
    if (first) {
      target.writeBytes(bytes);
    }
    return first;
  }

  @Override
  public void close() {}
}
