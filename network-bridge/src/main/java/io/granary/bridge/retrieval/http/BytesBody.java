package io.granary.bridge.retrieval.http;

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
  public Optional<byte[]> next(int bytesAbout) {
    boolean first = !given && bytes.length > 0;
    given = true;
    return first ? Optional.of(bytes) : Optional.empty();
  }

  @Override
  public void close() {}
}
