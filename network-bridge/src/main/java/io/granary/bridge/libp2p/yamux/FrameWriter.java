package io.granary.bridge.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;

/**
 * What goes out on the connection. Data frames are taken from the streams in turn, one of each,
 * while the connection is writable, so no more than its high-water mark and one frame lies there.
 * Frames without payload pass at once, also when it is not writable, and are counted. One flush
 * serves all that one round of the event loop has written.
 */
final class FrameWriter {
  /** Between two flushes, so that the codecs below need not hold much. */
  private static final int FLUSH_BYTES = 256 << 10;

  /** After this much, others on the event loop have their turn. */
  private static final int ROUND_BYTES = 2 << 20;

  private final YamuxSession session;
  private final YamuxSettings settings;
  private final SendBudget shared;
  private final FrameBuilder builder = new FrameBuilder();
  private final ArrayDeque<StreamOutput> ready = new ArrayDeque<>();
  private final ChannelFutureListener written = this::written;
  private final ChannelFutureListener controlWritten = this::controlWritten;
  private int controlPending;
  private long queuedBytes;
  private boolean congested;
  private boolean unflushed;
  private boolean reading;
  private boolean scheduled;
  private boolean draining;

  FrameWriter(YamuxSession session, YamuxSettings settings, SendBudget shared) {
    this.shared = shared;
    this.session = session;
    this.settings = settings;
  }

  /** Writes a frame without payload. */
  void control(int type, int flags, int id, int length) {
    if (session.ended()) {
      return;
    }
    if (controlPending >= settings.controlFramesMax()) {
      session.end(
          YamuxCodes.INTERNAL_ERROR,
          new SessionClosedException("the peer provokes frames and does not read them", null));
      return;
    }
    ChannelHandlerContext ctx = session.context();
    ByteBuf frame = ctx.alloc().ioBuffer(Frame.HEADER_BYTES);
    Frame.write(frame, type, flags, id, length);
    controlPending++;
    ChannelFuture unused = ctx.write(frame).addListener(controlWritten);
    unflushed = true;
    schedule();
  }

  /** {@code output} has something that may be sent. */
  void ready(StreamOutput output) {
    ready.add(output);
    schedule();
  }

  /**
   * Writes one data frame of what {@code output} has flushed.
   *
   * @return its payload, in bytes
   */
  int data(StreamOutput output, int bytesMax) {
    int bytes = output.gather(builder, Math.min(bytesMax, settings.frameBytesMax()));
    if (bytes > 0) {
      ChannelHandlerContext ctx = session.context();
      ByteBuf frame = builder.build(ctx.alloc(), output.id());
      ChannelFuture unused = ctx.write(frame).addListener(written);
      unflushed = true;
    }
    return bytes;
  }

  /** Whether {@code bytes} more may wait in the streams. */
  boolean admits(int bytes) {
    boolean fits =
        bytes <= shared.freeBytes() && queuedBytes + bytes <= settings.sendBufferBytesMax();
    return queuedBytes == 0 || fits;
  }

  /** What waits in the streams has grown, or shrunk, by {@code bytes}. */
  void queued(long bytes) {
    queuedBytes += bytes;
    shared.add(bytes);
    long limit = Math.min(settings.sendBufferBytesMax(), shared.freeBytes());
    if (!congested && queuedBytes > limit / 2) {
      congested = true;
      session.streamsWritable(false);
    } else if (congested && (queuedBytes == 0 || queuedBytes < limit / 4)) {
      congested = false;
      session.streamsWritable(true);
    }
  }

  boolean congested() {
    return congested;
  }

  long queuedBytes() {
    return queuedBytes;
  }

  /**
   * The connection brings data: what is written until it has all been seen is flushed together. A
   * handler below that passes data on later than it was read says no more when that is; then the
   * next task does.
   */
  void readStarted() {
    if (!reading) {
      schedule();
      reading = true;
    }
  }

  void readEnded() {
    reading = false;
    drain();
  }

  /** Writes what may be written, and flushes. */
  void drain() {
    if (draining || session.ended()) {
      return;
    }
    draining = true;
    try {
      int left = ROUND_BYTES;
      do {
        left -= writeFrames();
        if (unflushed) {
          unflushed = false;
          session.context().flush();
        }
      } while (left > 0 && canWrite());
    } finally {
      draining = false;
    }
    if (canWrite()) {
      schedule();
    }
  }

  private int writeFrames() {
    int bytes = 0;
    while (bytes < FLUSH_BYTES && canWrite()) {
      StreamOutput next = ready.remove();
      bytes += next.writeFrame();
    }
    return bytes;
  }

  private boolean canWrite() {
    return !ready.isEmpty() && !session.ended() && session.context().channel().isWritable();
  }

  private void schedule() {
    if (!scheduled && !reading && !draining) {
      scheduled = true;
      session.context().channel().eventLoop().execute(this::scheduledDrain);
    }
  }

  private void scheduledDrain() {
    scheduled = false;
    if (reading) {
      session.readEnded();
    } else {
      drain();
    }
  }

  private void controlWritten(ChannelFuture future) {
    controlPending--;
    written(future);
  }

  private void written(ChannelFuture future) {
    if (!future.isSuccess()) {
      session.end(
          YamuxCodes.INTERNAL_ERROR,
          new SessionClosedException("a frame could not be written", future.cause()));
    }
  }
}
