package io.granary.bridge.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A session on an embedded channel; the test is the peer and speaks in frames. */
final class Wire implements AutoCloseable {
  /** A frame as the peer sees it. */
  record Sent(int type, int flags, long id, long length, int payloadBytes) {
    @Override
    public String toString() {
      String name = List.of("data", "window", "ping", "goaway").get(type);
      return name + " " + flags + " " + id + " " + length;
    }
  }

  private static final AttributeKey<Recorder> RECORDER = AttributeKey.valueOf("recorder");

  final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);
  final List<YamuxStream> accepted = new ArrayList<>();
  final List<Object> connectionEvents = new ArrayList<>();
  final YamuxSession session;
  final EmbeddedChannel channel = frozen();
  boolean autoRead = true;
  boolean initializerFails;
  private final List<YamuxStream> all = new ArrayList<>();
  private final ByteBuf outgoing = Unpooled.buffer();
  private long nanos = 1;

  Wire(boolean dialer, YamuxSettings settings) {
    this(dialer ? 1 : 2, settings);
  }

  Wire(long firstId, YamuxSettings settings) {
    this(firstId, settings, SendBudget.unbounded());
  }

  Wire(long firstId, YamuxSettings settings, SendBudget sends) {
    channel.config().setAllocator(alloc);
    session =
        new YamuxSession(
            firstId, settings, initializer(accepted), Optional.empty(), sends, () -> nanos);
    channel.pipeline().addLast(session, new Events());
    channel.runPendingTasks();
    channel.flushOutbound();
    assertThat(frames()).extracting(Sent::toString).containsExactly("ping 1 0 1");
  }

  private ChannelInitializer<YamuxStream> initializer(List<YamuxStream> into) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(YamuxStream stream) {
        stream.config().setAutoRead(autoRead);
        Recorder recorder = new Recorder();
        stream.attr(RECORDER).set(recorder);
        stream.pipeline().addLast(recorder);
        if (initializerFails) {
          throw new IllegalStateException("not today");
        }
        into.add(stream);
        all.add(stream);
      }

      @Override
      public boolean isSharable() {
        return true;
      }
    };
  }

  /** For what is started and whose outcome the test sees elsewhere. */
  static void begun(Future<?> outcome) {
    assertThat(outcome.isCancelled()).isFalse();
  }

  static Recorder recorder(YamuxStream stream) {
    return stream.attr(RECORDER).get();
  }

  Future<YamuxStream> tryOpen() {
    Future<YamuxStream> opened = session.open(initializer(new ArrayList<>()));
    settle();
    return opened;
  }

  YamuxStream open() {
    Future<YamuxStream> opened = tryOpen();
    assertThat(opened.isSuccess()).isTrue();
    return opened.getNow();
  }

  /** The peer sends a frame without payload. */
  void send(int type, int flags, long id, long length) {
    sendRaw(frame(type, flags, id, length, new byte[0]));
  }

  void data(int flags, long id, byte[] payload) {
    sendRaw(frame(Frame.DATA, flags, id, payload.length, payload));
  }

  /** Takes {@code bytes}; what the session reads is counted by {@link #alloc}. */
  void sendRaw(ByteBuf bytes) {
    ByteBuf counted = alloc.buffer(Math.max(bytes.readableBytes(), 1)).writeBytes(bytes);
    bytes.release();
    channel.writeInbound(counted);
    settle();
  }

  static ByteBuf frame(int type, int flags, long id, long length, byte[] payload) {
    ByteBuf frame = Unpooled.buffer(Frame.HEADER_BYTES + payload.length);
    Frame.write(frame, type, flags, (int) id, (int) length);
    return frame.writeBytes(payload);
  }

  /** A channel whose clock moves by {@link #passTime} alone. */
  private static EmbeddedChannel frozen() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    return channel;
  }

  void settle() {
    channel.runPendingTasks();
  }

  void passTime(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    settle();
  }

  /** What the session has sent since the last call. */
  List<Sent> frames() {
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      outgoing.writeBytes(next);
      next.release();
    }
    List<Sent> frames = new ArrayList<>();
    while (outgoing.isReadable(Frame.HEADER_BYTES)) {
      assertThat(outgoing.readByte()).isZero();
      int type = outgoing.readUnsignedByte();
      int flags = outgoing.readUnsignedShort();
      long id = outgoing.readUnsignedInt();
      long length = outgoing.readUnsignedInt();
      int payloadBytes = type == Frame.DATA ? (int) length : 0;
      outgoing.skipBytes(payloadBytes);
      frames.add(new Sent(type, flags, id, length, payloadBytes));
    }
    outgoing.discardReadBytes();
    return frames;
  }

  List<String> frameNames() {
    return frames().stream().map(Sent::toString).toList();
  }

  SessionEnd end() {
    return connectionEvents.stream()
        .filter(SessionEnd.class::isInstance)
        .map(SessionEnd.class::cast)
        .findFirst()
        .orElseThrow();
  }

  void assertProtocolError(String words) {
    assertThat(frameNames()).last().isEqualTo("goaway 0 0 1");
    assertThat(channel.isOpen()).isFalse();
    assertThat(end().code()).isEqualTo(YamuxCodes.PROTOCOL_ERROR);
    assertThat(end().cause().orElseThrow())
        .isInstanceOf(YamuxProtocolException.class)
        .hasMessageContaining(words);
  }

  /** Closes the connection; nothing that was allocated may be left. */
  @Override
  public void close() {
    assertThat(channel.close().isSuccess()).isTrue();
    all.forEach(s -> s.config().setAutoRead(true)); // what ended in order can still be read
    settle();
    frames();
    channel.checkException();
    assertThat(session.streams()).isZero();
    assertThat(session.queuedBytes()).isZero();
    assertThat(session.budget().usedBytes()).isZero();
    assertThat(alloc.metric().usedHeapMemory()).isZero();
    assertThat(alloc.metric().usedDirectMemory()).isZero();
  }

  private final class Events extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      connectionEvents.add(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
