package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.Bytes;
import io.granary.protocol.codec.DealCodec;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.machine.MachineMatrix;
import io.granary.protocol.wire.DealEventProto;
import io.granary.protocol.wire.DealRefusalProto;
import io.granary.protocol.wire.DealStateProto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The journal form of deals, and the replay of what release 0.1.0 wrote. */
class DealCodecsTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "journals", "0.1.0");
  private static final JournalSerializer SERIALIZER =
      new JournalSerializer(new JournalCodecs(List.of(new DealEventCodec(), new DealStateCodec())));

  static Stream<DealEvent> events() {
    return Stream.of(
            DealFixtures.onlineTerms(), DealFixtures.offlineTerms(), DealFixtures.directTerms())
        .flatMap(terms -> DealFixtures.events(terms).stream());
  }

  @Test
  void fixturesHaveEveryEvent_whenWalkingTheSealedTypes() {
    assertThat(events().map(Object::getClass).collect(Collectors.toSet()))
        .isEqualTo(MachineMatrix.leaves(DealEvent.class));
  }

  @ParameterizedTest
  @MethodSource("events")
  void comesBackEqual_whenWrittenAndRead(DealEvent event) {
    byte[] bytes = SERIALIZER.toBinary(event);
    assertThat(SERIALIZER.fromBinary(bytes, SERIALIZER.manifest(event))).isEqualTo(event);
    assertThat(SERIALIZER.toBinary(event)).as("deterministic").isEqualTo(bytes);
  }

  @ParameterizedTest
  @EnumSource(DealRefusal.class)
  void hasANumberOfItsOwn_whateverTheRefusal(DealRefusal refusal) {
    assertThat(DealCodec.fromProto(DealCodec.toProto(refusal))).isEqualTo(refusal);
  }

  @Test
  void refusesEvent_whenKindOrStampOrRefusalAreMissing() {
    DealEventProto.Builder stamped =
        DealEventProto.newBuilder().setStamp(EntityCodec.toProto(DealFixtures.stamp(1)));
    assertThatThrownBy(() -> read(stamped.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no known kind");
    assertThatThrownBy(() -> read(DealEventProto.getDefaultInstance()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stamp");
    assertThatThrownBy(() -> DealCodec.fromProto(DealRefusalProto.DEAL_REFUSAL_UNSPECIFIED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no known one");
  }

  private static DealEvent read(DealEventProto proto) throws IOException {
    return new DealEventCodec()
        .fromBytes(DealEventCodec.MANIFEST, CodedInputStream.newInstance(proto.toByteArray()));
  }

  @Test
  void refusesState_whenItsNameIsUnknown() {
    byte[] bytes =
        DealStateProto.newBuilder()
            .setTerms(DealCodec.toProto(DealFixtures.onlineTerms()))
            .build()
            .toByteArray();
    assertThatThrownBy(
            () ->
                new DealStateCodec()
                    .fromBytes(DealStateCodec.MANIFEST, CodedInputStream.newInstance(bytes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no known name");
  }

  @Test
  void saysSo_whenABitHasFlipped() {
    DealEvent event = events().findFirst().orElseThrow();
    byte[] bytes = SERIALIZER.toBinary(event);
    bytes[bytes.length - 3] ^= 1;
    String manifest = SERIALIZER.manifest(event);
    assertThatThrownBy(() -> SERIALIZER.fromBinary(bytes, manifest))
        .isInstanceOf(JournalDecodeException.class)
        .hasMessageContaining("checksum");
  }

  @Test
  void endsInTheRecordedStates_whenReplayed() throws IOException {
    Set<Class<?>> seen = new HashSet<>();
    for (String name : lives().keySet()) {
      StringBuilder ends = new StringBuilder();
      for (String life : Files.readString(FOLDER.resolve(name + ".journal")).split("\n\n", -1)) {
        List<DealEvent> events = life.lines().map(DealCodecsTest::readLine).toList();
        events.forEach(event -> seen.add(event.getClass()));
        ends.append(end(events));
      }
      assertThat(ends.toString()).isEqualTo(Files.readString(FOLDER.resolve(name + ".state")));
    }
    assertThat(seen).isEqualTo(MachineMatrix.leaves(DealEvent.class));
  }

  private static DealEvent readLine(String line) {
    int space = line.indexOf(' ');
    return (DealEvent)
        SERIALIZER.fromBinary(
            Bytes.fromHex(line.substring(space + 1)).toArray(), line.substring(0, space));
  }

  private static String end(List<DealEvent> life) {
    DealState state = new DealState.Unknown();
    StringBuilder way = new StringBuilder();
    for (DealEvent event : life) {
      state = state.on(event);
      way.append(way.isEmpty() ? "" : " ").append(state.getClass().getSimpleName());
    }
    return way + "\n" + ((DealState.Known) state).terms().piece() + "\n";
  }

  /** Writes the files of a release that are not there, before it: {@code -Dgranary.record=true}. */
  @Test
  @EnabledIfSystemProperty(named = "granary.record", matches = "true")
  void recordsTheRelease_whenAskedTo() throws IOException {
    for (String name : lives().keySet()) {
      if (Files.notExists(FOLDER.resolve(name + ".journal"))) {
        record(name, lives().get(name));
      }
    }
  }

  private static void record(String name, List<List<DealEvent>> lives) throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder ends = new StringBuilder();
    for (List<DealEvent> life : lives) {
      lines.add(
          life.stream()
              .map(
                  event ->
                      SERIALIZER.manifest(event)
                          + ' '
                          + Bytes.of(SERIALIZER.toBinary(event)).toHex())
              .collect(Collectors.joining("\n")));
      ends.append(end(life));
    }
    write(name + ".journal", String.join("\n\n", lines) + "\n");
    write(name + ".state", ends.toString());
  }

  private static void write(String name, String text) throws IOException {
    Files.writeString(
        FOLDER.resolve(name), text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
  }

  /**
   * An online deal's whole life, an offline one's, a direct one's, and one that was refused; and an
   * online and a direct deal whose sectors found the data damaged; and two deals whose imported
   * files are copied into staging, of which one needed another file.
   */
  private static Map<String, List<List<DealEvent>>> lives() {
    return Map.of(
        "deal",
        whole(),
        "deal-damaged",
        damaged(),
        "deal-imported",
        imported(),
        "deal-paid",
        paid());
  }

  private static List<List<DealEvent>> paid() {
    return List.of(
        of(DealFixtures.onlineTerms(), List.of(0, 1, 6, 8, 12, 14, 10, 16, 19, 29, 22, 30)),
        of(DealFixtures.offlineTerms(), List.of(0, 1, 7, 8, 12, 14, 10, 16, 19, 23, 29)));
  }

  private static List<List<DealEvent>> imported() {
    return List.of(
        of(DealFixtures.offlineTerms(), List.of(0, 1, 27, 28, 12, 14, 10, 16)),
        of(DealFixtures.directTerms(), List.of(0, 1, 27, 24, 25, 27, 28, 10, 16)));
  }

  private static List<List<DealEvent>> damaged() {
    return List.of(
        of(DealFixtures.onlineTerms(), List.of(0, 1, 6, 8, 12, 14, 10, 26, 3, 6, 8, 11, 16, 19)),
        of(DealFixtures.directTerms(), List.of(0, 1, 7, 8, 10, 26, 7, 8, 11, 16)));
  }

  private static List<List<DealEvent>> whole() {
    return List.of(
        of(
            DealFixtures.onlineTerms(),
            List.of(
                0, 1, 3, 4, 24, 25, 5, 6, 8, 10, 11, 12, 13, 12, 14, 15, 14, 16, 17, 18, 19, 20, 19,
                21, 22)),
        of(DealFixtures.offlineTerms(), List.of(0, 1, 7, 9, 7, 8, 10, 12, 14, 16, 19, 23)),
        of(DealFixtures.directTerms(), List.of(0, 1, 7, 8, 10, 16, 19, 22)),
        of(DealFixtures.onlineTerms(), List.of(0, 2)));
  }

  private static List<DealEvent> of(DealTerms terms, List<Integer> events) {
    return events.stream().map(DealFixtures.events(terms)::get).toList();
  }
}
