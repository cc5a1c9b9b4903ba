package io.granary.bridge.libp2p.yamux;

import static io.granary.bridge.libp2p.yamux.Wire.begun;
import static io.granary.bridge.libp2p.yamux.Wire.recorder;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.libp2p.yamux.StreamRefusedException.Reason;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Limits, pings, go away and ends of a session. */
@ExtendWith(LeakGuard.class)
class YamuxSessionTest {
  private final Settings settings = new Settings();

  @Test
  void refusesStreams_beyondTheInboundLimit() {
    settings.streamsInMax = 2;
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 3, 0);
      wire.frames();
      wire.data(Frame.SYN, 5, new byte[1000]);
      assertThat(wire.frameNames()).containsExactly("window 8 5 " + 0x1001);
      assertThat(wire.accepted).hasSize(2);
      wire.send(Frame.WINDOW_UPDATE, Frame.RST, 1, 0);
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 7, 0);
      assertThat(wire.frameNames()).containsExactly("window 2 7 0");
    }
  }

  @Test
  void refusesStreams_beyondTheBacklogOfUnacceptedOnes() {
    settings.acceptBacklog = 2;
    try (Wire wire = new Wire(false, settings.build())) {
      wire.autoRead = false; // an application that has not begun to read has not accepted
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 3, 0);
      assertThat(wire.frames()).isEmpty();
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 5, 0);
      assertThat(wire.frameNames()).containsExactly("window 8 5 " + 0x1001);
      wire.accepted.get(0).read();
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 7, 0);
      assertThat(wire.frameNames()).containsExactly("window 2 1 0");
      assertThat(wire.session.streams()).isEqualTo(3);
    }
  }

  @Test
  void refusesAStreamAndGoesOn_whenItsInitializerFails() {
    try (Wire wire = new Wire(true, settings.build())) {
      wire.initializerFails = true;
      wire.data(Frame.SYN | Frame.FIN, 2, new byte[1000]);
      assertThat(wire.frameNames()).containsExactly("window 8 2 0");
      assertThat(wire.tryOpen().cause()).isInstanceOf(SessionClosedException.class);
      assertThat(wire.session.streams()).isZero();
      assertThat(wire.session.ended()).isFalse();
    }
  }

  @Test
  void answers_whenTheEndOfTheRoundIsNotTold() {
    try (Wire wire = new Wire(false, settings.build())) {
      var unused =
          wire.channel.writeOneInbound(Wire.frame(Frame.DATA, Frame.SYN, 1, 3, new byte[3]));
      wire.settle();
      assertThat(wire.frameNames()).containsExactly("window 2 1 0");
    }
  }

  @Test
  void letsOpenWaitThenRefuses_whenThePeerAcknowledgesNothing() {
    settings.acceptBacklog = 2;
    settings.opensWaitingMax = 1;
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream first = wire.open();
      wire.open();
      Future<YamuxStream> waits = wire.tryOpen();
      assertThat(waits.isDone()).isFalse();
      assertRefused(wire.tryOpen(), Reason.TOO_MANY_STREAMS);
      wire.frames();
      wire.send(Frame.WINDOW_UPDATE, Frame.ACK, first.streamId(), 0);
      assertThat(waits.isSuccess()).isTrue();
      assertThat(wire.frameNames()).containsExactly("window 1 5 0");
    }
  }

  @Test
  void skipsAnOpen_whenItWasCancelledWaiting() {
    settings.acceptBacklog = 1;
    try (Wire wire = new Wire(true, settings.build())) {
      wire.open();
      Future<YamuxStream> cancelled = wire.tryOpen();
      Future<YamuxStream> next = wire.tryOpen();
      assertThat(cancelled.cancel(false)).isTrue();
      wire.send(Frame.WINDOW_UPDATE, Frame.ACK, 1, 0);
      assertThat(next.getNow().streamId()).isEqualTo(3);
    }
  }

  @Test
  void refusesToOpen_beyondTheOutboundLimit() {
    settings.streamsOutMax = 1;
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream only = wire.open();
      assertRefused(wire.tryOpen(), Reason.TOO_MANY_STREAMS);
      begun(only.close());
      wire.settle();
      assertThat(wire.open().streamId()).isEqualTo(3);
    }
  }

  @Test
  void refusesToOpen_whenNoWindowIsLeftInTheBudget() {
    settings.receiveBytesMax = YamuxSettings.PROTOCOL_WINDOW_BYTES;
    try (Wire wire = new Wire(true, settings.build())) {
      wire.open();
      assertRefused(wire.tryOpen(), Reason.NO_MEMORY);
    }
  }

  @Test
  void refusesToOpen_whenEveryIdIsUsed() {
    try (Wire wire = new Wire(0xFFFF_FFFDL, settings.build())) {
      assertThat(wire.open().streamId()).isEqualTo(0xFFFF_FFFDL);
      assertThat(wire.open().streamId()).isEqualTo(0xFFFF_FFFFL);
      assertRefused(wire.tryOpen(), Reason.IDS_EXHAUSTED);
      assertThat(wire.frameNames())
          .containsExactly("window 1 4294967293 0", "window 1 4294967295 0");
      wire.data(Frame.ACK, 0xFFFF_FFFFL, new byte[4]);
      assertThat(wire.session.ended()).isFalse();
    }
  }

  @Test
  void keepsStreamsButTakesNoMore_whenThePeerGoesAway() {
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      wire.send(Frame.GO_AWAY, 0, 0, 0);
      assertThat(wire.connectionEvents).containsExactly(new GoAwayReceived(0));
      assertRefused(wire.tryOpen(), Reason.GOING_AWAY);
      wire.data(Frame.ACK, 1, new byte[4]);
      assertThat(recorder(stream).events).containsExactly("active", "data 4");
      assertThat(wire.channel.isOpen()).isTrue();
    }
  }

  @Test
  void ends_whenThePeerGoesAwayWithAnError() {
    try (Wire wire = new Wire(true, settings.build())) {
      YamuxStream stream = wire.open();
      wire.send(Frame.GO_AWAY, 0, 0, 2);
      assertThat(wire.end().code()).isEqualTo(2);
      assertThat(wire.end().byPeer()).isTrue();
      assertThat(wire.channel.isOpen()).isFalse();
      assertThat(recorder(stream).events).containsExactly("active", "lost", "inactive");
    }
  }

  @Test
  void refusesInboundStreams_afterOwnGoAway() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.session.goAway(YamuxCodes.NORMAL);
      wire.session.goAway(YamuxCodes.NORMAL);
      wire.settle();
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      assertThat(wire.frameNames()).containsExactly("goaway 0 0 0", "window 8 1 " + 0x1006);
      assertRefused(wire.tryOpen(), Reason.GOING_AWAY);
    }
  }

  @Test
  void sendsTheCodeAndCloses_whenGoingAwayWithAnError() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.session.goAway(YamuxCodes.GATED);
      wire.settle();
      assertThat(wire.frameNames()).containsExactly("goaway 0 0 " + 0x1007);
      assertThat(wire.channel.isOpen()).isFalse();
    }
  }

  @Test
  void saysGoodBye_whenTheConnectionIsClosedHere() {
    Wire wire = new Wire(false, settings.build());
    wire.close();
    assertThat(wire.end()).isEqualTo(new SessionEnd(0, false, java.util.Optional.empty()));
  }

  @Test
  void answersPingsAtABoundedRate_whenFlooded() {
    try (Wire wire = new Wire(false, settings.build())) {
      for (int i = 0; i < 100; i++) {
        wire.send(Frame.PING, Frame.SYN, 0, 0xFFFF_FF00L + i);
      }
      assertThat(wire.frameNames()).hasSize(32).startsWith("ping 2 0 4294967040");
      wire.passTime(1000);
      for (int i = 0; i < 100; i++) {
        wire.send(Frame.PING, Frame.SYN, 0, i);
      }
      assertThat(wire.frames()).hasSize(16);
    }
  }

  @Test
  void ends_whenThePeerProvokesFramesAndReadsNone() {
    settings.controlFramesMax = 10;
    settings.streamsInMax = 1;
    try (Wire wire = new Wire(false, settings.build())) {
      wire.channel.pipeline().addFirst(new Stuck());
      for (int i = 0; i < 12; i++) {
        wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1 + 2 * i, 0);
      }
      assertThat(wire.session.ended()).isTrue();
      assertThat(wire.end().cause().orElseThrow()).hasMessageContaining("provokes");
    }
  }

  @Test
  void pingsAndStays_whileThePeerAnswers() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.passTime(5);
      wire.send(Frame.PING, Frame.ACK, 0, 1);
      for (int i = 2; i < 10; i++) {
        wire.passTime(30_000);
        assertThat(wire.frameNames()).containsExactly("ping 1 0 " + i);
        wire.send(Frame.PING, Frame.ACK, 0, i);
      }
      assertThat(wire.session.ended()).isFalse();
    }
  }

  @Test
  void ends_whenThePeerIsSilentForTheLimit() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.send(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
      wire.passTime(19_999);
      assertThat(wire.session.ended()).isFalse();
      wire.passTime(1);
      assertThat(wire.session.ended()).isTrue();
      assertThat(wire.channel.isOpen()).isFalse();
      assertThat(wire.end().cause().orElseThrow()).hasMessageContaining("no sign of life");
      assertThat(recorder(wire.accepted.get(0)).events).endsWith("lost", "inactive");
    }
  }

  @Test
  void stays_whenThePeerSendsOtherFramesThanTheAnswer() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.passTime(15_000);
      wire.send(Frame.PING, Frame.ACK, 0, 77);
      wire.passTime(15_000);
      assertThat(wire.session.ended()).isFalse();
      wire.passTime(10_000);
      assertThat(wire.session.ended()).isTrue();
    }
  }

  @Test
  void losesEveryStream_whenTheConnectionBreaks() {
    try (Wire wire = new Wire(false, settings.build())) {
      wire.data(Frame.SYN, 1, new byte[10]);
      wire.channel.pipeline().fireExceptionCaught(new IOException("reset by peer"));
      wire.settle();
      assertThat(wire.end().cause().orElseThrow()).hasMessage("reset by peer");
      assertThat(recorder(wire.accepted.get(0)).events)
          .containsExactly("active", "data 10", "lost", "inactive");
      assertRefused(wire.tryOpen(), Reason.GOING_AWAY);
    }
  }

  @Test
  void boundsWindowsOfManySessions_whenTheyShareABudget() {
    int window = YamuxSettings.PROTOCOL_WINDOW_BYTES;
    ReceiveBudget shared = new ReceiveBudget(3L * window);
    ReceiveBudget one = new ReceiveBudget(10L * window, java.util.Optional.of(shared));
    ReceiveBudget other = new ReceiveBudget(10L * window, java.util.Optional.of(shared));
    assertThat(one.admit(window)).isTrue();
    assertThat(other.grow(window)).isFalse();
    assertThat(other.admit(2 * window)).isTrue();
    assertThat(one.admit(window)).isFalse();
    other.release(2 * window);
    assertThat(one.admit(window)).isTrue();
    assertThat(one.usedBytes()).isEqualTo(2L * window);
    assertThat(other.usedBytes()).isZero();
  }

  private static void assertRefused(Future<YamuxStream> opened, Reason reason) {
    assertThat(opened.cause()).isInstanceOf(StreamRefusedException.class);
    assertThat(((StreamRefusedException) opened.cause()).reason()).isEqualTo(reason);
  }
}
