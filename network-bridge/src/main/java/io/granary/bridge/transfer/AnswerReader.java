package io.granary.bridge.transfer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Optional;

/**
 * One request and its answers as Netty's HTTP codec frames them (RFC 9112), over a socket that
 * blocks. Holds what one read of the socket brought and a head of bounded length, in heap buffers,
 * so that there is nothing to free. Used by one thread.
 */
final class AnswerReader {
  private static final int READ_BYTES = 128 << 10;

  private final TimedInput in;
  private final EmbeddedChannel codec;
  private final byte[] buffer = new byte[READ_BYTES];

  /** Takes no answer with both a length and chunks, of which Netty would pass over the length. */
  private static final class Decoder extends HttpResponseDecoder {
    Decoder(HttpDecoderConfig config) {
      super(config);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
      throw new IllegalArgumentException("both a length and chunks");
    }
  }

  /**
   * @param headBytesMax of the status line, again of the fields, and of any line between chunks
   */
  AnswerReader(TimedInput in, int headBytesMax) {
    this.in = in;
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(headBytesMax)
            .setMaxHeaderSize(headBytesMax)
            .setMaxChunkSize(READ_BYTES)
            .setAllowDuplicateContentLengths(true) // As long as they say the same.
            .setStrictLineParsing(false);
    this.codec = new EmbeddedChannel(new HttpRequestEncoder(), new Decoder(config));
  }

  /** The request as it is sent. */
  byte[] encode(FullHttpRequest request) {
    codec.writeOutbound(request);
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = codec.readOutbound(); part != null; part = codec.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes);
    return bytes;
  }

  /**
   * The next head or part of a body; empty when the server has closed the connection. It is valid
   * until the next call.
   *
   * @throws IOException when the socket fails or what came is no HTTP
   */
  Optional<HttpObject> next() throws IOException {
    while (true) {
      Object next = codec.readInbound();
      if (next instanceof HttpObject object) {
        requireDecoded(object);
        return Optional.of(object);
      }
      if (next != null) { // Behind a status 101 the codec hands on the bytes as they are.
        ReferenceCountUtil.release(next);
        throw new IOException("no HTTP/1.1 answer: it switches to a protocol nobody asked for");
      }
      int length = in.read(buffer);
      if (length < 0) {
        return Optional.empty();
      }
      codec.writeInbound(Unpooled.copiedBuffer(buffer, 0, length));
    }
  }

  private static void requireDecoded(HttpObject object) throws IOException {
    if (!object.decoderResult().isFailure()) {
      return;
    }
    Throwable cause = object.decoderResult().cause();
    String where = object instanceof HttpResponse ? "its head" : "what is around its chunks";
    throw new IOException(
        "no HTTP/1.1 answer: "
            + where
            + (cause instanceof TooLongFrameException ? " is too long" : " is malformed"),
        cause);
  }
}
