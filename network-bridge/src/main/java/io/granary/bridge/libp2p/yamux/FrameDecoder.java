package io.granary.bridge.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Cuts a byte stream into frames. Nothing is held back but an unfinished header: payload is passed
 * on as it comes, whatever length its frame declares.
 */
final class FrameDecoder {
  /** What the frames are for. */
  interface Sink {
    /** A frame begins; its payload, if it is a data frame, follows. */
    void header(int type, int flags, int id, long length);

    /** The next {@code bytes} of {@code source} are payload and must be taken or skipped now. */
    void payload(ByteBuf source, int bytes);

    /** The payload of a data frame is complete, also when it had none. */
    void end();

    /** Whether nothing more is wanted. */
    boolean ended();
  }

  private final Sink sink;
  private final ByteBuffer partial = ByteBuffer.allocate(Frame.HEADER_BYTES);
  private long payloadLeft;

  FrameDecoder(Sink sink) {
    this.sink = sink;
  }

  /**
   * Takes all bytes of {@code in}, which stays the caller's.
   *
   * @throws YamuxProtocolException version or type unknown, or thrown by the sink
   */
  void feed(ByteBuf in) {
    while (in.isReadable() && !sink.ended()) {
      if (payloadLeft > 0) {
        payload(in);
      } else if (partial.position() == 0 && in.readableBytes() >= Frame.HEADER_BYTES) {
        header(in.readLong(), in.readUnsignedInt());
      } else {
        fill(in);
      }
    }
  }

  private void payload(ByteBuf in) {
    int bytes = (int) Math.min(payloadLeft, in.readableBytes());
    payloadLeft -= bytes;
    sink.payload(in, bytes);
    if (payloadLeft == 0) {
      sink.end();
    }
  }

  private void fill(ByteBuf in) {
    int bytes = Math.min(partial.remaining(), in.readableBytes());
    for (int i = 0; i < bytes; i++) {
      partial.put(in.readByte());
    }
    if (!partial.hasRemaining()) {
      partial.clear();
      header(partial.getLong(0), partial.getInt(Long.BYTES) & Frame.UINT32_MAX);
    }
  }

  /** {@code first}: version, type, flags and stream id. */
  private void header(long first, long length) {
    int version = (int) (first >>> 56);
    int type = (int) (first >>> 48) & 0xFF;
    if (version != 0) {
      throw new YamuxProtocolException("version " + version);
    }
    if (type > Frame.GO_AWAY) {
      throw new YamuxProtocolException("frame type " + type);
    }
    sink.header(type, (int) (first >>> 32) & 0xFFFF, (int) first, length);
    if (type == Frame.DATA) {
      payloadLeft = length;
      if (length == 0) {
        sink.end();
      }
    }
  }
}
