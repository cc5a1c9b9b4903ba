package io.granary.bridge.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One yamux stream as a Netty channel on its connection's event loop. It reads and writes {@link
 * ByteBuf}s.
 *
 * <ul>
 *   <li>read() and auto-read: without auto-read one buffer for each read(). The peer's window opens
 *       again as the pipeline is given data. An inbound stream is acknowledged at its first read(),
 *       write or shutdownOutput(); closed before, it is refused by RST.
 *   <li>A write's future completes when its bytes are handed to the connection. Writes beyond the
 *       bounds of a stream that is not writable fail with {@link SendBufferFullException} and reset
 *       it.
 *   <li>Half close is always allowed: the peer's FIN is a ChannelInputShutdownEvent after the last
 *       data, shutdownOutput() sends FIN after what was written. When both are done it closes.
 *   <li>close() sends FIN, or RST if written bytes would be lost by it, and drops what comes. The
 *       peer's RST is a {@link StreamResetException} in exceptionCaught, then the stream closes.
 * </ul>
 */
public final class YamuxStream extends AbstractChannel implements DuplexChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);
  private static final int SESSION_WRITABILITY_INDEX = 31;

  private final YamuxSession session;
  private final int id;
  private final boolean outbound;
  private final ChannelConfig config;
  private final StreamInput input;
  private final StreamOutput output;
  private volatile boolean open = true;
  private boolean acknowledged;

  /** No frame may be sent for it any more: the peer reset it, or the connection is gone. */
  private boolean gone;

  private long resetCode = -1;

  YamuxStream(YamuxSession session, int id, boolean outbound, ReceiveWindow window) {
    super(session.context().channel());
    this.session = session;
    this.id = id;
    this.outbound = outbound;
    int bufferBytesMax = session.settings().streamBufferBytesMax();
    this.input = new StreamInput(this, session, window);
    this.output = new StreamOutput(this, session.writer(), bufferBytesMax);
    this.config = new Config(this);
    config.setWriteBufferWaterMark(
        new WriteBufferWaterMark(bufferBytesMax / 8, Math.max(bufferBytesMax / 4, 1)));
    config.setAllocator(session.context().alloc());
  }

  /** Odd when the connection's dialer opened it; unique within the connection. */
  public long streamId() {
    return Integer.toUnsignedLong(id);
  }

  /** Whether this side opened it. */
  public boolean isOutbound() {
    return outbound;
  }

  /** Sends RST with {@code code} (see {@link YamuxCodes}) and closes. From any thread. */
  public void reset(long code) {
    if (code < 0 || code > Frame.UINT32_MAX) {
      throw new IllegalArgumentException("reset code " + code);
    }
    if (eventLoop().inEventLoop()) {
      resetNow(code);
    } else {
      eventLoop().execute(() -> resetNow(code));
    }
  }

  @Override
  public boolean isInputShutdown() {
    return !open || input.shut();
  }

  @Override
  public boolean isOutputShutdown() {
    return !open || output.finSent();
  }

  @Override
  public boolean isShutdown() {
    return isInputShutdown() && isOutputShutdown();
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  /** Sends FIN after what was written; the future completes when it was handed on. */
  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    onLoop(
        () -> {
          acknowledge();
          output.close(promise);
        });
    return promise;
  }

  @Override
  public ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  /** Drops what is queued and what still comes; yamux does not tell the peer. */
  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    onLoop(
        () -> {
          promise.trySuccess();
          input.discard();
        });
    return promise;
  }

  @Override
  public ChannelFuture shutdown() {
    return shutdown(newPromise());
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    onLoop(
        () -> {
          acknowledge();
          output.close(promise);
          input.discard();
        });
    return promise;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  int idBits() {
    return id;
  }

  StreamInput input() {
    return input;
  }

  StreamOutput output() {
    return output;
  }

  boolean acknowledged() {
    return acknowledged;
  }

  /** The peer has acknowledged it, or this side has. */
  void setAcknowledged() {
    acknowledged = true;
  }

  boolean gone() {
    return gone;
  }

  /** Negative when this side did not reset it. */
  long resetCode() {
    return resetCode;
  }

  void sessionWritable(boolean writable) {
    ChannelOutboundBuffer buffer = unsafe().outboundBuffer();
    if (buffer != null) {
      buffer.setUserDefinedWritability(SESSION_WRITABILITY_INDEX, writable);
    }
  }

  void resetNow(long code) {
    if (open) {
      resetCode = code;
      abort(new StreamResetException(streamId(), code, false));
    }
  }

  void resetByPeer(long code) {
    gone = true;
    StreamResetException reset = new StreamResetException(streamId(), code, true);
    pipeline().fireExceptionCaught(reset);
    abort(reset);
  }

  /** The session ended. What the peer had sent to the end can still be read. */
  void lost(SessionClosedException cause) {
    gone = true;
    if (input.finReceived() && !input.shut()) {
      output.lost();
    } else {
      pipeline().fireExceptionCaught(cause);
      abort(cause);
    }
  }

  void closeIfFinished() {
    if (open && input.finished() && output.finSent()) {
      unsafe().close(unsafe().voidPromise());
    }
  }

  void shutdownOutputBuffer(ChannelPromise promise) {
    ((StreamUnsafe) unsafe()).shutdownOutput(promise);
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new StreamUnsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return parent().localAddress();
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return parent().remoteAddress();
  }

  @Override
  protected void doRegister() {
    if (session.writer().congested()) {
      sessionWritable(false);
    }
  }

  @Override
  protected void doBind(SocketAddress localAddress) {
    throw new UnsupportedOperationException("a stream is not bound");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doClose() {
    if (open) {
      open = false;
      session.removed(this);
      input.close();
      output.closed();
    }
  }

  /** FIN is sent by {@link StreamOutput}; this only ends the outbound buffer. */
  @Override
  protected void doShutdownOutput() {}

  @Override
  protected void doBeginRead() {
    acknowledge();
    input.beginRead();
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    acknowledge();
    output.becomeReady();
  }

  @Override
  protected Object filterOutboundMessage(Object message) throws IOException {
    if (!(message instanceof ByteBuf bytes)) {
      throw new UnsupportedOperationException("a stream writes ByteBuf, not " + message.getClass());
    }
    if (!output.acceptsWrites()) {
      throw new ChannelOutputShutdownException("the stream's output is shut down");
    }
    try {
      output.admit(bytes.readableBytes());
    } catch (SendBufferFullException e) {
      eventLoop().execute(() -> resetNow(YamuxCodes.RESOURCE_LIMIT));
      throw e;
    }
    return message;
  }

  private void acknowledge() {
    if (!outbound && !acknowledged && open && !gone) {
      acknowledged = true;
      session.acknowledge(this);
    }
  }

  /** Fails what is queued with {@code cause} and closes. */
  private void abort(IOException cause) {
    ((StreamUnsafe) unsafe()).abort(cause);
  }

  private void onLoop(Runnable task) {
    if (eventLoop().inEventLoop()) {
      task.run();
    } else {
      eventLoop().execute(task);
    }
  }

  private final class StreamUnsafe extends AbstractUnsafe {
    @Override
    public void connect(
        SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
      promise.tryFailure(new UnsupportedOperationException("a stream is connected from the start"));
    }

    void abort(IOException cause) {
      if (open) {
        handleWriteError(cause);
      }
      if (open) { // without auto-close only the output is ended by that
        close(voidPromise());
      }
    }
  }

  private static final class Config extends DefaultChannelConfig {
    private final YamuxStream stream;

    Config(YamuxStream stream) {
      super(stream);
      this.stream = stream;
    }

    @Override
    protected void autoReadCleared() {
      if (stream.isRegistered()) {
        stream.onLoop(stream.input::stopReading);
      }
    }
  }
}
