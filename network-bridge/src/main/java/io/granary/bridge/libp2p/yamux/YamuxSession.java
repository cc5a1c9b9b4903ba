package io.granary.bridge.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A yamux session, last in the pipeline of a secured connection. It tells the pipeline of {@link
 * GoAwayReceived} and, once, of {@link SessionEnd}; the connection is closed with the session.
 */
public final class YamuxSession extends ChannelDuplexHandler {
  /** For a go away to leave a connection that is then closed. */
  private static final long CLOSE_GRACE_MILLIS = 1000;

  private final YamuxSettings settings;
  private final ChannelHandler inboundInitializer;
  private final LongSupplier clock;
  private final StreamBook book;
  private final ClosedStreams closed;
  private final ReceiveBudget budget;
  private final FrameWriter writer;
  private final KeepAlive keepAlive;
  private final StreamOpener opener;
  private final FrameDecoder decoder;
  private final List<StreamInput> completions = new ArrayList<>();
  private @Nullable ChannelHandlerContext context;
  private boolean started;
  private boolean goAwaySent;
  private boolean goAwayReceived;
  private volatile boolean ended;

  /**
   * @param dialer whether this side dialed the connection, which makes its stream ids odd
   * @param inboundStreamInitializer sharable; added first to the pipeline of each stream the peer
   *     opens
   */
  public YamuxSession(
      boolean dialer, YamuxSettings settings, ChannelHandler inboundStreamInitializer) {
    this(dialer, settings, inboundStreamInitializer, Optional.empty());
  }

  /**
   * @param sharedBudget also bounds the receive windows, together with other sessions'
   */
  public YamuxSession(
      boolean dialer,
      YamuxSettings settings,
      ChannelHandler inboundStreamInitializer,
      Optional<ReceiveBudget> sharedBudget) {
    this(dialer, settings, inboundStreamInitializer, sharedBudget, SendBudget.unbounded());
  }

  /**
   * @param sharedBudget also bounds the receive windows, together with other sessions'
   * @param sends also bounds what waits to be sent, together with other sessions'
   */
  public YamuxSession(
      boolean dialer,
      YamuxSettings settings,
      ChannelHandler inboundStreamInitializer,
      Optional<ReceiveBudget> sharedBudget,
      SendBudget sends) {
    this(dialer ? 1 : 2, settings, inboundStreamInitializer, sharedBudget, sends, System::nanoTime);
  }

  YamuxSession(
      long firstId,
      YamuxSettings settings,
      ChannelHandler inboundInitializer,
      Optional<ReceiveBudget> sharedBudget,
      LongSupplier clock) {
    this(firstId, settings, inboundInitializer, sharedBudget, SendBudget.unbounded(), clock);
  }

  YamuxSession(
      long firstId,
      YamuxSettings settings,
      ChannelHandler inboundInitializer,
      Optional<ReceiveBudget> sharedBudget,
      SendBudget sends,
      LongSupplier clock) {
    this.settings = settings;
    this.inboundInitializer = inboundInitializer;
    this.clock = clock;
    this.book = new StreamBook(firstId);
    this.closed = new ClosedStreams(settings.closedRememberedMax(), settings.strayBytesMax());
    this.budget = new ReceiveBudget(settings.receiveBytesMax(), sharedBudget);
    this.writer = new FrameWriter(this, settings, sends);
    this.keepAlive = new KeepAlive(this, settings);
    this.opener = new StreamOpener(this, settings, book);
    this.decoder = new FrameDecoder(new FrameReceiver(this, keepAlive, book, closed));
  }

  /**
   * Opens a stream; {@code initializer} is added to its pipeline before it becomes active. The
   * future completes when data can be written, which is before the peer has acknowledged it; it
   * waits while too many streams are unacknowledged. From any thread, once the handler is in a
   * pipeline.
   *
   * @return fails with {@link StreamRefusedException}
   */
  public Future<YamuxStream> open(ChannelHandler initializer) {
    ChannelHandlerContext ctx = context();
    Promise<YamuxStream> promise = ctx.channel().eventLoop().newPromise();
    onLoop(() -> opener.open(initializer, promise));
    return promise;
  }

  /** Open streams of both directions. From any thread. */
  public int streams() {
    return book.count();
  }

