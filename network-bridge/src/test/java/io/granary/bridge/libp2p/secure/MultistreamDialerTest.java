package io.granary.bridge.libp2p.secure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MultistreamDialerTest {
  private static final byte[] HEADER = HandshakeVectors.multistream("header");
  private static final byte[] NOISE = HandshakeVectors.multistream("noise");
  private static final byte[] NA = HandshakeVectors.multistream("na");
  private static final NegotiationLimits LIMITS =
      new NegotiationLimits(1024, 4, Duration.ofSeconds(10));

  private final List<String> agreed = new ArrayList<>();
  private final Recorder recorder = new Recorder();
  private final Promise<String> outcome = ImmediateEventExecutor.INSTANCE.newPromise();

  private EmbeddedChannel dial(String... proposals) {
    return Wire.open(
        new MultistreamDialer(List.of(proposals), LIMITS, agreed::add, outcome), recorder);
  }

  private EmbeddedChannel lazy(String protocol) {
    return Wire.open(MultistreamDialer.lazy(protocol, LIMITS, outcome), recorder);
  }

  @AfterEach
  void releaseChannels() {
    Wire.releaseAll();
  }

  @Test
  void sendsHeaderAndProposalInOneWrite_whenActive() {
    assertThat(Wire.writes(dial("/noise", "/b")))
        .containsExactly(HandshakeVectors.multistream("dialer_pipelined_noise"));
  }

  @Test
  void agreesAndHandsOnSurplus_whenEchoed() {
    EmbeddedChannel channel = dial("/noise");
    Wire.deliver(channel, Wire.join(HEADER, NOISE, new byte[] {7, 8, 9}));
    assertThat(outcome.getNow()).isEqualTo("/noise");
    assertThat(agreed).containsExactly("/noise");
    assertThat(recorder.events).containsExactly(new MultistreamAgreed("/noise"));
    assertThat(recorder.bytes()).containsExactly(7, 8, 9);
    assertThat(channel.pipeline().get(MultistreamDialer.class)).isNull();
  }

  @Test
  void proposesTheNext_whenRefused() {
    EmbeddedChannel channel = dial("/tls/1.0.0", "/noise");
    assertThat(Wire.sent(channel)).isEqualTo(Wire.join(HEADER, Wire.token("/tls/1.0.0")));
    Wire.deliver(channel, Wire.join(HEADER, NA));
    assertThat(Wire.sent(channel)).isEqualTo(NOISE);
    Wire.deliver(channel, NOISE);
    assertThat(outcome.getNow()).isEqualTo("/noise");
  }

  @Test
  void fails_whenAllAreRefused() {
    EmbeddedChannel channel = dial("/a", "/b");
    Wire.deliver(channel, Wire.join(HEADER, NA, NA));
    assertFailed(channel, "remote speaks none of [/a, /b]");
  }

  @Test
  void givesUp_whenMoreAreRefusedThanAllowed() {
    EmbeddedChannel channel =
        dial(IntStream.range(0, 10).mapToObj(i -> "/p/" + i).toArray(String[]::new));
    Wire.deliver(channel, Wire.join(HEADER, NA, NA, NA, NA));
    assertThat(channel.isOpen()).isTrue();
    Wire.deliver(channel, NA);
    assertFailed(channel, "more than 4 proposals refused");
  }

  @Test
  void fails_whenSomethingElseIsEchoed() {
    EmbeddedChannel channel = dial("/noise");
    Wire.deliver(channel, Wire.join(HEADER, Wire.token("/tls/1.0.0")));
    assertFailed(channel, "proposed '/noise', answered '/tls/1.0.0'");
  }

  @Test
  void fails_whenRemoteStopsSendingFirst() {
    EmbeddedChannel channel = dial("/noise");
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertFailed(channel, "stopped sending");
  }

  @Test
  void fails_whenNotAnsweredInTime() {
    EmbeddedChannel channel = lazy("/noise");
    channel.advanceTimeBy(10_001, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertFailed(channel, "PT10S");
  }

  @Test
  void failsWrite_whenNothingIsAgreedYet() {
    EmbeddedChannel channel = dial("/a", "/b");
    ChannelFuture write = channel.write(Unpooled.wrappedBuffer(new byte[] {1}));
    assertThat(write.cause()).isInstanceOf(NegotiationException.class);
  }

  @Test
  void letsConsumerWrite_whenAgreed() {
    EmbeddedChannel channel = Wire.open();
    channel
        .pipeline()
        .addLast(
            new MultistreamDialer(
                List.of("/noise"),
                LIMITS,
                protocol -> channel.pipeline().addLast(new Hello()),
                outcome));
    assertThat(Wire.sent(channel)).isNotEmpty();
    Wire.deliver(channel, Wire.join(HEADER, NOISE));
    assertThat(Wire.sent(channel)).isEqualTo("hello".getBytes(UTF_8));
  }

  @Test
  void sendsApplicationBytesInTheSameWrite_whenLazy() {
    EmbeddedChannel channel = Wire.open();
    channel
        .pipeline()
        .addLast(MultistreamDialer.lazy("/noise", LIMITS, outcome), new Hello(), recorder);
    byte[] together =
        Wire.join(HandshakeVectors.multistream("dialer_pipelined_noise"), "hello".getBytes(UTF_8));
    assertThat(Wire.writes(channel)).containsExactly(together);
    assertThat(outcome.isDone()).isFalse();
    Wire.deliver(channel, Wire.join(HEADER, NOISE, new byte[] {5}));
    assertThat(outcome.getNow()).isEqualTo("/noise");
    assertThat(recorder.bytes()).containsExactly(5);
  }

  @Test
  void sendsProposalAtTheEndOfTheTurn_whenLazyAndNothingIsWritten() {
    assertThat(Wire.writes(lazy("/noise")))
        .containsExactly(HandshakeVectors.multistream("dialer_pipelined_noise"));
  }

  @Test
  void fails_whenLazyAndRefused() {
    EmbeddedChannel channel = lazy("/noise");
    channel.writeOutbound(Unpooled.wrappedBuffer(new byte[] {1}));
    Wire.deliver(channel, Wire.join(HEADER, NA));
    assertFailed(channel, "remote speaks none of [/noise]");
  }

  @Test
  void sendsProposal_whenLazyAndClosedAtOnce() {
    EmbeddedChannel channel = Wire.open();
    channel
        .pipeline()
        .addLast(
            MultistreamDialer.lazy("/noise", LIMITS, outcome),
            new ChannelInboundHandlerAdapter() {
              @Override
              public void handlerAdded(ChannelHandlerContext ctx) {
                ChannelFuture unused = ctx.close();
              }
            });
    assertThat(Wire.sent(channel))
        .isEqualTo(HandshakeVectors.multistream("dialer_pipelined_noise"));
    assertThat(outcome.cause()).isInstanceOf(NegotiationException.class);
  }

  @Test
  void refusesToBeMade_whenThereIsNothingToPropose() {
    assertThatThrownBy(this::dial).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> dial("/a", "/b\n")).isInstanceOf(IllegalArgumentException.class);
  }

  private void assertFailed(EmbeddedChannel channel, String reason) {
    assertThat(channel.isOpen()).isFalse();
    assertThat(outcome.cause())
        .isInstanceOf(NegotiationException.class)
        .hasMessageContaining(reason);
    assertThat(recorder.events.get(0)).isInstanceOf(MultistreamFailed.class);
    assertThat(agreed).isEmpty();
    assertThat(recorder.problems).isEmpty();
  }

  private static final class Hello extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ChannelFuture unused = ctx.writeAndFlush(Unpooled.copiedBuffer("hello", UTF_8));
    }
  }
}
