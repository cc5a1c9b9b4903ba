package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MultistreamPropertyTest {
  private static final NegotiationLimits LIMITS = NegotiationLimits.defaults();

  @Provide
  Arbitrary<String> ids() {
    return Arbitraries.of("/noise", "/tls/1.0.0", "/yamux/1.0.0", "/a", "/ä/☃", "/b/1.2.0");
  }

  @Property(tries = 300)
  void bothSidesAgreeOnTheFirstCommonId_howeverTheBytesAreCut(
      @ForAll @Size(min = 1, max = 6) List<@From("ids") String> proposals,
      @ForAll @Size(max = 4) List<@From("ids") String> supported,
      @ForAll @IntRange(min = 1, max = 50) int pieceBytes,
      @ForAll byte[] surplus) {
    List<String> heard = new ArrayList<>();
    Promise<String> outcome = ImmediateEventExecutor.INSTANCE.newPromise();
    Recorder behindListener = new Recorder();
    EmbeddedChannel listener =
        new EmbeddedChannel(
            new MultistreamListener(new HashSet<>(supported), LIMITS, heard::add), behindListener);
    EmbeddedChannel dialer =
        new EmbeddedChannel(new MultistreamDialer(proposals, LIMITS, agreed -> {}, outcome));
    Wire.pump(dialer, listener, pieceBytes);

    List<String> common = proposals.stream().filter(supported::contains).toList();
    if (common.isEmpty()) {
      assertThat(outcome.cause()).isInstanceOf(NegotiationException.class);
      assertThat(heard).isEmpty();
    } else {
      assertThat(outcome.getNow()).isEqualTo(common.get(0));
      assertThat(heard).containsExactly(common.get(0));
      Wire.deliver(listener, surplus, pieceBytes);
      assertThat(behindListener.bytes()).isEqualTo(surplus);
    }
  }

  @Property(tries = 500)
  void garbageClosesOrWaits_andNeverThrows(
      @ForAll byte[] garbage, @ForAll @IntRange(min = 1, max = 20) int pieceBytes) {
    List<String> heard = new ArrayList<>();
    Promise<String> outcome = ImmediateEventExecutor.INSTANCE.newPromise();
    Recorder behind = new Recorder();
    EmbeddedChannel listener =
        new EmbeddedChannel(
            new MultistreamListener(List.of("/noise")::contains, LIMITS, heard::add), behind);
    EmbeddedChannel dialer =
        new EmbeddedChannel(MultistreamDialer.lazy("/noise", LIMITS, outcome), new Recorder());
    Wire.deliver(listener, garbage, pieceBytes);
    Wire.deliver(dialer, garbage, pieceBytes);
    assertThat(Wire.sent(listener)).hasSizeLessThan(20 + 4 * LIMITS.refusedMax() + 1);
    assertThat(Wire.sent(dialer)).hasSize(28);
    Wire.close(listener);
    Wire.close(dialer);
    assertThat(heard).isEmpty();
    assertThat(outcome.cause()).isInstanceOf(NegotiationException.class);
    assertThat(behind.problems).isEmpty();
    assertThat(behind.bytes()).isEmpty();
  }

  @Property(tries = 300)
  void surplusIsTheSame_howeverTheBytesAreCut(
      @ForAll byte[] surplus, @ForAll @IntRange(min = 1, max = 30) int pieceBytes) {
    Recorder behind = new Recorder();
    EmbeddedChannel listener =
        new EmbeddedChannel(
            new MultistreamListener(List.of("/noise")::contains, LIMITS, agreed -> {}), behind);
    Wire.deliver(
        listener,
        Wire.join(HandshakeVectors.multistream("dialer_pipelined_noise"), surplus),
        pieceBytes);
    assertThat(Wire.sent(listener)).hasSize(28);
    assertThat(behind.bytes()).isEqualTo(surplus);
  }
}
