package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.Bytes;
import io.granary.protocol.fuzz.Parsing;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Both sides of a negotiation, with a remote that says anything. */
class MultistreamFuzzTest {
  /** Channels, handlers and their buffers, set up anew for each run. */
  private static final long FIXED_BYTES = 4 << 20;

  private static final NegotiationLimits LIMITS =
      new NegotiationLimits(256, 8, Duration.ofSeconds(10));

  /**
   * How it went.
   *
   * @param surplus what reached the protocol's handlers
   */
  private record Outcome(List<String> agreed, boolean failed, Bytes surplus) {}

  @FuzzTest
  void endsTheSame_whateverPiecesTheBytesComeIn(byte[] input) {
    check(input, run(input, Integer.MAX_VALUE, false), run(input, 1, false));
    check(input, run(input, Integer.MAX_VALUE, true), run(input, 1, true));
  }

  private static void check(byte[] input, Outcome whole, Outcome single) {
    assertThat(single).isEqualTo(whole);
    assertThat(whole.failed() && !whole.agreed().isEmpty()).isFalse();
    if (whole.agreed().isEmpty()) {
      assertThat(whole.surplus()).isEqualTo(Bytes.empty());
    } else {
      int length = whole.surplus().length();
      assertThat(whole.surplus()).isEqualTo(Bytes.of(input, input.length - length, length));
    }
  }

  private static Outcome run(byte[] input, int pieceBytes, boolean dialer) {
    return Parsing.of(input.length, FIXED_BYTES, () -> negotiate(input, pieceBytes, dialer))
        .orElseThrow();
  }

  private static Outcome negotiate(byte[] input, int pieceBytes, boolean dialer) {
    List<String> agreed = new ArrayList<>();
    Recorder recorder = new Recorder();
    Promise<String> outcome = ImmediateEventExecutor.INSTANCE.newPromise();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            dialer
                ? new MultistreamDialer(List.of("/noise", "/b"), LIMITS, agreed::add, outcome)
                : new MultistreamListener(Set.of("/noise", "/b"), LIMITS, agreed::add),
            recorder);
    Wire.deliver(channel, input, pieceBytes);
    channel.runPendingTasks();
    boolean failed = !channel.isOpen();
    assertThat(recorder.problems).isEmpty();
    if (dialer) {
      assertThat(outcome.isSuccess()).isEqualTo(!agreed.isEmpty());
      assertThat(failed).isEqualTo(outcome.cause() instanceof NegotiationException);
    }
    boolean unused = channel.finishAndReleaseAll();
    return new Outcome(agreed, failed, Bytes.of(recorder.bytes()));
  }
}
