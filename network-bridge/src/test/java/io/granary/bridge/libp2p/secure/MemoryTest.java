package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every buffer that a handler takes from the channel's allocator is given back. */
class MemoryTest {
  private static final NegotiationLimits LIMITS = NegotiationLimits.defaults();
  private static final byte[] PROPOSAL = HandshakeVectors.multistream("dialer_pipelined_noise");

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

  private EmbeddedChannel open(ChannelHandler... handlers) {
    EmbeddedChannel channel = Wire.open();
    channel.config().setAllocator(allocator);
    channel.pipeline().addLast(handlers);
    return channel;
  }

  @AfterEach
  void assertAllIsGivenBack() {
    Wire.releaseAll();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @Test
  void givesBack_whenListenerAgrees() {
    EmbeddedChannel channel =
        open(new MultistreamListener(Set.of("/noise"), LIMITS, id -> {}), new Recorder());
    Wire.deliver(channel, Wire.join(PROPOSAL, new byte[9]), 3);
    assertThat(Wire.sent(channel)).hasSize(PROPOSAL.length);
  }

  @Test
  void givesBack_whenListenerFailsWithinAToken() {
    EmbeddedChannel channel =
        open(new MultistreamListener(Set.of("/noise"), LIMITS, id -> {}), new Recorder());
    Wire.deliver(channel, Arrays.copyOf(PROPOSAL, 25), 4);
    Wire.close(channel);
  }

  @Test
  void givesBack_whenClosedBeforeAnythingWasSaid() {
    EmbeddedChannel channel =
        open(new MultistreamListener(Set.of("/noise"), LIMITS, id -> {}), new Recorder());
    Wire.close(channel);
    EmbeddedChannel lazy =
        open(
            MultistreamDialer.lazy("/noise", LIMITS, ImmediateEventExecutor.INSTANCE.newPromise()));
    lazy.pipeline().removeFirst();
    assertThat(Wire.sent(lazy)).isEmpty();
  }

  @Test
  void givesBack_whenNotLazyAndWrittenTooEarly() {
    EmbeddedChannel channel =
        open(
            new MultistreamDialer(
                List.of("/noise"), LIMITS, id -> {}, ImmediateEventExecutor.INSTANCE.newPromise()));
    ChannelFuture write = channel.writeAndFlush(allocator.buffer(10).writeByte(1));
    assertThat(write.isSuccess()).isFalse();
  }

  @Test
  void givesBack_whenLazyWritesAndIsRefused() {
    EmbeddedChannel channel =
        open(
            MultistreamDialer.lazy("/noise", LIMITS, ImmediateEventExecutor.INSTANCE.newPromise()));
    channel.writeOutbound(allocator.buffer(10).writeByte(1));
    Wire.deliver(channel, Wire.join(Wire.token("/multistream/1.0.0"), Wire.token("na")), 5);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void givesBack_whenHandshakeAndFramesGoThrough() {
    EmbeddedChannel dialer = open(handshake(true), new Recorder());
    EmbeddedChannel listener = open(handshake(false), new Recorder());
    Wire.pump(dialer, listener, 7);
    dialer.writeOutbound(allocator.buffer().writeBytes(new byte[100_000]), allocator.buffer());
    Wire.pump(dialer, listener, 1000);
    Wire.close(dialer);
    Wire.close(listener);
  }

  @Test
  void givesBack_whenClosedWithinAFrameAndBeforeAFlush() {
    EmbeddedChannel dialer = open(handshake(true), new Recorder());
    EmbeddedChannel listener = open(handshake(false), new Recorder());
    Wire.pump(dialer, listener, 50);
    dialer.writeOutbound(allocator.buffer().writeBytes(new byte[500]));
    Wire.deliver(listener, Arrays.copyOf(Wire.sent(dialer), 400), 90);
    ChannelFuture unflushed = listener.write(allocator.buffer().writeBytes(new byte[500]));
    Wire.close(listener);
    assertThat(unflushed.isSuccess()).isFalse();
  }

  @Test
  void givesBack_whenAFrameIsForged() {
    EmbeddedChannel dialer = open(handshake(true), new Recorder());
    EmbeddedChannel listener = open(handshake(false), new Recorder());
    Wire.pump(dialer, listener, 50);
    listener.writeInbound(
        Unpooled.wrappedBuffer(new byte[] {0, 40}), Unpooled.wrappedBuffer(new byte[100]));
    assertThat(listener.isOpen()).isFalse();
  }

  private static NoiseHandshake handshake(boolean dialer) {
    return new NoiseHandshake(
        dialer ? NoiseEnd.DIALER : NoiseEnd.LISTENER,
        dialer,
        Optional.empty(),
        List.of("/yamux/1.0.0"),
        HandshakeLimits.defaults(),
        ImmediateEventExecutor.INSTANCE.newPromise());
  }
}
