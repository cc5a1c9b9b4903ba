package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.deadline.DeadlineFixtures;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.miner.MinerState;
import io.granary.protocol.publish.PublisherState;
import io.granary.protocol.sender.SenderFixtures;
import io.granary.protocol.sender.SenderState;
import io.granary.protocol.wire.IntentAcceptedStateProto;
import io.granary.protocol.wire.IntentSignedStateProto;
import io.granary.protocol.wire.OpenIntentStateProto;
import io.granary.protocol.wire.PublishBatchProto;
import io.granary.protocol.wire.PublisherStateProto;
import io.granary.protocol.wire.RestingDeadlineStateProto;
import io.granary.protocol.wire.SenderStateProto;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Snapshots that no state wrote are refused: the entity then starts from its events. */
class StateCodecsTest {
  private static OpenIntentStateProto.Builder intent() {
    return OpenIntentStateProto.newBuilder()
        .setIntent(MessageCodec.toProto(SenderFixtures.intent("a")))
        .setRecipient(JobCodec.toProto(SenderFixtures.SECTOR));
  }

  private static void refuses(EventCodec<?> codec, Message bytes, String words) {
    String manifest = codec.manifests().iterator().next();
    assertThatThrownBy(
            () -> codec.fromBytes(manifest, CodedInputStream.newInstance(bytes.toByteArray())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void refusesSender_whenAnIntentHasNoStage() {
    refuses(
        new SenderStateCodec(),
        SenderStateProto.newBuilder().addOpen(intent()).build(),
        "intent a has no known stage");
  }

  @Test
  void refusesSender_whenASignedIntentHasNoSigning() {
    refuses(
        new SenderStateCodec(),
        SenderStateProto.newBuilder()
            .addOpen(intent().setSigned(IntentSignedStateProto.getDefaultInstance()))
            .build(),
        "intent a is signed and has no signing");
  }

  @Test
  void refusesSender_whenNobodyHoldsTheReservedNonce() {
    refuses(
        new SenderStateCodec(),
        SenderStateProto.newBuilder()
            .addOpen(intent().setAccepted(IntentAcceptedStateProto.getDefaultInstance()))
            .setReservedBy("a")
            .build(),
        "a holds no nonce");
  }

  @Test
  void refusesDeadline_whenItsRecoveryIsUnknown() {
    refuses(
        new DeadlineStateCodec(),
        RestingDeadlineStateProto.newBuilder().setRan(true).build(),
        "no known recovery");
  }

  @Test
  void refusesPublisher_whenABatchHasNoIntent() {
    refuses(
        new PublisherStateCodec(),
        PublisherStateProto.newBuilder().addBatches(PublishBatchProto.getDefaultInstance()).build(),
        "a batch has no intent");
  }

  /** A running deadline has no codec: it takes no snapshot. */
  @Test
  void bindsWhatEntitiesSnapshot_andNoMore() {
    JournalCodecs codecs = new JournalCodecs(CodecSettings.from(ConfigFactory.load()).codecs());
    Set<Class<?>> states =
        codecs.all().stream()
            .map(EventCodec::type)
            .filter(type -> !type.getSimpleName().endsWith("Event"))
            .collect(Collectors.toSet());
    assertThat(states)
        .isEqualTo(
            Set.of(
                DealState.Known.class,
                PublisherState.class,
                SenderState.class,
                ProvingDeadlineState.Resting.class,
                MinerState.Configured.class));
    ProvingDeadlineState running = ProvingDeadlineState.first().on(DeadlineFixtures.opened());
    assertThatThrownBy(() -> codecs.forValue(running))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Running");
    assertThat(codecs.forValue(ProvingDeadlineState.first()))
        .isInstanceOf(DeadlineStateCodec.class);
  }
}
