package io.granary.bridge.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/** Two sessions on embedded channels whose bytes the test carries, in pieces of its choice. */
final class Pair implements AutoCloseable {
  /** One side: its session, the streams it has, what each was told. */
  static final class Side {
    final EmbeddedChannel channel = new EmbeddedChannel();
    final YamuxSession session;
    final Map<Long, YamuxStream> streams = new TreeMap<>();
    final Map<Long, Recorder> recorders = new TreeMap<>();
    private final ByteBuf outgoing = Unpooled.buffer();

    Side(boolean dialer, YamuxSettings settings, UnpooledByteBufAllocator alloc) {
      channel.config().setAllocator(alloc);
      session = new YamuxSession(dialer, settings, initializer());
      channel.pipeline().addLast(session);
    }

    YamuxStream open() {
      Future<YamuxStream> opened = session.open(initializer());
      channel.runPendingTasks();
      assertThat(opened.isSuccess()).isTrue();
      return opened.getNow();
    }

    private ChannelInitializer<YamuxStream> initializer() {
      return new ChannelInitializer<>() {
        @Override
        protected void initChannel(YamuxStream stream) {
          stream.config().setAutoRead(false);
          Recorder recorder = new Recorder();
          stream.pipeline().addLast(recorder);
          streams.put(stream.streamId(), stream);
          recorders.put(stream.streamId(), recorder);
        }

        @Override
        public boolean isSharable() {
          return true;
        }
      };
    }
  }

  final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);
  final List<Side> sides;

  Pair(YamuxSettings settings) {
    sides = List.of(new Side(true, settings, alloc), new Side(false, settings, alloc));
  }

  /**
   * Carries up to {@code bytesMax} from one side to the other, cut as {@code cut} says of the rest.
   */
  boolean carry(int from, int bytesMax, IntUnaryOperator cut) {
    Side sender = sides.get(from);
    sender.channel.runPendingTasks();
    for (ByteBuf b = sender.channel.readOutbound(); b != null; b = sender.channel.readOutbound()) {
      sender.outgoing.writeBytes(b);
      b.release();
    }
    int left = Math.min(bytesMax, sender.outgoing.readableBytes());
    boolean any = left > 0;
    Side receiver = sides.get(1 - from);
    while (left > 0) {
      int part = Math.max(1, Math.min(left, cut.applyAsInt(left)));
      ByteBuf piece = alloc.buffer(part).writeBytes(sender.outgoing, part);
      var unused = receiver.channel.writeOneInbound(piece);
      left -= part;
    }
    sender.outgoing.discardSomeReadBytes();
    receiver.channel.flushInbound();
    receiver.channel.runPendingTasks();
    return any;
  }

  void settle() {
    boolean any;
    do {
      any = carry(0, Integer.MAX_VALUE, n -> n);
      any |= carry(1, Integer.MAX_VALUE, n -> n);
    } while (any);
  }

  @Override
  public void close() {
    List<Object> left = new ArrayList<>();
    for (Side side : sides) {
      assertThat(side.channel.close().isSuccess()).isTrue();
      side.channel.runPendingTasks();
      side.channel.releaseOutbound();
      side.channel.checkException();
      side.streams.values().forEach(s -> s.config().setAutoRead(true));
      side.channel.runPendingTasks();
      left.addAll(side.streams.values().stream().filter(YamuxStream::isOpen).toList());
    }
    assertThat(left).isEmpty();
    assertThat(alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory()).isZero();
  }
}
