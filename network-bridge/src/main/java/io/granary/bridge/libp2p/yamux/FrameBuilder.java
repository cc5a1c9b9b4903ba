package io.granary.bridge.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelOutboundBuffer;

/** Puts what a stream has flushed, from one message or many, into one data frame. */
final class FrameBuilder implements ChannelOutboundBuffer.MessageProcessor {
  private static final int PIECES_MAX = 64;

  /** Up to this, copying costs less than a composite. */
  private static final int COPY_BYTES_MAX = 1024;

  private final ByteBuf[] pieces = new ByteBuf[PIECES_MAX];
  private final int[] lengths = new int[PIECES_MAX];
  private int count;
  private int bytes;
  private int bytesMax;

  /** Looks, without taking anything, at the next messages of {@code from}; returns their bytes. */
  int gather(ChannelOutboundBuffer from, int bytesMax) {
    this.bytesMax = bytesMax;
    count = 0;
    bytes = 0;
    if (bytesMax > 0) {
      try {
        from.forEachFlushedMessage(this);
      } catch (Exception e) {
        throw new IllegalStateException("processMessage throws nothing", e);
      }
    }
    return bytes;
  }

  @Override
  public boolean processMessage(Object message) {
    ByteBuf piece = (ByteBuf) message;
    int length = Math.min(piece.readableBytes(), bytesMax - bytes);
    if (length > 0) {
      pieces[count] = piece;
      lengths[count++] = length;
      bytes += length;
    }
    return bytes < bytesMax && count < PIECES_MAX;
  }

  /** A data frame of stream {@code id} with what was gathered. */
  ByteBuf build(ByteBufAllocator alloc, int id) {
    if (bytes <= COPY_BYTES_MAX) {
      ByteBuf frame = header(alloc, id, Frame.HEADER_BYTES + bytes);
      for (int i = 0; i < count; i++) {
        frame.writeBytes(pieces[i], pieces[i].readerIndex(), lengths[i]);
      }
      return frame;
    }
    CompositeByteBuf frame = alloc.compositeBuffer(count + 1);
    frame.addComponent(true, header(alloc, id, Frame.HEADER_BYTES));
    for (int i = 0; i < count; i++) {
      frame.addComponent(true, pieces[i].retainedSlice(pieces[i].readerIndex(), lengths[i]));
    }
    return frame;
  }

  private ByteBuf header(ByteBufAllocator alloc, int id, int capacity) {
    ByteBuf buffer = alloc.ioBuffer(capacity);
    Frame.write(buffer, Frame.DATA, 0, id, bytes);
    return buffer;
  }
}
