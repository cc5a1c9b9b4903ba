package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineFixtures;
import io.granary.protocol.machine.MachineMatrix;
import io.granary.protocol.miner.MinerEvent;
import io.granary.protocol.miner.MinerFixtures;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderFixtures;
import io.granary.protocol.wire.DeadlineEventProto;
import io.granary.protocol.wire.StampProto;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The journal form of senders, deadlines and miners. */
class MoverEventCodecsTest {
  private static final JournalSerializer SERIALIZER =
      new JournalSerializer(
          new JournalCodecs(
              List.of(new SenderEventCodec(), new DeadlineEventCodec(), new MinerEventCodec())));

  static Stream<Object> events() {
    return Stream.of(
            SenderFixtures.events("f01000/7/precommit/1"),
            DeadlineFixtures.partitionEvents(),
            DeadlineFixtures.deadlineEvents(),
            MinerFixtures.events())
        .flatMap(List::stream);
  }

  @Test
  void fixturesHaveEveryEvent_whenWalkingTheSealedTypes() {
    Set<Class<?>> all =
        Stream.of(SenderEvent.class, DeadlineEvent.class, MinerEvent.class)
            .flatMap(type -> MachineMatrix.leaves(type).stream())
            .collect(Collectors.toSet());
    assertThat(events().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(all);
  }

  @ParameterizedTest
  @MethodSource("events")
  void comesBackEqual_whenWrittenAndRead(Object event) {
    byte[] bytes = SERIALIZER.toBinary(event);
    assertThat(SERIALIZER.fromBinary(bytes, SERIALIZER.manifest(event))).isEqualTo(event);
    assertThat(SERIALIZER.toBinary(event)).as("deterministic").isEqualTo(bytes);
  }

  @Test
  void refusesEvent_whenItsKindIsUnknown() {
    StampProto stamp = EntityCodec.toProto(SenderFixtures.stamp(1));
    byte[] bytes = DeadlineEventProto.newBuilder().setStamp(stamp).build().toByteArray();
    assertThatThrownBy(
            () ->
                new DeadlineEventCodec()
                    .fromBytes(DeadlineEventCodec.MANIFEST, CodedInputStream.newInstance(bytes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no known kind");
  }

  @Test
  void refusesEvent_whenItHasNoStamp() {
    assertThatThrownBy(
            () ->
                new SenderEventCodec()
                    .fromBytes(
                        SenderEventCodec.MANIFEST, CodedInputStream.newInstance(new byte[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stamp");
  }
}
