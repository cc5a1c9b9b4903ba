package io.granary.bridge.libp2p.secure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.libp2p.peer.Identity;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NoiseHandshakeTest {
  private static final String YAMUX = "/yamux/1.0.0";
  private static final byte[] PLAIN = "some bytes".getBytes(UTF_8);

  @AfterEach
  void releaseChannels() {
    Wire.releaseAll();
  }

  @Test
  void sendsTheTranscript_whenKeysAreTheVectors() {
    NoiseEnd dialer = NoiseEnd.dialer(YAMUX);
    NoiseEnd listener = NoiseEnd.listener(YAMUX);
    byte[] first = Wire.sent(dialer.channel);
    assertThat(first).isEqualTo(HandshakeVectors.noise("msg1_frame"));
    Wire.deliver(listener.channel, first);
    byte[] second = Wire.sent(listener.channel);
    assertThat(second).isEqualTo(HandshakeVectors.noise("msg2_frame"));
    Wire.deliver(dialer.channel, second);
    byte[] third = Wire.sent(dialer.channel);
    assertThat(third).isEqualTo(HandshakeVectors.noise("msg3_frame"));
    Wire.deliver(listener.channel, third);

    dialer.channel.writeOutbound(
        Unpooled.wrappedBuffer(HandshakeVectors.noise("transport_i2r_plain")));
    assertThat(Wire.sent(dialer.channel)).isEqualTo(HandshakeVectors.noise("transport_i2r_frame"));
    Wire.deliver(dialer.channel, HandshakeVectors.noise("transport_r2i_frame"));
    assertThat(dialer.recorder.bytes()).isEqualTo(HandshakeVectors.noise("transport_r2i_plain"));
  }

  @Test
  void tellsBothWhoTheOtherIs_whenFinished() {
    NoiseEnd dialer = NoiseEnd.dialer(YAMUX);
    NoiseEnd listener = NoiseEnd.listener(YAMUX);
    Wire.pump(dialer.channel, listener.channel, Integer.MAX_VALUE);
    SecureSession dialed = dialer.session.getNow();
    assertThat(dialed)
        .isEqualTo(
            new SecureSession(
                NoiseEnd.DIALER.peerId(),
                NoiseEnd.LISTENER.peerId(),
                NoiseEnd.LISTENER.publicKey(),
                Optional.of(YAMUX)));
    assertThat(listener.session.getNow())
        .isEqualTo(
            new SecureSession(
                NoiseEnd.LISTENER.peerId(),
                NoiseEnd.DIALER.peerId(),
                NoiseEnd.DIALER.publicKey(),
                Optional.of(YAMUX)));
    assertThat(dialer.recorder.events).containsExactly(dialed);
    assertThat(dialer.channel.pipeline().get(NoiseHandshake.class)).isNull();
    assertThat(dialer.channel.runScheduledPendingTasks()).isEqualTo(-1);
  }

  @Test
  void carriesBytesBothWays_whenDeliveredByteByByte() {
    NoiseEnd dialer = NoiseEnd.dialer(YAMUX);
    NoiseEnd listener = NoiseEnd.listener(YAMUX);
    Wire.pump(dialer.channel, listener.channel, 1);
    dialer.channel.writeOutbound(Unpooled.wrappedBuffer(PLAIN));
    listener.channel.writeOutbound(Unpooled.wrappedBuffer(PLAIN), Unpooled.wrappedBuffer(PLAIN));
    Wire.pump(dialer.channel, listener.channel, 1);
    assertThat(listener.recorder.bytes()).isEqualTo(PLAIN);
    assertThat(dialer.recorder.bytes()).isEqualTo(Wire.join(PLAIN, PLAIN));
  }

  @Test
  void opensFramesThatCameWithTheLastMessage() {
    NoiseEnd dialer = NoiseEnd.dialer();
    NoiseEnd listener = NoiseEnd.listener();
    Wire.deliver(listener.channel, Wire.sent(dialer.channel));
    Wire.deliver(dialer.channel, Wire.sent(listener.channel));
    dialer.channel.writeOutbound(Unpooled.wrappedBuffer(PLAIN));
    Wire.deliver(listener.channel, Wire.sent(dialer.channel));
    assertThat(listener.recorder.bytes()).isEqualTo(PLAIN);
    assertThat(listener.recorder.events).containsExactly(listener.session.getNow());
  }

  @Test
  void encryptsWhatAListenerOfTheSessionWrites() {
    NoiseEnd dialer = NoiseEnd.dialer();
    NoiseEnd listener = NoiseEnd.listener();
    listener.session.addListener(
        done -> {
          ChannelFuture unused = listener.channel.writeAndFlush(Unpooled.wrappedBuffer(PLAIN));
        });
    Wire.pump(dialer.channel, listener.channel, Integer.MAX_VALUE);
    assertThat(dialer.recorder.bytes()).isEqualTo(PLAIN);
  }

  @Test
  void usesNewKeys_forEachSession() {
    assertThat(firstMessage()).isNotEqualTo(firstMessage());
  }

  private static byte[] firstMessage() {
    Promise<SecureSession> session = ImmediateEventExecutor.INSTANCE.newPromise();
    EmbeddedChannel channel =
        Wire.open(
            new NoiseHandshake(
                NoiseEnd.DIALER,
                true,
                Optional.empty(),
                List.of(),
                HandshakeLimits.defaults(),
                session));
    return Wire.sent(channel);
  }

  // Muxers.

  @Test
  void takesTheDialersFirstMuxer_thatTheListenerHas() {
    NoiseEnd dialer = NoiseEnd.dialer("/m/3", "/m/2", "/m/1");
    NoiseEnd listener = NoiseEnd.listener("/m/1", "/m/2");
    Wire.pump(dialer.channel, listener.channel, Integer.MAX_VALUE);
    assertThat(dialer.session.getNow().earlyMuxer()).contains("/m/2");
    assertThat(listener.session.getNow().earlyMuxer()).contains("/m/2");
  }

  @Test
  void leavesMuxerToMultistream_whenEitherListIsEmpty() {
    for (boolean dialerLists : new boolean[] {true, false}) {
      NoiseEnd dialer = dialerLists ? NoiseEnd.dialer(YAMUX) : NoiseEnd.dialer();
      NoiseEnd listener = dialerLists ? NoiseEnd.listener() : NoiseEnd.listener(YAMUX);
      Wire.pump(dialer.channel, listener.channel, Integer.MAX_VALUE);
      assertThat(dialer.session.getNow().earlyMuxer()).isEmpty();
      assertThat(listener.session.getNow().earlyMuxer()).isEmpty();
    }
  }

  @Test
  void fails_whenThereIsNoCommonMuxer() {
    NoiseEnd dialer = NoiseEnd.dialer(YAMUX);
    NoiseEnd listener = NoiseEnd.listener("/mplex/6.7.0");
    Wire.pump(dialer.channel, listener.channel, Integer.MAX_VALUE);
    assertFailed(dialer, "no common muxer");
    Wire.close(listener.channel);
    assertFailed(listener, "closed before");
  }

  // Who is there.

  @Test
  void fails_whenAnotherPeerAnswers() {
    NoiseEnd dialer = NoiseEnd.dialerTo(Identity.generate().peerId());
    NoiseEnd listener = NoiseEnd.listener();
    Wire.pump(dialer.channel, listener.channel, Integer.MAX_VALUE);
    assertFailed(dialer, "found " + NoiseEnd.LISTENER.peerId());
    assertThat(listener.session.isSuccess()).isFalse();
  }

  @Test
  void fails_whenTheSignatureIsNotTheIdentitys() {
    NoiseEnd dialer = NoiseEnd.dialer();
    byte[] payload = HandshakeVectors.noise("msg2_payload");
    payload[payload.length - 30] ^= 1; // inside the signature
    NoiseXx listener = NoiseXxTest.vectorListener();
    byte[] first = Wire.sent(dialer.channel);
    assertThat(listener.read(Arrays.copyOfRange(first, 2, first.length))).isEmpty();
    byte[] second = listener.write(payload);
    Wire.deliver(dialer.channel, Wire.join(new byte[] {0, (byte) second.length}, second));
    assertFailed(dialer, "did not sign");
  }

  @Test
  void fails_whenAMessageWasTamperedWith() {
    NoiseEnd dialer = NoiseEnd.dialer();
    byte[] second = HandshakeVectors.noise("msg2_frame");
    second[second.length - 1] ^= 1;
    Wire.deliver(dialer.channel, second);
    assertFailed(dialer, "does not authenticate");
  }

  // Limits.

  @Test
  void refusesMessageOnItsLength_beforeAnythingIsAllocated() {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    NoiseEnd listener = NoiseEnd.listener();
    listener.channel.config().setAllocator(allocator);
    Wire.deliver(listener.channel, new byte[] {(byte) 0xff});
    Wire.deliver(listener.channel, new byte[] {(byte) 0xff});
    assertFailed(listener, "handshake message of 65535 bytes, at most 4096 are taken");
    assertThat(allocator.metric().usedHeapMemory()).isLessThan(1024);
    assertThat(allocator.metric().usedDirectMemory()).isLessThan(1024);
  }

  @Test
  void refusesMessage_whenOneByteAboveTheLimit() {
    NoiseEnd listener = NoiseEnd.listener();
    Wire.deliver(listener.channel, new byte[] {0x10, 0x00});
    assertThat(listener.channel.isOpen()).isTrue();
    NoiseEnd another = NoiseEnd.listener();
    Wire.deliver(another.channel, new byte[] {0x10, 0x01});
    assertFailed(another, "4097 bytes");
  }

  @Test
  void fails_whenNotFinishedInTime() {
    NoiseEnd listener = NoiseEnd.listener();
    Wire.deliver(listener.channel, HandshakeVectors.noise("msg1_frame"));
    listener.channel.advanceTimeBy(10_001, TimeUnit.MILLISECONDS);
    listener.channel.runScheduledPendingTasks();
    assertFailed(listener, "PT10S");
  }

  @Test
  void fails_whenTheMessageIsTooShort() {
    NoiseEnd listener = NoiseEnd.listener();
    Wire.deliver(listener.channel, new byte[] {0, 3, 1, 2, 3});
    assertFailed(listener, "3 bytes is too short");
  }

  @Test
  void fails_whenTheConnectionEndsEarly() {
    NoiseEnd dialer = NoiseEnd.dialer();
    dialer.channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertFailed(dialer, "stopped sending");
    NoiseEnd listener = NoiseEnd.listener();
    Wire.close(listener.channel);
    assertFailed(listener, "closed before");
  }

  @Test
  void closes_whenNobodyWaitsAnyMore() {
    NoiseEnd dialer = NoiseEnd.dialer();
    NoiseEnd listener = NoiseEnd.listener();
    assertThat(dialer.session.cancel(false)).isTrue();
    Wire.pump(dialer.channel, listener.channel, Integer.MAX_VALUE);
    assertThat(dialer.channel.isOpen()).isFalse();
    assertThat(dialer.recorder.events).isEmpty();
  }

  static void assertFailed(NoiseEnd end, String reason) {
    assertThat(end.channel.isOpen()).isFalse();
    assertThat(end.session.cause())
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining(reason);
    assertThat(end.recorder.problems).isEmpty();
    assertThat(end.recorder.bytes()).isEmpty();
  }
}
