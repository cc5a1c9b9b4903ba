package io.granary.bridge.libp2p.secure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MultistreamListenerTest {
  private static final byte[] HEADER = HandshakeVectors.multistream("header");
  private static final byte[] NA = HandshakeVectors.multistream("na");
  private static final NegotiationLimits LIMITS =
      new NegotiationLimits(1024, 32, Duration.ofSeconds(10));

  private final List<String> agreed = new ArrayList<>();
  private final Recorder recorder = new Recorder();
  private final EmbeddedChannel channel =
      Wire.open(new MultistreamListener(Set.of("/noise", "/b"), LIMITS, agreed::add), recorder);

  @AfterEach
  void releaseChannels() {
    Wire.releaseAll();
  }

  @Test
  void sendsHeader_beforeRemoteSaysAnything() {
    assertThat(Wire.sent(channel)).isEqualTo(HEADER);
  }

  @Test
  void answersPipelinedProposalInOneWrite_whenSupported() {
    EmbeddedChannel fresh = Wire.open();
    fresh.pipeline().addLast(new MultistreamListener(Set.of("/noise"), LIMITS, agreed::add));
    Wire.deliver(fresh, HandshakeVectors.multistream("dialer_pipelined_noise"));
    assertThat(Wire.writes(fresh))
        .containsExactly(Wire.join(HEADER, HandshakeVectors.multistream("noise")));
  }

  @Test
  void tellsAndStepsAside_whenAgreed() {
    Wire.deliver(channel, HandshakeVectors.multistream("dialer_pipelined_noise"));
    assertThat(agreed).containsExactly("/noise");
    assertThat(recorder.events).containsExactly(new MultistreamAgreed("/noise"));
    assertThat(channel.pipeline().get(MultistreamListener.class)).isNull();
  }

  @Test
  void handsOnSurplusUnchanged_whenItCameWithTheProposal() {
    byte[] surplus = "\u0000\u0013 and more".getBytes(UTF_8);
    Wire.deliver(
        channel, Wire.join(HandshakeVectors.multistream("dialer_pipelined_noise"), surplus));
    assertThat(recorder.bytes()).isEqualTo(surplus);
  }

  @Test
  void installsProtocolBeforeSurplus_whenConsumerChangesThePipeline() {
    Recorder late = new Recorder();
    EmbeddedChannel fresh = Wire.open();
    fresh
        .pipeline()
        .addLast(
            new MultistreamListener(
                Set.of("/noise"), LIMITS, protocol -> fresh.pipeline().addLast(late)));
    Wire.deliver(
        fresh,
        Wire.join(HandshakeVectors.multistream("dialer_pipelined_noise"), new byte[] {1, 2}));
    assertThat(late.bytes()).containsExactly(1, 2);
  }

  @Test
  void saysNaThenAgrees_whenSecondProposalIsSupported() {
    Wire.deliver(
        channel,
        Wire.join(HEADER, Wire.token("/tls/1.0.0"), HandshakeVectors.multistream("noise")));
    assertThat(Wire.sent(channel))
        .isEqualTo(Wire.join(HEADER, NA, HandshakeVectors.multistream("noise")));
    assertThat(agreed).containsExactly("/noise");
  }

  @Test
  void matchesExactly_whenProposalIsAlmostSupported() {
    for (String near : List.of("/noise/", "noise", "/Noise", " /noise", "/noise\n")) {
      EmbeddedChannel fresh =
          Wire.open(new MultistreamListener(Set.of("/noise"), LIMITS, agreed::add));
      Wire.deliver(fresh, Wire.join(HEADER, Wire.token(near)));
      assertThat(Wire.sent(fresh)).as(near).isEqualTo(Wire.join(HEADER, NA));
    }
    assertThat(agreed).isEmpty();
  }

  @Test
  void answers_whenRemoteHalfClosedRightAfterItsProposal() {
    Wire.deliver(channel, HandshakeVectors.multistream("dialer_pipelined_noise"));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(Wire.sent(channel))
        .isEqualTo(Wire.join(HEADER, HandshakeVectors.multistream("noise")));
    assertThat(channel.isOpen()).isTrue();
    assertThat(recorder.events)
        .containsExactly(new MultistreamAgreed("/noise"), ChannelInputShutdownEvent.INSTANCE);
  }

  @Test
  void fails_whenRemoteHalfClosesBeforeProposing() {
    Wire.deliver(channel, HEADER);
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertFailed("stopped sending");
  }

  @Test
  void fails_whenConnectionClosesBeforeAgreement() {
    Wire.close(channel);
    assertFailed("closed before");
  }

  @Test
  void fails_whenFirstTokenIsNotTheHeader() {
    Wire.deliver(channel, Wire.token("/multistream/2.0.0"));
    assertFailed("expected the multistream header, got '/multistream/2.0.0'");
  }

  @Test
  void fails_whenNothingIsAgreedInTime() {
    Recorder told = new Recorder();
    EmbeddedChannel frozen = Wire.open();
    frozen.freezeTime();
    frozen.pipeline().addLast(new MultistreamListener(Set.of("/noise"), LIMITS, agreed::add), told);
    Wire.deliver(frozen, Wire.join(HEADER, Wire.token("/x")));
    frozen.advanceTimeBy(9_999, TimeUnit.MILLISECONDS);
    frozen.runScheduledPendingTasks();
    assertThat(frozen.isOpen()).isTrue();
    frozen.advanceTimeBy(2, TimeUnit.MILLISECONDS);
    frozen.runScheduledPendingTasks();
    assertThat(frozen.isOpen()).isFalse();
    assertThat(told.events).hasSize(1).first().asString().contains("PT10S");
  }

  @Test
  void keepsNoTimer_whenAgreed() {
    Wire.deliver(channel, HandshakeVectors.multistream("dialer_pipelined_noise"));
    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
  }

  @Test
  void answersEachRefusal_untilOneMoreThanAllowed() {
    Wire.deliver(channel, HEADER);
    for (int i = 0; i < LIMITS.refusedMax(); i++) {
      Wire.deliver(channel, Wire.token("/x/" + i));
    }
    assertThat(Wire.sent(channel)).hasSize(HEADER.length + LIMITS.refusedMax() * NA.length);
    assertThat(channel.isOpen()).isTrue();
    Wire.deliver(channel, Wire.token("/x/last"));
    assertFailed("more than 32 proposals refused");
    assertThat(Wire.sent(channel)).isEmpty();
  }

  @Test
  void saysNothingMore_whenFloodedWithOneByteMessages() {
    byte[] flood = new byte[2_000_000];
    for (int i = 0; i < flood.length; i += 2) {
      flood[i] = 1;
      flood[i + 1] = '\n';
    }
    Wire.deliver(channel, Wire.join(HEADER, flood));
    assertFailed("empty");
    assertThat(Wire.sent(channel)).hasSizeLessThanOrEqualTo(HEADER.length);
  }

  @Test
  void sendsLessThanItGets_whenFloodedWithTinyProposals() {
    byte[] flood = new byte[300_000];
    for (int i = 0; i < flood.length; i += 3) {
      flood[i] = 2;
      flood[i + 1] = 'a';
      flood[i + 2] = '\n';
    }
    Wire.deliver(channel, Wire.join(HEADER, flood));
    assertFailed("proposals refused");
    assertThat(Wire.sent(channel))
        .hasSizeLessThanOrEqualTo(HEADER.length + LIMITS.refusedMax() * NA.length);
  }

  @Test
  void dropsAndReleasesInput_whenItFailedEarlier() {
    Wire.deliver(channel, Wire.token("garbage"));
    assertFailed("header");
    assertThat(recorder.bytes()).isEmpty();
    assertThat(agreed).isEmpty();
  }

  @Test
  void fails_whenConsumerThrows() {
    Recorder behind = new Recorder();
    EmbeddedChannel fresh =
        Wire.open(
            new MultistreamListener(
                Set.of("/noise"),
                LIMITS,
                protocol -> {
                  throw new IllegalStateException("no handler for " + protocol);
                }),
            behind);
    Wire.deliver(fresh, HandshakeVectors.multistream("dialer_pipelined_noise"));
    assertThat(fresh.isOpen()).isFalse();
    assertThat(behind.events).hasSize(1).first().isInstanceOf(MultistreamFailed.class);
    assertThat(behind.problems).isEmpty();
  }

  @Test
  void takesLongestId_whenItIsSupported() {
    String id = "/" + "p".repeat(1022);
    EmbeddedChannel fresh = Wire.open(new MultistreamListener(Set.of(id), LIMITS, agreed::add));
    Wire.deliver(fresh, Wire.join(HEADER, Wire.token(id)), 1);
    assertThat(agreed).containsExactly(id);
    byte[] sent = Wire.sent(fresh);
    assertThat(Arrays.copyOfRange(sent, HEADER.length, sent.length)).isEqualTo(Wire.token(id));
  }

  private void assertFailed(String reason) {
    assertThat(channel.isOpen()).isFalse();
    assertThat(agreed).isEmpty();
    assertThat(recorder.problems).isEmpty();
    assertThat(recorder.events.get(0)).isInstanceOf(MultistreamFailed.class);
    assertThat(((MultistreamFailed) recorder.events.get(0)).reason()).hasMessageContaining(reason);
    assertThat(recorder.events.stream().filter(MultistreamFailed.class::isInstance)).hasSize(1);
  }
}
