package io.granary.bridge.libp2p.yamux;

import static io.granary.bridge.libp2p.yamux.Wire.begun;
import static io.granary.bridge.libp2p.yamux.Wire.recorder;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelOutputShutdownException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is sent when: windows, frames, turns, ends. */
@ExtendWith(LeakGuard.class)
class StreamOutputTest {
  private static final int WINDOW = YamuxSettings.PROTOCOL_WINDOW_BYTES;

  private final Settings settings = new Settings();

  @Test
  void sendsNoMoreThanTheWindow_untilThePeerGrantsMore() {
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      ChannelFuture written = stream.writeAndFlush(bytes(wire, WINDOW + 100));
      wire.settle();
      assertThat(wire.frames().stream().mapToInt(Wire.Sent::payloadBytes).sum()).isEqualTo(WINDOW);
      assertThat(written.isDone()).isFalse();
      wire.send(Frame.WINDOW_UPDATE, Frame.ACK, 1, 60);
      assertThat(wire.frameNames()).containsExactly("data 0 1 60");
      wire.send(Frame.WINDOW_UPDATE, 0, 1, 40);
      assertThat(wire.frameNames()).containsExactly("data 0 1 40");
      assertThat(written.isSuccess()).isTrue();
    }
  }

  @Test
  void capsTheWindow_whenIncrementsAddUpBeyond32Bits() {
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      for (int i = 0; i < 5; i++) {
        wire.send(Frame.WINDOW_UPDATE, 0, 1, Frame.UINT32_MAX);
      }
      ChannelFuture written = stream.writeAndFlush(bytes(wire, 1_000_000));
      wire.settle();
      assertThat(written.isSuccess()).isTrue();
      assertThat(wire.frames().stream().mapToInt(Wire.Sent::payloadBytes).sum())
          .isEqualTo(1_000_000);
    }
  }

  @Test
  void joinsSmallMessagesAndCutsLargeOnes_toFramesOfTheirLimit() {
    settings.frameBytesMax = 1000;
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      wire.frames();
      for (int i = 0; i < 30; i++) {
        begun(stream.write(bytes(wire, 90)));
      }
      begun(stream.write(Unpooled.EMPTY_BUFFER));
      ChannelFuture last = stream.writeAndFlush(bytes(wire, 1500));
      wire.settle();
      assertThat(wire.frameNames())
          .containsExactly(
              "data 0 1 1000", "data 0 1 1000", "data 0 1 1000", "data 0 1 1000", "data 0 1 200");
      assertThat(last.isSuccess()).isTrue();
      ChannelFuture empty = stream.writeAndFlush(Unpooled.EMPTY_BUFFER);
      wire.settle();
      assertThat(empty.isSuccess()).isTrue();
      assertThat(wire.frames()).isEmpty();
    }
  }

  @Test
  void takesTurns_whenSeveralStreamsHaveData() {
    settings.frameBytesMax = 1000;
    try (Wire wire = new Wire(true, settings.build())) {
      List<YamuxStream> streams = List.of(wire.open(), wire.open(), wire.open());
      wire.frames();
      streams.forEach(s -> begun(s.writeAndFlush(bytes(wire, 3000))));
      wire.settle();
      assertThat(wire.frames())
          .extracting(Wire.Sent::id)
          .containsExactly(1L, 3L, 5L, 1L, 3L, 5L, 1L, 3L, 5L);
    }
  }

  @Test
  void handsOnOnlyWhatTheConnectionTakes_andFinishesWhenItIsWritableAgain() {
    settings.frameBytesMax = 1000;
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      wire.frames();
      wire.channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1000, 2500));
      wire.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
      begun(stream.writeAndFlush(bytes(wire, 5000)));
      wire.settle();
      assertThat(wire.frames()).isEmpty();
      assertThat(wire.session.queuedBytes()).isEqualTo(5000);
      wire.send(Frame.PING, Frame.SYN, 0, 3); // answered all the same
      assertThat(wire.frameNames()).containsExactly("ping 2 0 3");
      wire.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
      wire.settle();
      assertThat(wire.frames()).hasSize(5);
    }
  }

  @Test
  void sendsEndAfterTheData_whenOutputIsShutDown() {
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      wire.frames();
      ChannelFuture written = stream.write(bytes(wire, WINDOW + 1));
      ChannelFuture shut = stream.shutdownOutput();
      ChannelFuture shutAgain = stream.shutdownOutput();
      ChannelFuture late = stream.writeAndFlush(bytes(wire, 1));
      wire.settle();
      assertThat(late.cause()).isInstanceOf(ChannelOutputShutdownException.class);
      assertThat(wire.frameNames()).last().isNotEqualTo("window 4 1 0");
      assertThat(shut.isDone()).isFalse();
      wire.send(Frame.WINDOW_UPDATE, Frame.ACK, 1, 1);
      assertThat(wire.frameNames()).containsExactly("data 0 1 1", "window 4 1 0");
      assertThat(List.of(written, shut, shutAgain)).allMatch(ChannelFuture::isSuccess);
      assertThat(stream.isOutputShutdown()).isTrue();
      ChannelFuture later = stream.writeAndFlush(bytes(wire, 1));
      wire.settle();
      assertThat(later.cause()).isInstanceOf(ClosedChannelException.class);
      wire.data(Frame.FIN, 1, new byte[3]); // the other half still works
      assertThat(recorder(stream).events).containsExactly("active", "data 3", "end", "inactive");
    }
  }

  @Test
  void sendsEnd_whenClosedWithNothingLeft() {
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      wire.frames();
      stream.writeAndFlush(bytes(wire, 10)).addListener(ChannelFutureListener.CLOSE);
      wire.settle();
      assertThat(wire.frameNames()).containsExactly("data 0 1 10", "window 4 1 0");
      assertThat(wire.session.streams()).isZero();
    }
  }

  @Test
  void sendsReset_whenClosedBeforeAllWasSent() {
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      ChannelFuture written = stream.writeAndFlush(bytes(wire, WINDOW + 1));
      wire.settle();
      wire.frames();
      begun(stream.close());
      wire.settle();
      assertThat(wire.frameNames()).containsExactly("window 8 1 0");
      assertThat(written.cause()).isInstanceOf(ClosedChannelException.class);
      assertThat(wire.session.queuedBytes()).isZero();
    }
  }

  @Test
  void sendsTheCodeAndNothingMore_whenReset() {
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      ChannelFuture written = stream.writeAndFlush(bytes(wire, WINDOW + 1));
      wire.settle();
      wire.frames();
      stream.reset(YamuxCodes.RATE_LIMITED);
      wire.settle();
      wire.send(Frame.WINDOW_UPDATE, 0, 1, 100);
      wire.data(0, 1, new byte[WINDOW]);
      assertThat(wire.frameNames()).containsExactly("window 8 1 " + 0x1002);
      assertThat(written.cause()).isInstanceOf(StreamResetException.class);
      assertThat(recorder(stream).events).containsExactly("active", "inactive");
    }
  }

  @Test
  void failsWhatIsQueued_whenThePeerResetsMidway() {
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      ChannelFuture written = stream.writeAndFlush(bytes(wire, WINDOW + 1));
      ChannelFuture shut = stream.shutdownOutput();
      wire.settle();
      wire.frames();
      wire.send(Frame.WINDOW_UPDATE, Frame.RST, 1, 7);
      assertThat(wire.frames()).isEmpty();
      assertThat(written.cause()).isInstanceOf(StreamResetException.class);
      assertThat(((StreamResetException) written.cause()).byPeer()).isTrue();
      assertThat(shut.cause()).isInstanceOf(ClosedChannelException.class);
      assertThat(recorder(stream).events).containsExactly("active", "reset 7", "inactive");
    }
  }

  @Test
  void resetsAWriterThatWouldWaitForEver_whenTheStreamIsClosedHere() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      begun(wire.accepted.get(0).close());
      wire.settle();
      wire.frames();
      wire.data(0, 1, new byte[WINDOW / 2]);
      assertThat(wire.frames()).isEmpty();
      wire.data(0, 1, new byte[1]);
      assertThat(wire.frameNames()).containsExactly("window 8 1 0");
      wire.data(0, 1, new byte[WINDOW / 2 - 1]);
      assertThat(wire.frames()).isEmpty();
      wire.data(0, 1, new byte[1]);
      wire.assertProtocolError("beyond all windows");
    }
  }

  @Test
  void refuses_whenClosedBeforeItWasAccepted() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.autoRead = false;
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      begun(wire.accepted.get(0).close());
      wire.settle();
      assertThat(wire.frameNames()).containsExactly("window 8 1 0");
    }
  }

  @Test
  void signalsFull_whenAStreamHoldsAQuarterOfItsBound() {
    settings.streamBufferBytesMax = 40_000;
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      wire.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
      begun(stream.write(bytes(wire, 10_001)));
      wire.settle();
      assertThat(stream.isWritable()).isFalse();
      wire.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
      stream.flush();
      wire.settle();
      assertThat(recorder(stream).events).containsExactly("active", "full", "writable");
    }
  }

  @Test
  void failsAndResets_whenAWriterHeedsNoSignal() {
    settings.streamBufferBytesMax = 40_000;
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      wire.frames();
      wire.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
      begun(stream.write(bytes(wire, 40_000)));
      ChannelFuture refused = stream.write(bytes(wire, 1));
      wire.settle();
      assertThat(refused.cause()).isInstanceOf(SendBufferFullException.class);
      assertThat(wire.frameNames()).containsExactly("window 8 1 " + 0x1001);
    }
  }

  @Test
  void signalsAllStreams_whenTheSessionHoldsHalfOfItsBound() {
    settings.sendBufferBytesMax = 100_000;
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream full = wire.open();
      YamuxStream idle = wire.open();
      wire.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
      begun(full.write(bytes(wire, 50_001)));
      wire.settle();
      assertThat(idle.isWritable()).isFalse();
      assertThat(wire.open().isWritable()).isFalse();
      ChannelFuture refused = idle.write(bytes(wire, 50_000));
      assertThat(refused.cause()).isInstanceOf(SendBufferFullException.class);
      wire.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
      full.flush();
      wire.settle();
      assertThat(full.isWritable()).isTrue();
    }
  }

  @Test
  void leavesRoomToOtherSessions_whenAPeerDoesNotRead() {
    SendBudget shared = new SendBudget(100_000);
    try (Wire deaf = new Wire(1L, settings.build(), shared);
        Wire reading = new Wire(1L, settings.build(), shared)) {
      YamuxStream held = deaf.open();
      deaf.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
      begun(held.write(bytes(deaf, 40_000)));
      deaf.settle();
      assertThat(held.isWritable()).isFalse();
      YamuxStream free = reading.open();
      assertThat(free.isWritable()).isTrue();
      begun(free.write(bytes(reading, 20_000)));
      assertThat(shared.usedBytes()).isEqualTo(60_000);
      ChannelFuture refused = held.write(bytes(deaf, 40_001));
      assertThat(refused.cause()).isInstanceOf(SendBufferFullException.class);
      deaf.settle();
      assertThat(shared.usedBytes()).isEqualTo(20_000);
      free.flush();
      reading.settle();
      assertThat(shared.usedBytes()).isZero();
    }
  }

  @Test
  void refusesOtherMessages_whenTheyAreNoBuffers() {
    try (Wire wire = new Wire(true, settings.build())) {
      ChannelFuture refused = wire.open().writeAndFlush("text");
      assertThat(refused.cause()).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  private static ByteBuf bytes(Wire wire, int count) {
    return wire.alloc.buffer(count).writeZero(count);
  }
}
