package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NoiseFramesTest {
  private static final byte[] THERE = new byte[32];
  private static final byte[] BACK = filled(32, 9);

  private final EmbeddedChannel sender = end(THERE, BACK, new Recorder());
  private final Recorder recorder = new Recorder();
  private final EmbeddedChannel receiver = end(BACK, THERE, recorder);

  static EmbeddedChannel end(byte[] outgoing, byte[] incoming, Recorder recorder) {
    EmbeddedChannel channel = Wire.open();
    channel
        .pipeline()
        .addLast(
            new NoiseFrames(
                channel, FrameCiphers.inUse().of(outgoing), FrameCiphers.inUse().of(incoming)),
            recorder);
    return channel;
  }

  @AfterEach
  void releaseChannels() {
    Wire.releaseAll();
  }

  @Test
  void sharesOneFrame_whenSmallWritesComeBeforeAFlush() {
    ChannelFuture first = sender.write(bytes(1, 2));
    ChannelFuture second = sender.write(bytes(3));
    ChannelFuture empty = sender.write(Unpooled.EMPTY_BUFFER);
    assertThat(first.isDone()).isFalse();
    sender.flush();
    byte[] sent = Wire.sent(sender);
    assertThat(sent).hasSize(2 + 3 + 16);
    assertThat(first.isSuccess() && second.isSuccess() && empty.isSuccess()).isTrue();
    Wire.deliver(receiver, sent);
    assertThat(recorder.bytes()).containsExactly(1, 2, 3);
  }

  @Test
  void succeeds_whenOnlyEmptyBuffersAreWritten() {
    ChannelFuture empty = sender.writeAndFlush(Unpooled.EMPTY_BUFFER);
    assertThat(empty.isSuccess()).isTrue();
    assertThat(Wire.sent(sender)).isEmpty();
  }

  @Test
  void cutsIntoFullFrames_whenMoreIsWritten() {
    byte[] plain = random(200_000);
    sender.writeOutbound(Unpooled.wrappedBuffer(plain));
    byte[] sent = Wire.sent(sender);
    assertThat(sent).hasSize(plain.length + 4 * (2 + 16));
    assertThat(Arrays.copyOf(sent, 2)).containsExactly(0xff, 0xff);
    Wire.deliver(receiver, sent);
    assertThat(recorder.bytes()).isEqualTo(plain);
    assertThat(recorder.readSizes).containsExactly(65_519, 65_519, 65_519, 200_000 - 3 * 65_519);
  }

  @Test
  void sealsAFullFrame_beforeTheFlush() {
    ChannelFuture write = sender.write(Unpooled.wrappedBuffer(random(70_000)));
    assertThat(write.isDone()).isFalse();
    sender.flush();
    assertThat(write.isSuccess()).isTrue();
    assertThat(Wire.sent(sender)).hasSize(70_000 + 2 * 18);
  }

  @Test
  void refusesToSend_whatIsNotBytes() {
    assertThat(sender.writeAndFlush("text").cause()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void opensFrames_whenBuffersAreDirect() {
    byte[] plain = random(100_000);
    ByteBuf direct = Unpooled.directBuffer().writeBytes(plain);
    sender.writeOutbound(direct);
    receiver.writeInbound(Unpooled.directBuffer().writeBytes(Wire.sent(sender)));
    assertThat(recorder.bytes()).isEqualTo(plain);
  }

  @Test
  void takesAnEmptyFrame() {
    ByteBuf sealed = Unpooled.buffer(16);
    FrameCiphers.inUse().of(THERE).seal(Unpooled.EMPTY_BUFFER, 0, sealed);
    byte[] tag = ByteBufUtil.getBytes(sealed);
    Wire.deliver(receiver, Wire.join(new byte[] {0, 16}, tag));
    assertThat(receiver.isOpen()).isTrue();
    assertThat(recorder.bytes()).isEmpty();
  }

  @Test
  void closes_whenAFrameWasTamperedWith() {
    sender.writeOutbound(bytes(1, 2, 3), bytes(4));
    byte[] sent = Wire.sent(sender);
    sent[4] ^= 1;
    Wire.deliver(receiver, sent);
    assertBroken("frame 0 does not authenticate");
  }

  @Test
  void closes_whenAFrameIsRepeated() {
    sender.writeOutbound(bytes(1, 2, 3));
    byte[] sent = Wire.sent(sender);
    Wire.deliver(receiver, sent);
    Wire.deliver(receiver, sent);
    assertThat(receiver.isOpen()).isFalse();
    assertThat(recorder.bytes()).containsExactly(1, 2, 3);
    assertThat(recorder.problems).hasSize(1).first().isInstanceOf(FrameException.class);
  }

  @Test
  void readsNothingMore_whenAFrameBroke() {
    sender.writeOutbound(bytes(1));
    byte[] good = Wire.sent(sender);
    Wire.deliver(receiver, Wire.join(new byte[] {0, 16}, new byte[16], good));
    assertBroken("does not authenticate");
  }

  @Test
  void closes_whenAFrameIsShorterThanItsTag() {
    Wire.deliver(receiver, new byte[] {0, 15});
    assertBroken("15 bytes is shorter");
  }

  @Test
  void saysSo_whenTheConnectionEndsWithinAFrame() {
    sender.writeOutbound(bytes(1, 2, 3));
    byte[] sent = Wire.sent(sender);
    Wire.deliver(receiver, Arrays.copyOf(sent, sent.length - 1));
    receiver.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertBroken("ended within a frame");
  }

  @Test
  void saysSo_whenTheConnectionClosesWithinALength() {
    Wire.deliver(receiver, new byte[] {0});
    Wire.close(receiver);
    assertBroken("ended within a frame");
  }

  @Test
  void isSilent_whenTheConnectionClosesBetweenFrames() {
    sender.writeOutbound(bytes(1));
    Wire.deliver(receiver, Wire.sent(sender));
    Wire.close(receiver);
    assertThat(recorder.problems).isEmpty();
  }

  @Test
  void failsWhatWasNotFlushed_whenClosed() {
    ChannelFuture write = sender.write(bytes(1));
    Wire.close(sender);
    assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
  }

  private void assertBroken(String reason) {
    assertThat(receiver.isOpen()).isFalse();
    assertThat(recorder.bytes()).isEmpty();
    assertThat(recorder.problems).hasSize(1);
    assertThat(recorder.problems.get(0))
        .isInstanceOf(FrameException.class)
        .hasMessageContaining(reason);
  }

  private static ByteBuf bytes(int... values) {
    ByteBuf out = Unpooled.buffer();
    for (int value : values) {
      out.writeByte(value);
    }
    return out;
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
