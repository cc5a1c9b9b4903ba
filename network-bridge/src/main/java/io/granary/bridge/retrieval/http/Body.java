package io.granary.bridge.retrieval.http;

import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** The bytes of an answer, made as they are asked for. Used by one thread at a time. */
public interface Body extends AutoCloseable {
  /** Bytes of all parts, where known; else the answer's end tells it. */
  OptionalLong length();

  /**
   * The next part, at least a byte, the caller's to release; empty after the last.
   *
   * @param buffers for parts that are not in buffers yet; direct ones are sent without a copy
   * @param bytesAbout as long as a part should be; one that cannot be cut may be longer
   * @throws IOException when what is left cannot be given: the connection is then broken off, so
   *     that the client does not take the answer for complete
   */
  Optional<Part> next(ByteBufAllocator buffers, int bytesAbout) throws IOException;

  /** Gives files free; called once. */
  @Override
  void close();

  /** A body that is in memory. */
  static Body of(byte[] bytes) {
    return new BytesBody(bytes);
  }
}
