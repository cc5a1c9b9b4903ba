package io.granary.bridge.retrieval.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.OptionalLong;

/** The bytes of an answer, made as they are asked for. Used by one thread at a time. */
public interface Body extends AutoCloseable {
  /** Bytes of all parts, where known; else the answer's end tells it. */
  OptionalLong length();

  /**
   * Appends the next part to {@code target}, at least a byte, or says that there is none.
   *
   * @param bytesAbout as long as a part should be; one that cannot be cut may be longer
   * @return false after the last part
   * @throws IOException when what is left cannot be given: the connection is then broken off, so
   *     that the client does not take the answer for complete
   */
  boolean next(ByteBuf target, int bytesAbout) throws IOException;

  /** Gives files free; called once. */
  @Override
  void close();

  /** A body that is in memory. */
  static Body of(byte[] bytes) {
    return new BytesBody(bytes);
  }
}
