package io.granary.bridge.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What each frame means: for the session, for an open stream, for one that is gone. */
final class FrameReceiver implements FrameDecoder.Sink {
  private final YamuxSession session;
  private final KeepAlive keepAlive;
  private final StreamBook book;
  private final ClosedStreams closed;

  /** Whose payload comes now; null when it is dropped. */
  private @Nullable YamuxStream current;

  private boolean finFollows;

  FrameReceiver(YamuxSession session, KeepAlive keepAlive, StreamBook book, ClosedStreams closed) {
    this.session = session;
    this.keepAlive = keepAlive;
    this.book = book;
    this.closed = closed;
  }

  @Override
  public void header(int type, int flags, int id, long length) {
    if (type == Frame.PING) {
      keepAlive.received(flags, (int) length);
    } else if (type == Frame.GO_AWAY) {
      session.goneAway(length);
    } else {
      streamFrame(type == Frame.DATA, flags, id, length);
    }
  }

  @Override
  public void payload(ByteBuf source, int bytes) {
    YamuxStream stream = current;
    if (stream == null) {
      source.skipBytes(bytes);
    } else {
      stream.input().receive(source, bytes);
    }
  }

  @Override
  public void end() {
    YamuxStream stream = current;
    current = null;
    if (stream != null && finFollows && stream.isOpen()) {
      stream.input().finish();
    }
  }

  @Override
  public boolean ended() {
    return session.ended();
  }

  private void streamFrame(boolean data, int flags, int id, long length) {
    current = null;
    YamuxStream stream = book.get(id);
    if ((flags & Frame.SYN) != 0) {
      stream = opened(stream, flags, id);
    }
    if (stream == null) {
      goneStreamFrame(data, flags, id, length);
      return;
    }
    if ((flags & Frame.ACK) != 0 && stream.isOutbound() && !stream.acknowledged()) {
      session.acknowledgedByPeer(stream);
    }
    if (data && !stream.input().window().receive(length)) {
      throw new YamuxProtocolException("stream " + stream.streamId() + ": window exceeded");
    }
    if ((flags & Frame.RST) != 0) {
      stream.resetByPeer(data ? 0 : length);
    } else if (data && stream.input().finReceived()) {
      stream.resetNow(YamuxCodes.PROTOCOL_VIOLATION);
    } else if (data) {
      current = stream;
      finFollows = (flags & Frame.FIN) != 0;
    } else {
      windowUpdate(stream, flags, length);
    }
  }

  private static void windowUpdate(YamuxStream stream, int flags, long length) {
    if (length > 0) {
      stream.output().grant(length);
    }
    if ((flags & Frame.FIN) != 0 && !stream.input().finReceived()) {
      stream.input().finish();
    }
  }

  private @Nullable YamuxStream opened(@Nullable YamuxStream stream, int flags, int id) {
    if (stream != null || closed.contains(id)) {
      throw new YamuxProtocolException("stream " + Integer.toUnsignedLong(id) + " opened again");
    }
    if (!book.isPeersId(id)) {
      throw new YamuxProtocolException("stream id " + Integer.toUnsignedLong(id) + " is not yours");
    }
    return (flags & Frame.RST) != 0 ? null : session.accept(id);
  }

  private void goneStreamFrame(boolean data, int flags, int id, long length) {
    if (data) {
      switch (closed.drop(id, length)) {
        case VIOLATION ->
            throw new YamuxProtocolException(
                "data for stream " + Integer.toUnsignedLong(id) + " beyond all windows");
        case DROP_AND_RESET ->
            session.writer().control(Frame.WINDOW_UPDATE, Frame.RST, id, (int) YamuxCodes.NORMAL);
        case DROP -> {}
      }
    }
    if ((flags & (Frame.FIN | Frame.RST)) != 0) {
      closed.ended(id);
    }
  }
}
