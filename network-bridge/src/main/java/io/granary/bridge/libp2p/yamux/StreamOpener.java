package io.granary.bridge.libp2p.yamux;

import io.granary.bridge.libp2p.yamux.StreamRefusedException.Reason;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Promise;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Opens our streams, or lets them wait while the peer has too many to acknowledge. */
final class StreamOpener {
  private record Wish(ChannelHandler initializer, Promise<YamuxStream> promise) {}

  private final YamuxSession session;
  private final YamuxSettings settings;
  private final StreamBook book;
  private final ArrayDeque<Wish> waiting = new ArrayDeque<>();

  StreamOpener(YamuxSession session, YamuxSettings settings, StreamBook book) {
    this.session = session;
    this.settings = settings;
    this.book = book;
  }

  void open(ChannelHandler initializer, Promise<YamuxStream> promise) {
    Reason refusal = refusal();
    if (refusal != null) {
      promise.tryFailure(new StreamRefusedException(refusal));
    } else if (backlogFull()) {
      waiting.add(new Wish(initializer, promise));
    } else {
      start(new Wish(initializer, promise));
    }
  }

  /** A stream was acknowledged or closed. */
  void proceed() {
    while (!waiting.isEmpty() && !backlogFull() && !session.ended()) {
      start(waiting.remove());
    }
  }

  /** No stream can be opened any more. */
  void refuseAll() {
    for (Wish wish = waiting.poll(); wish != null; wish = waiting.poll()) {
      wish.promise.tryFailure(new StreamRefusedException(Reason.GOING_AWAY));
    }
  }

  private boolean backlogFull() {
    return book.outboundUnacknowledged() >= settings.acceptBacklog();
  }

  private @Nullable Reason refusal() {
    if (session.goingAway()) {
      return Reason.GOING_AWAY;
    }
    if (book.outbound() + waiting.size() >= settings.streamsOutMax()) {
      return Reason.TOO_MANY_STREAMS;
    }
    return backlogFull() && waiting.size() >= settings.opensWaitingMax()
        ? Reason.TOO_MANY_STREAMS
        : null;
  }

  private void start(Wish wish) {
    if (!wish.promise.setUncancellable()) {
      return;
    }
    if (!book.idsLeft()) {
      wish.promise.setFailure(new StreamRefusedException(Reason.IDS_EXHAUSTED));
    } else if (!session.budget().admit(settings.windowInitialBytes())) {
      wish.promise.setFailure(new StreamRefusedException(Reason.NO_MEMORY));
    } else {
      int id = book.takeId();
      session.writer().control(Frame.WINDOW_UPDATE, Frame.SYN, id, session.extraWindow());
      session.launch(id, true, wish.initializer, wish.promise);
    }
  }
}
