package io.granary.bridge.retrieval;

import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.Part;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;
import java.util.OptionalLong;

/** The length of a body that nobody will read. */
record HeadBody(OptionalLong length) implements Body {
  HeadBody(long bytes) {
    this(OptionalLong.of(bytes));
  }

  @Override
  public Optional<Part> next(ByteBufAllocator buffers, int bytesAbout) {
    throw new IllegalStateException("only the head of this answer was asked for");
  }

  @Override
  public void close() {}
}
