package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;

class NoisePropertyTest {
  @AfterTry
  void releaseChannels() {
    Wire.releaseAll();
  }

  @Property(tries = 100)
  void bytesArriveAsSent_howeverTheyAreWrittenFlushedAndCut(
      @ForAll @Size(max = 8) List<@IntRange(max = 90_000) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 70_000) int pieceBytes,
      @ForAll boolean flushEach) {
    NoiseEnd dialer = NoiseEnd.dialer();
    NoiseEnd listener = NoiseEnd.listener();
    Wire.pump(dialer.channel, listener.channel, pieceBytes);
    byte[] all = new byte[0];
    for (int size : sizes) {
      byte[] plain = NoiseFramesTest.random(size);
      all = Wire.join(all, plain);
      ChannelFuture unused = dialer.channel.write(Unpooled.wrappedBuffer(plain));
      if (flushEach) {
        dialer.channel.flush();
      }
    }
    dialer.channel.flush();
    Wire.deliver(listener.channel, Wire.sent(dialer.channel), pieceBytes);
    assertThat(listener.recorder.bytes()).isEqualTo(all);
    assertThat(listener.recorder.problems).isEmpty();
  }

  @Property(tries = 60)
  void bothFinish_howeverTheHandshakeIsCut(@ForAll @IntRange(min = 1, max = 250) int pieceBytes) {
    NoiseEnd dialer = NoiseEnd.dialer("/yamux/1.0.0");
    NoiseEnd listener = NoiseEnd.listener("/yamux/1.0.0");
    Wire.pump(dialer.channel, listener.channel, pieceBytes);
    assertThat(dialer.session.isSuccess() && listener.session.isSuccess()).isTrue();
  }

  @Property(tries = 300)
  void garbageInsteadOfAHandshake_onlyCloses(
      @ForAll byte[] garbage, @ForAll @IntRange(min = 1, max = 40) int pieceBytes) {
    for (NoiseEnd end : List.of(NoiseEnd.dialer("/m"), NoiseEnd.listener("/m"))) {
      Wire.deliver(end.channel, garbage, pieceBytes);
      Wire.sent(end.channel);
      Wire.close(end.channel);
      assertThat(end.session.cause()).isInstanceOf(HandshakeException.class);
      assertThat(end.recorder.problems).isEmpty();
      assertThat(end.recorder.bytes()).isEmpty();
    }
  }

  @Property(tries = 100)
  void garbageAfterTheHandshake_onlyCloses(
      @ForAll @Size(min = 1) byte[] garbage, @ForAll @IntRange(min = 1, max = 40) int pieceBytes) {
    NoiseEnd dialer = NoiseEnd.dialer();
    NoiseEnd listener = NoiseEnd.listener();
    Wire.pump(dialer.channel, listener.channel, Integer.MAX_VALUE);
    Wire.deliver(listener.channel, garbage, pieceBytes);
    Wire.close(listener.channel);
    assertThat(listener.recorder.bytes()).isEmpty();
    assertThat(listener.recorder.problems).hasSize(1);
    assertThat(listener.recorder.problems.get(0)).isInstanceOf(FrameException.class);
  }

  @Property(tries = 200)
  void aChangedByteInTheHandshake_neverGivesASession(
      @ForAll @IntRange(max = 215) int index, @ForAll @IntRange(min = 1, max = 255) int change) {
    NoiseEnd dialer = NoiseEnd.dialer("/yamux/1.0.0");
    Wire.sent(dialer.channel);
    byte[] second = HandshakeVectors.noise("msg2_frame");
    byte[] changed = Arrays.copyOf(second, second.length);
    changed[2 + index] ^= (byte) change;
    Wire.deliver(dialer.channel, changed);
    assertThat(dialer.channel.isOpen()).isFalse();
    assertThat(dialer.session.cause()).isInstanceOf(HandshakeException.class);
  }
}
