package io.granary.bridge.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * The receiving half of a stream. Payload goes to the pipeline when it has asked by read(), one
 * buffer for one read() unless auto-read is on; else it waits in the queue. Credit returns to the
 * peer for what the pipeline was given.
 */
final class StreamInput {
  private final YamuxStream stream;
  private final YamuxSession session;
  private final ReceiveWindow window;
  private final InboundQueue queue = new InboundQueue();
  private boolean readPending;
  private boolean delivering;
  private boolean scheduled;
  private boolean completionDue;
  private boolean finReceived;
  private volatile boolean finDelivered;
  private volatile boolean discarding;

  StreamInput(YamuxStream stream, YamuxSession session, ReceiveWindow window) {
    this.stream = stream;
    this.session = session;
    this.window = window;
  }

  ReceiveWindow window() {
    return window;
  }

  boolean finReceived() {
    return finReceived;
  }

  /** Whether nothing more will be delivered, at the peer's wish or ours. */
  boolean shut() {
    return finDelivered || discarding;
  }

  /** Whether the peer has ended it and the pipeline was told. */
  boolean finished() {
    return finDelivered || (discarding && finReceived);
  }

  /** The next {@code bytes} of {@code source}, within the window. */
  void receive(ByteBuf source, int bytes) {
    if (discarding || !stream.isOpen()) {
      source.skipBytes(bytes);
    } else if (readPending && !delivering && queue.isEmpty()) {
      if (!completionDue) {
        completionDue = true;
        session.completionDue(this);
      }
      deliver(source.readRetainedSlice(bytes));
    } else {
      queue.add(source, bytes, stream.alloc());
    }
  }

  /** All that the connection brought in this round has been received. */
  void complete() {
    completionDue = false;
    if (stream.isOpen()) {
      stream.pipeline().fireChannelReadComplete();
      schedule();
    }
  }

  /** FIN: the pipeline hears of it after what is queued. */
  void finish() {
    finReceived = true;
    tellEnd();
  }

  void beginRead() {
    readPending = true;
    schedule();
  }

  void stopReading() {
    readPending = false;
  }

  /** What is queued and what comes is dropped, and not credited. */
  void discard() {
    discarding = true;
    queue.release();
    stream.closeIfFinished();
  }

  void close() {
    queue.release();
    window.close();
  }

  private void schedule() {
    if (readPending && !delivering && !scheduled && !queue.isEmpty()) {
      scheduled = true;
      stream.eventLoop().execute(this::drain);
    }
  }

  private void drain() {
    scheduled = false;
    boolean any = false;
    while (readPending && stream.isOpen()) {
      ByteBuf next = queue.poll();
      if (next == null) {
        break;
      }
      any = true;
      deliver(next);
    }
    if (any && stream.isOpen()) {
      stream.pipeline().fireChannelReadComplete();
    }
    tellEnd();
  }

  private void deliver(ByteBuf buffer) {
    int bytes = buffer.readableBytes();
    readPending = stream.config().isAutoRead();
    delivering = true;
    try {
      stream.pipeline().fireChannelRead(buffer);
    } finally {
      delivering = false;
    }
    if (stream.isOpen() && !discarding) {
      int credit = window.consumed(bytes, session.nanos(), session.roundTripNanos());
      if (credit > 0 && !finReceived) {
        session.writer().control(Frame.WINDOW_UPDATE, 0, stream.idBits(), credit);
      }
    }
  }

  private void tellEnd() {
    if (!finReceived || finDelivered || !queue.isEmpty() || !stream.isOpen()) {
      return;
    }
    finDelivered = true;
    if (!discarding) {
      if (completionDue) {
        stream.pipeline().fireChannelReadComplete();
      }
      stream.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
    stream.closeIfFinished();
  }
}
