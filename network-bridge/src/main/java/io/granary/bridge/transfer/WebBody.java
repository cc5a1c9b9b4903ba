package io.granary.bridge.transfer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The body of an answer: of a length, in chunks, or up to the end of the connection (RFC 9112, 6).
 */
final class WebBody {
  private final AnswerReader in;
  private final OptionalLong length;
  private final boolean chunked;
  private ByteBuf part = Unpooled.EMPTY_BUFFER;
  private long received;
  private boolean over;

  private WebBody(AnswerReader in, OptionalLong length, boolean chunked) {
    this.in = in;
    this.length = length;
    this.chunked = chunked;
  }

  /** The body that follows {@code head}. */
  static WebBody of(AnswerReader in, ResponseHead head) throws IOException {
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
    while (!part.isReadable()) {
      if (over) {
        return -1;
      }
      nextPart();
    }
    int count = Math.min(into.length, part.readableBytes());
    part.readBytes(into, 0, count);
    return count;
  }

  private void nextPart() throws IOException {
    Optional<HttpObject> next = in.next();
    if (next.isEmpty()) {
      over = true;
      if (endIsTold()) {
        throw new EOFException("the server closed the connection too early");
      }
    } else if (next.get() instanceof HttpContent content) {
      part = content.content();
      received += part.readableBytes();
      over = content instanceof LastHttpContent;
      if (over && length.isPresent() && length.getAsLong() != received) {
        throw new EOFException("the server sent a body of another length than it says");
      }
    } else {
      throw new IOException("no HTTP/1.1 answer: another head where its body should be");
    }
  }
}
