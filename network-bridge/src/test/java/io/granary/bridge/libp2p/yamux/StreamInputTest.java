package io.granary.bridge.libp2p.yamux;

import static io.granary.bridge.libp2p.yamux.Wire.begun;
import static io.granary.bridge.libp2p.yamux.Wire.recorder;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When data is delivered, credited, dropped. */
@ExtendWith(LeakGuard.class)
class StreamInputTest {
  private static final int WINDOW = YamuxSettings.PROTOCOL_WINDOW_BYTES;

  private final Settings settings = new Settings();

  @Test
  void creditsNothing_whenTheApplicationDoesNotRead() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.autoRead = false;
      wire.data(Frame.SYN, 1, new byte[WINDOW]);
      wire.passTime(15_000);
      assertThat(wire.frames()).isEmpty();
      assertThat(recorder(wire.accepted.get(0)).events).containsExactly("active");
    }
  }

  @Test
  void creditsHalfTheWindow_whenHalfWasRead() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.autoRead = false;
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      YamuxStream stream = wire.accepted.get(0);
      for (int i = 0; i < 4; i++) {
        wire.data(0, 1, new byte[WINDOW / 4]);
      }
      stream.read();
      wire.settle();
      assertThat(wire.frameNames()).containsExactly("window 2 1 0");
      stream.read();
      wire.settle();
      assertThat(wire.frameNames()).containsExactly("window 0 1 " + WINDOW / 2);
      assertThat(recorder(stream).events)
          .containsExactly("active", "data " + WINDOW / 4, "data " + WINDOW / 4);
    }
  }

  @Test
  void deliversOneBufferForOneRead_whenAutoReadIsOff() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.autoRead = false;
      wire.data(Frame.SYN, 1, new byte[2000]);
      wire.data(Frame.FIN, 1, new byte[3000]);
      YamuxStream stream = wire.accepted.get(0);
      assertThat(recorder(stream).events).containsExactly("active");
      stream.read();
      assertThat(recorder(stream).events).containsExactly("active"); // never inside read()
      wire.settle();
      assertThat(recorder(stream).events).containsExactly("active", "data 2000");
      stream.config().setAutoRead(true);
      wire.settle();
      assertThat(recorder(stream).events)
          .containsExactly("active", "data 2000", "data 3000", "end");
    }
  }

  @Test
  void queuesAgain_whenAutoReadIsTurnedOff() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.data(Frame.SYN, 1, new byte[10]);
      YamuxStream stream = wire.accepted.get(0);
      stream.config().setAutoRead(false);
      wire.data(0, 1, new byte[20]);
      assertThat(recorder(stream).events).containsExactly("active", "data 10");
    }
  }

  @Test
  void holdsLittleMoreThanTheWindow_whenDataComesInSingleBytes() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.autoRead = false;
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      for (int i = 0; i < 10_000; i++) {
        wire.channel.writeInbound(
            wire.alloc.buffer(16_384).writeBytes(Wire.frame(0, 0, 1, 1, new byte[] {(byte) i})));
      }
      long held = wire.alloc.metric().usedDirectMemory() + wire.alloc.metric().usedHeapMemory();
      assertThat(held).isBetween(10_000L, 16_384L);
      YamuxStream stream = wire.accepted.get(0);
      stream.config().setAutoRead(true);
      wire.settle();
      assertThat(recorder(stream).bytes()).hasSize(10_000).startsWith(0, 1, 2).endsWith(14, 15);
    }
  }

  @Test
  void growsTheWindow_whenItIsUsedUpWithinAFewRoundTrips() {
    settings.windowMaxBytes = 4 * WINDOW;
    try (Wire wire = new Wire(false, settings.build())) {
      wire.passTime(100);
      wire.send(Frame.PING, Frame.ACK, 0, 1);
      assertThat(wire.session.roundTripNanos()).isEqualTo(100_000_000);
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      wire.data(0, 1, new byte[WINDOW]);
      assertThat(wire.frameNames()).containsExactly("window 2 1 0", "window 0 1 " + 2 * WINDOW);
      wire.data(0, 1, new byte[2 * WINDOW]);
      assertThat(wire.frameNames()).containsExactly("window 0 1 " + 4 * WINDOW);
      wire.passTime(401);
      wire.data(0, 1, new byte[2 * WINDOW]);
      assertThat(wire.frameNames()).containsExactly("window 0 1 " + 2 * WINDOW);
      assertThat(wire.session.budget().usedBytes()).isEqualTo(4 * WINDOW);
    }
  }

  @Test
  void keepsTheWindow_whenTheBudgetIsHalfUsed() {
    settings.windowMaxBytes = 16 * WINDOW;
    settings.receiveBytesMax = 4 * WINDOW;
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      for (int i = 0; i < 20; i++) {
        wire.data(0, 1, new byte[WINDOW]);
      }
      assertThat(wire.session.budget().usedBytes()).isEqualTo(2 * WINDOW);
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 3, 0);
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 5, 0);
      wire.frames();
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 7, 0);
      assertThat(wire.frameNames()).containsExactly("window 8 7 " + 0x1001);
    }
  }

  @Test
  void dropsWhatComes_whenInputWasShutDown() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.autoRead = false;
      wire.data(Frame.SYN, 1, new byte[1000]);
      YamuxStream stream = wire.accepted.get(0);
      begun(stream.shutdownInput());
      wire.data(0, 1, new byte[1000]);
      stream.config().setAutoRead(true);
      wire.settle();
      assertThat(recorder(stream).events).containsExactly("active");
      assertThat(stream.isInputShutdown()).isTrue();
      wire.send(Frame.WINDOW_UPDATE, Frame.FIN, 1, 0);
      begun(stream.shutdownOutput());
      wire.settle();
      assertThat(recorder(stream).events).containsExactly("active", "inactive");
    }
  }

  @Test
  void canStillBeRead_whenTheConnectionEndsAfterTheStreamsEnd() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.autoRead = false;
      wire.data(Frame.SYN | Frame.FIN, 1, new byte[1000]);
      YamuxStream stream = wire.accepted.get(0);
      var written = stream.writeAndFlush(Unpooled.copiedBuffer(new byte[WINDOW + 1]));
      wire.settle();
      assertThat(written.isDone()).isFalse();
      begun(wire.channel.close());
      wire.settle();
      assertThat(written.isDone()).isTrue();
      assertThat(written.isSuccess()).isFalse();
      stream.config().setAutoRead(true);
      wire.settle();
      assertThat(recorder(stream).events).containsExactly("active", "data 1000", "end", "inactive");
    }
  }
}
