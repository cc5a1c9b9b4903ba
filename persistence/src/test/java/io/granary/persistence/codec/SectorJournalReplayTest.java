package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.sector.RecordedLives;
import io.granary.protocol.sector.SealedLeaves;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorHistory;
import io.granary.protocol.sector.SectorView;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Replays what earlier releases wrote: {@code src/test/resources/journals}. */
class SectorJournalReplayTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "journals", "0.1.0");

  private static final Map<String, List<List<SectorEvent>>> LIVES =
      Map.of(
          "sector-life",
          RecordedLives.all(),
          "sector-damaged",
          RecordedLives.damaged(),
          "sector-unsealed",
          RecordedLives.unsealed());

  private final JournalSerializer serializer =
      new JournalSerializer(new JournalCodecs(List.of(new SectorEventCodec())));

  @Test
  void endsInTheRecordedState_whenReplayed() throws IOException {
    Set<Class<?>> seen = new HashSet<>();
    for (String name : LIVES.keySet()) {
      List<String> states = new ArrayList<>();
      for (String life : Files.readString(FOLDER.resolve(name + ".journal")).split("\n\n", -1)) {
        List<SectorEvent> events = life.lines().map(this::read).toList();
        events.forEach(event -> seen.add(event.getClass()));
        states.add(text(SectorView.of(SectorHistory.replay(events).end().state())));
      }
      assertThat(String.join("\n", states))
          .isEqualTo(Files.readString(FOLDER.resolve(name + ".state")));
    }
    assertThat(seen).containsAll(SealedLeaves.of(SectorEvent.class));
  }

  private SectorEvent read(String line) {
    int space = line.indexOf(' ');
    return (SectorEvent)
        serializer.fromBinary(
            Bytes.fromHex(line.substring(space + 1)).toArray(), line.substring(0, space));
  }

  private static String text(SectorView view) {
    StringBuilder text = new StringBuilder("state = " + view.state() + "\n");
    view.fields().forEach((name, value) -> text.append(name + " = " + value + "\n"));
    return text.toString();
  }

  /** Writes the files of a release that are not there, before it: {@code -Dgranary.record=true}. */
  @Test
  @EnabledIfSystemProperty(named = "granary.record", matches = "true")
  void recordsTheRelease_whenAskedTo() throws IOException {
    for (String name : LIVES.keySet()) {
      if (Files.notExists(FOLDER.resolve(name + ".journal"))) {
        record(name, LIVES.get(name));
      }
    }
  }

  private void record(String name, List<List<SectorEvent>> recorded) throws IOException {
    List<String> lives = new ArrayList<>();
    List<String> states = new ArrayList<>();
    for (List<SectorEvent> life : recorded) {
      StringBuilder lines = new StringBuilder();
      for (SectorEvent event : life) {
        lines
            .append(serializer.manifest(event))
            .append(' ')
            .append(Bytes.of(serializer.toBinary(event)).toHex())
            .append('\n');
      }
      lives.add(lines.toString());
      states.add(text(SectorView.of(SectorHistory.replay(life).end().state())));
    }
    write(name + ".journal", String.join("\n", lives));
    write(name + ".state", String.join("\n", states));
  }

  private static void write(String name, String text) throws IOException {
    Files.createDirectories(FOLDER);
    Files.writeString(
        FOLDER.resolve(name), text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
  }
}
