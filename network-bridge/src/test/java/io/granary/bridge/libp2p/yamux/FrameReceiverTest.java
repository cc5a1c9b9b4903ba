package io.granary.bridge.libp2p.yamux;

import static io.granary.bridge.libp2p.yamux.Wire.begun;
import static io.granary.bridge.libp2p.yamux.Wire.recorder;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a listener's session makes of each frame and each combination of flags. */
@ExtendWith(LeakGuard.class)
class FrameReceiverTest {
  private static final byte[] HELLO = "hello".getBytes(US_ASCII);
  private static final int SYN_FIN = Frame.SYN | Frame.FIN;

  private final Settings settings = new Settings();

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void acknowledgesAStream_whenOpenedByEitherType(int type) {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(type, Frame.SYN, 1, 0);
      assertThat(wire.frameNames()).containsExactly("window 2 1 0");
      assertThat(recorder(wire.accepted.get(0)).events).containsExactly("active");
      assertThat(wire.accepted.get(0).isOutbound()).isFalse();
      assertThat(wire.session.streams()).isEqualTo(1);
    }
  }

  @Test
  void tellsTheLargerWindow_withTheAcknowledgement() {
    settings.windowInitialBytes = 262_144 + 1000;
    settings.windowMaxBytes = 1 << 20;
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      assertThat(wire.frameNames()).containsExactly("window 2 1 1000");
    }
  }

  @Test
  void deliversDataAndEnd_whenAllComesInOneFrame() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.data(SYN_FIN, 1, HELLO);
      YamuxStream stream = wire.accepted.get(0);
      assertThat(recorder(stream).events).containsExactly("active", "data 5", "end");
      assertThat(stream.isInputShutdown()).isTrue();
      assertThat(stream.isOpen()).isTrue();
      begun(stream.writeAndFlush(Unpooled.copiedBuffer(HELLO)));
      begun(stream.shutdownOutput());
      wire.settle();
      assertThat(wire.frameNames()).containsExactly("window 2 1 0", "data 0 1 5", "window 4 1 0");
      assertThat(recorder(stream).events).last().isEqualTo("inactive");
      assertThat(wire.session.streams()).isZero();
    }
  }

  @Test
  void opensAndEndsInput_whenWindowUpdateHasSynAndFin() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(Frame.WINDOW_UPDATE, SYN_FIN, 1, 7);
      assertThat(recorder(wire.accepted.get(0)).events).containsExactly("active", "end");
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void opensNothing_whenSynComesWithReset(int type) {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(type, Frame.SYN | Frame.RST, 1, 0);
      assertThat(wire.accepted).isEmpty();
      assertThat(wire.frameNames()).isEmpty();
      assertThat(wire.session.ended()).isFalse();
    }
  }

  /** Every set of flags on every type for an open stream of ours, with the events that follow. */
  static Stream<Arguments> flagsForAnOpenStream() {
    return Stream.of(
        Arguments.of(Frame.DATA, 0, "data 5"),
        Arguments.of(Frame.DATA, Frame.ACK, "data 5"),
        Arguments.of(Frame.DATA, Frame.FIN, "data 5,end"),
        Arguments.of(Frame.DATA, Frame.ACK | Frame.FIN, "data 5,end"),
        Arguments.of(Frame.DATA, Frame.RST, "reset 0,inactive"),
        Arguments.of(Frame.DATA, Frame.ACK | Frame.RST, "reset 0,inactive"),
        Arguments.of(Frame.DATA, Frame.FIN | Frame.RST, "reset 0,inactive"),
        Arguments.of(Frame.DATA, Frame.ACK | Frame.FIN | Frame.RST, "reset 0,inactive"),
        Arguments.of(Frame.WINDOW_UPDATE, 0, ""),
        Arguments.of(Frame.WINDOW_UPDATE, Frame.ACK, ""),
        Arguments.of(Frame.WINDOW_UPDATE, Frame.FIN, "end"),
        Arguments.of(Frame.WINDOW_UPDATE, Frame.ACK | Frame.FIN, "end"),
        Arguments.of(Frame.WINDOW_UPDATE, Frame.RST, "reset 5,inactive"),
        Arguments.of(Frame.WINDOW_UPDATE, Frame.ACK | Frame.RST, "reset 5,inactive"),
        Arguments.of(Frame.WINDOW_UPDATE, Frame.FIN | Frame.RST, "reset 5,inactive"),
        Arguments.of(Frame.WINDOW_UPDATE, Frame.ACK | Frame.FIN | Frame.RST, "reset 5,inactive"));
  }

  @ParameterizedTest
  @MethodSource("flagsForAnOpenStream")
  void heedsEveryFlag_whenCombined(int type, int flags, String events) {
    settings.acceptBacklog = 1;
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      assertThat(wire.frameNames()).containsExactly("window 1 1 0");
      var second = wire.tryOpen();
      assertThat(second.isDone()).isFalse();
      byte[] payload = type == Frame.DATA ? HELLO : new byte[0];
      wire.sendRaw(Wire.frame(type, flags, 1, 5, payload));
      String all = events.isEmpty() ? "active" : "active," + events;
      assertThat(String.join(",", recorder(stream).events)).isEqualTo(all);
      boolean settled = (flags & (Frame.ACK | Frame.RST)) != 0;
      assertThat(second.isDone()).isEqualTo(settled);
      assertThat(wire.session.ended()).isFalse();
      // what follows is understood: nothing of the frame was left over
      wire.send(Frame.PING, Frame.SYN, 0, 9);
      assertThat(wire.frameNames()).contains("ping 2 0 9");
    }
  }

  @Test
  void takesNoCredit_whenResetCarriesACode() {
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      begun(stream.writeAndFlush(wire.alloc.buffer().writeZero(300_000)));
      wire.settle();
      wire.frames();
      wire.send(Frame.WINDOW_UPDATE, Frame.RST, 1, 0x1001);
      assertThat(wire.frames()).isEmpty();
      assertThat(recorder(stream).events).containsExactly("active", "reset 4097", "inactive");
    }
  }

  @Test
  void ignoresUnknownFlagBits_whenTheOthersAreKnown() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.data(0xFFF0 | Frame.SYN, 1, HELLO);
      assertThat(recorder(wire.accepted.get(0)).events).containsExactly("active", "data 5");
    }
  }

  @Test
  void deliversAsItComes_whenAFrameIsCutAnywhere() {
    try (Wire wire = new Wire(false, settings.build())) {
      ByteBuf bytes = Wire.frame(Frame.DATA, Frame.SYN | Frame.FIN, 1, 5, HELLO);
      while (bytes.isReadable()) {
        wire.sendRaw(Unpooled.copiedBuffer(bytes.readSlice(1)));
      }
      assertThat(recorder(wire.accepted.get(0)).bytes()).isEqualTo(HELLO);
      assertThat(recorder(wire.accepted.get(0)).events)
          .containsExactly("active", "data 1", "data 1", "data 1", "data 1", "data 1", "end");
    }
  }

  @Test
  void holdsNothingBack_whenAFrameDeclaresTheWholeWindow() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.sendRaw(Wire.frame(Frame.DATA, Frame.SYN, 1, 262_144, HELLO));
      assertThat(recorder(wire.accepted.get(0)).bytes()).isEqualTo(HELLO);
      assertThat(wire.frameNames()).containsExactly("window 2 1 0");
      assertThat(wire.alloc.metric().usedDirectMemory()).isZero();
    }
  }

  @Test
  void endsSession_whenVersionIsNotZero() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.sendRaw(Unpooled.copiedBuffer(new byte[] {1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0}));
      wire.assertProtocolError("version 1");
    }
  }

  @Test
  void endsSession_whenTypeIsUnknown() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(4, 0, 0, 0);
      wire.assertProtocolError("type 4");
    }
  }

  @Test
  void endsSession_whenAnOpenIdIsOpenedAgain() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      wire.assertProtocolError("opened again");
      assertThat(recorder(wire.accepted.get(0)).events)
          .containsExactly("active", "lost", "inactive");
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 2", "false, 0", "true, 1", "true, 0", "true, 4294967295"})
  void endsSession_whenTheIdIsNotThePeers(boolean dialer, long id) {
    try (Wire wire = new Wire(dialer, settings.build())) {
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
      wire.assertProtocolError("is not yours");
    }
  }

  @Test
  void endsSession_whenTheWindowIsExceeded() {
    settings.windowMaxBytes = 262_144;
    try (Wire wire = new Wire(false, settings.build())) {
      wire.autoRead = false;
      wire.data(Frame.SYN, 1, new byte[262_144]);
      assertThat(wire.session.ended()).isFalse();
      wire.data(0, 1, new byte[1]);
      wire.assertProtocolError("window exceeded");
    }
  }

  @Test
  void endsSessionBeforeThePayload_whenOneFrameDeclaresMoreThanTheWindow() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(Frame.DATA, Frame.SYN, 1, 262_145);
      wire.assertProtocolError("window exceeded");
    }
  }

  @Test
  void resetsOnlyTheStream_whenDataFollowsItsEnd() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.data(SYN_FIN, 1, HELLO);
      wire.frames();
      wire.data(0, 1, HELLO);
      assertThat(wire.frameNames()).containsExactly("window 8 1 " + 0x1003);
      assertThat(wire.session.ended()).isFalse();
    }
  }

  @Test
  void endsSession_whenStrayDataPassesItsBound() {
    settings.strayBytesMax = 100;
    try (Wire wire = new Wire(false, settings.build())) {
      wire.data(0, 77, new byte[100]);
      wire.send(Frame.WINDOW_UPDATE, 0, 79, 5);
      wire.send(Frame.WINDOW_UPDATE, Frame.RST, 81, 5);
      assertThat(wire.session.ended()).isFalse();
      assertThat(wire.frames()).isEmpty();
      wire.data(0, 77, new byte[1]);
      wire.assertProtocolError("beyond all windows");
    }
  }
}
