package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.sector.SealedLeaves;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorFixtures;
import io.granary.protocol.wire.SectorEventProto;
import io.granary.protocol.wire.SectorMessageRequestedProto;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SectorEventCodecTest {
  private final SectorEventCodec codec = new SectorEventCodec();

  static Stream<SectorEvent> events() {
    return SectorFixtures.events().stream();
  }

  @Test
  void fixturesHaveEveryEvent_whenWalkingTheSealedTypes() {
    assertThat(events().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(SealedLeaves.of(SectorEvent.class));
  }

  @ParameterizedTest
  @MethodSource("events")
  void comesBackEqual_whenWrittenAndRead(SectorEvent event) {
    JournalSerializer serializer = new JournalSerializer(new JournalCodecs(List.of(codec)));
    assertThat(serializer.fromBinary(serializer.toBinary(event), serializer.manifest(event)))
        .isEqualTo(event);
  }

  @Test
  void refusesTheEvent_whenItHasNoStamp() {
    assertThatThrownBy(() -> read(SectorEventProto.newBuilder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stamp");
  }

  @Test
  void refusesTheEvent_whenItsKindIsUnknown() {
    assertThatThrownBy(
            () ->
                read(
                    SectorEventWriter.write(SectorFixtures.events().get(0)).toBuilder()
                        .clearKind()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kind");
  }

  @Test
  void refusesTheEvent_whenAnAmountIsNoNumber() {
    SectorEvent requested =
        events().filter(SectorEvent.MessageRequested.class::isInstance).findFirst().orElseThrow();
    SectorEventProto.Builder builder = SectorEventWriter.write(requested).toBuilder();
    SectorMessageRequestedProto.Builder message = builder.getMessageRequestedBuilder();
    message.setValue("1e3");
    assertThatThrownBy(() -> read(builder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("amount");
  }

  private SectorEvent read(SectorEventProto.Builder builder) throws IOException {
    return codec.fromBytes(
        "sector-event.1", CodedInputStream.newInstance(builder.build().toByteArray()));
  }
}