  /**
   * Tells the peer that no more streams are taken. With code 0 those that are open go on; with any
   * other code the session ends. From any thread.
   *
   * @param code see {@link YamuxCodes}
   */
  public void goAway(long code) {
    if (code < 0 || code > Frame.UINT32_MAX) {
      throw new IllegalArgumentException("go away code " + code);
    }
    onLoop(() -> goAwayNow(code));
  }

  /** Bytes written to the streams and not yet handed to the connection. On the event loop. */
  public long queuedBytes() {
    return writer.queuedBytes();
  }

  /** The last measured round trip in nanoseconds, 0 before the first. On the event loop. */
  public long roundTripNanos() {
    return keepAlive.roundTripNanos();
  }

  /** Whether the session is over. From any thread. */
  public boolean ended() {
    return ended;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (ctx.channel().isActive()) {
      start();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    finish(YamuxCodes.NORMAL, false, null);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    start();
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    finish(YamuxCodes.NORMAL, true, null);
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    writer.readStarted();
    keepAlive.heard();
    try {
      decoder.feed(bytes);
    } catch (YamuxProtocolException e) {
      end(YamuxCodes.PROTOCOL_ERROR, e);
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readEnded();
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    writer.drain();
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    end(YamuxCodes.INTERNAL_ERROR, cause);
  }

  /** The connection is closed by us: with a go away first. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!ended && ctx.channel().isActive()) {
      if (!goAwaySent) {
        writer.control(Frame.GO_AWAY, 0, 0, (int) YamuxCodes.NORMAL);
      }
      ctx.flush();
      finish(YamuxCodes.NORMAL, false, null);
    }
    ChannelFuture unused = ctx.close(promise);
  }

  ChannelHandlerContext context() {
    return Objects.requireNonNull(context, "the session is in no pipeline");
  }

  YamuxSettings settings() {
    return settings;
  }

  FrameWriter writer() {
    return writer;
  }

  ReceiveBudget budget() {
    return budget;
  }

  long nanos() {
    return clock.getAsLong();
  }

  boolean goingAway() {
    return ended || goAwaySent || goAwayReceived;
  }

  /** What a stream's first window is beyond the protocol's. */
  int extraWindow() {
    return settings.windowInitialBytes() - YamuxSettings.PROTOCOL_WINDOW_BYTES;
  }

  /** {@code input} has been given data and is to be told when all of this round has come. */
  void completionDue(StreamInput input) {
    completions.add(input);
  }

  /** All that the connection brought in this round has been seen. */
  void readEnded() {
    for (int i = 0; i < completions.size(); i++) {
      completions.get(i).complete();
    }
    completions.clear();
    writer.readEnded();
  }

  void streamsWritable(boolean writable) {
    for (YamuxStream stream : book.all()) {
      stream.sessionWritable(writable);
    }
  }

  /** The peer opens a stream; null when it is refused, or closed by its own initializer. */
  @Nullable YamuxStream accept(int id) {
    boolean room =
        book.inbound() < settings.streamsInMax()
            && book.inboundUnacknowledged() < settings.acceptBacklog();
    if (goAwaySent || !room || !budget.admit(settings.windowInitialBytes())) {
      long code = goAwaySent ? YamuxCodes.SHUTDOWN : YamuxCodes.RESOURCE_LIMIT;
      writer.control(Frame.WINDOW_UPDATE, Frame.RST, id, (int) code);
      closed.add(id, YamuxSettings.PROTOCOL_WINDOW_BYTES, true);
      return null;
    }
    Promise<YamuxStream> launched = context().channel().eventLoop().newPromise();
    launch(id, false, inboundInitializer, launched);
    return book.get(id);
  }

  /** Makes the stream a channel; its window has been admitted by the budget. */
  void launch(int id, boolean outbound, ChannelHandler initializer, Promise<YamuxStream> promise) {
    ReceiveWindow window =
        new ReceiveWindow(
            settings.windowInitialBytes(), settings.windowMaxBytes(), budget, nanos());
    YamuxStream stream = new YamuxStream(this, id, outbound, window);
    book.add(stream);
    stream.pipeline().addLast(initializer);
    ChannelFuture registered = context().channel().eventLoop().register(stream);
    if (stream.isOpen()) {
      promise.trySuccess(stream);
    } else {
      Throwable cause = registered.cause();
      promise.tryFailure(
          new SessionClosedException("the stream was closed by its initializer", cause));
    }
  }

  void acknowledge(YamuxStream stream) {
    book.acknowledged(stream);
    writer.control(Frame.WINDOW_UPDATE, Frame.ACK, stream.idBits(), extraWindow());
  }

  void acknowledgedByPeer(YamuxStream stream) {
    stream.setAcknowledged();
    book.acknowledged(stream);
    opener.proceed();
  }

  /** The stream is closed: tells the peer what it must know. */
  void removed(YamuxStream stream) {
    book.remove(stream);
    if (!stream.gone()) {
      boolean reset = tellClosed(stream);
      if (!stream.input().finReceived()) {
        closed.add(stream.idBits(), stream.input().window().granted(), reset);
      }
    }
    opener.proceed();
  }

  private boolean tellClosed(YamuxStream stream) {
    boolean refused = !stream.isOutbound() && !stream.acknowledged();
    boolean reset = stream.resetCode() >= 0 || refused || stream.output().hasUnsent();
    if (!reset && !stream.output().finSent()) {
      writer.control(Frame.WINDOW_UPDATE, Frame.FIN, stream.idBits(), 0);
    }
    boolean starves =
        !stream.input().finReceived() && ClosedStreams.starves(stream.input().window().granted());
    if (reset || starves) {
      long code = Math.max(stream.resetCode(), YamuxCodes.NORMAL);
      writer.control(Frame.WINDOW_UPDATE, Frame.RST, stream.idBits(), (int) code);
    }
    return reset || starves;
  }

  /** The peer sent go away. */
  void goneAway(long code) {
    goAwayReceived = true;
    opener.refuseAll();
    context().fireUserEventTriggered(new GoAwayReceived(code));
    if (code != YamuxCodes.NORMAL) {
      finish(code, true, new SessionClosedException("the peer sent go away " + code, null));
      ChannelFuture unused = context().close();
    }
  }

  /**
   * Ends the session for {@code cause}: go away with {@code code}, then the connection is closed.
   */
  void end(long code, Throwable cause) {
    if (ended) {
      return;
    }
    ChannelHandlerContext ctx = context();
    boolean tell = ctx.channel().isActive() && ctx.channel().isWritable();
    finish(code, false, cause);
    if (!tell) {
      ChannelFuture unused = ctx.close();
      return;
    }
    ByteBuf frame = ctx.alloc().ioBuffer(Frame.HEADER_BYTES);
    Frame.write(frame, Frame.GO_AWAY, 0, 0, (int) code);
    ChannelFuture unused = ctx.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
    Future<?> forced =
        ctx.executor()
            .schedule(
                () -> {
                  ChannelFuture unusedToo = ctx.close();
                },
                CLOSE_GRACE_MILLIS,
                TimeUnit.MILLISECONDS);
    ctx.channel().closeFuture().addListener(done -> forced.cancel(false));
  }

  private void goAwayNow(long code) {
    if (code != YamuxCodes.NORMAL) {
      end(code, new SessionClosedException("this side sent go away " + code, null));
    } else if (!ended && !goAwaySent) {
      goAwaySent = true;
      writer.control(Frame.GO_AWAY, 0, 0, (int) code);
      opener.refuseAll();
    }
  }

  /** The one place where a session becomes over; sends nothing. */
  private void finish(long code, boolean byPeer, @Nullable Throwable cause) {
    if (ended) {
      return;
    }
    ended = true;
    keepAlive.stop();
    opener.refuseAll();
    SessionClosedException lost =
        new SessionClosedException(
            byPeer ? "connection closed by the peer" : "connection closed", cause);
    for (YamuxStream stream : book.all()) {
      stream.lost(lost);
    }
    context().fireUserEventTriggered(new SessionEnd(code, byPeer, Optional.ofNullable(cause)));
  }

  private void start() {
    if (!started) {
      started = true;
      keepAlive.start();
    }
  }

  private void onLoop(Runnable task) {
    if (context().channel().eventLoop().inEventLoop()) {
      task.run();
    } else {
      context().channel().eventLoop().execute(task);
    }
  }
}
