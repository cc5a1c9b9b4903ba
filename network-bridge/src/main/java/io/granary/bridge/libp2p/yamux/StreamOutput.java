package io.granary.bridge.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** The sending half of a stream: the peer's window, what is queued, and the end of it. */
final class StreamOutput {
  private enum End {
    OPEN,
    /** FIN follows what is queued. */
    CLOSING,
    FIN_SENT
  }

  private final YamuxStream stream;
  private final FrameWriter writer;
  private final int bufferBytesMax;
  private long window = YamuxSettings.PROTOCOL_WINDOW_BYTES;
  private long queuedBytes;
  private boolean ready;
  private volatile End end = End.OPEN;
  private @Nullable ChannelPromise finPromise;

  StreamOutput(YamuxStream stream, FrameWriter writer, int bufferBytesMax) {
    this.stream = stream;
    this.writer = writer;
    this.bufferBytesMax = bufferBytesMax;
  }

  int id() {
    return stream.idBits();
  }

  boolean finSent() {
    return end == End.FIN_SENT;
  }

  boolean acceptsWrites() {
    return end == End.OPEN;
  }

  boolean hasUnsent() {
    return queuedBytes > 0;
  }

  /**
   * The peer takes {@code bytes} more; a sum beyond 32 bits is held at the most a window can be.
   */
  void grant(long bytes) {
    window = Math.min(window + bytes, Frame.UINT32_MAX);
    becomeReady();
  }

  /**
   * A message of {@code bytes} is about to be queued.
   *
   * @throws SendBufferFullException the stream or the session holds too much already
   */
  void admit(int bytes) {
    boolean fits = queuedBytes == 0 || queuedBytes + bytes <= bufferBytesMax;
    if (!fits || !writer.admits(bytes)) {
      throw new SendBufferFullException(stream.streamId(), queuedBytes, bytes);
    }
    queued(bytes);
  }

  /** Something was flushed, or may be sent now. */
  void becomeReady() {
    if (!ready && stream.isOpen()) {
      ChannelOutboundBuffer buffer = stream.unsafe().outboundBuffer();
      if (buffer != null && !buffer.isEmpty()) {
        ready = true;
        writer.ready(this);
      }
    }
  }

  int gather(FrameBuilder builder, int bytesMax) {
    ChannelOutboundBuffer buffer = stream.unsafe().outboundBuffer();
    return buffer == null ? 0 : builder.gather(buffer, bytesMax);
  }

  /**
   * The stream's turn: writes one frame, waits for another turn if more can be sent.
   *
   * @return payload bytes
   */
  int writeFrame() {
    ready = false;
    ChannelOutboundBuffer buffer = stream.unsafe().outboundBuffer();
    if (buffer == null || !stream.isOpen()) {
      return 0;
    }
    int bytes = writer.data(this, (int) Math.min(window, Integer.MAX_VALUE));
    window -= bytes;
    remove(buffer, bytes);
    if (end == End.CLOSING) {
      finishIfSent();
    }
    if (window > 0) {
      becomeReady();
    }
    return bytes;
  }

  /** Sends FIN after all that was written before; further writes fail. */
  void close(ChannelPromise promise) {
    if (!stream.isOpen()) {
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    ChannelPromise first = finPromise;
    if (first != null) {
      first.addListener(
          done -> {
            if (done.isSuccess()) {
              promise.trySuccess();
            } else {
              promise.tryFailure(done.cause());
            }
          });
      return;
    }
    finPromise = promise;
    end = End.CLOSING;
    stream.unsafe().flush();
    finishIfSent();
  }

  /** The stream is closed. */
  void closed() {
    queued(-queuedBytes);
    ChannelPromise promise = finPromise;
    if (promise != null && end != End.FIN_SENT) {
      promise.tryFailure(new ClosedChannelException());
    }
  }

  /** The connection is gone: nothing that is queued can be sent. */
  void lost() {
    end = End.FIN_SENT;
    queued(-queuedBytes);
    Channel.Unsafe unsafe = stream.unsafe();
    stream.shutdownOutputBuffer(unsafe.voidPromise());
  }

  private void finishIfSent() {
    ChannelOutboundBuffer buffer = stream.unsafe().outboundBuffer();
    if (end != End.CLOSING || buffer == null || !buffer.isEmpty()) {
      return;
    }
    end = End.FIN_SENT;
    queued(-queuedBytes);
    writer.control(Frame.WINDOW_UPDATE, Frame.FIN, id(), 0);
    stream.shutdownOutputBuffer(stream.unsafe().voidPromise());
    ChannelPromise promise = finPromise;
    if (promise != null) {
      promise.trySuccess();
    }
    stream.closeIfFinished();
  }

  /** Takes {@code bytes} and empty messages off the buffer; its listeners may close the stream. */
  private void remove(ChannelOutboundBuffer buffer, int bytes) {
    if (stream.unsafe().outboundBuffer() != buffer) {
      return;
    }
    int left = bytes;
    queued(-bytes);
    while (stream.unsafe().outboundBuffer() == buffer
        && buffer.current() instanceof ByteBuf message) {
      int length = message.readableBytes();
      if (length > left) {
        message.skipBytes(left);
        buffer.progress(left);
        return;
      }
      left -= length;
      buffer.progress(length);
      buffer.remove();
    }
    if (stream.unsafe().outboundBuffer() == buffer && buffer.totalPendingWriteBytes() == 0) {
      queued(-queuedBytes); // what was cancelled between write and flush
    }
  }

  private void queued(long bytes) {
    queuedBytes += bytes;
    writer.queued(bytes);
  }
}
