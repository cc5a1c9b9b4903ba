package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code docs/flows/sector.md} to the transition table. To draw it anew: {@code mvn -pl
 * protocol test -Dtest=SectorDiagramTest -Dgranary.draw=true}.
 */
class SectorDiagramTest {
  private static final String BEGIN = "<!-- drawn from the transition table: begin -->";
  private static final String END = "<!-- drawn from the transition table: end -->";

  @Test
  void diagramIsUpToDate_whenDrawnFromTheTable() throws IOException {
    Path page = Path.of("..", "docs", "flows", "sector.md");
    String text = Files.readString(page, StandardCharsets.UTF_8);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(end).as("marks in %s", page).isGreaterThan(begin);
    String drawn = "\n\n" + draw() + "\n";
    if (Boolean.getBoolean("granary.draw")) {
      Files.writeString(
          page, text.substring(0, begin) + drawn + text.substring(end), StandardCharsets.UTF_8);
    }
    assertThat(Files.readString(page, StandardCharsets.UTF_8))
        .isEqualTo(text.substring(0, begin) + drawn + text.substring(end));
  }

  private static String draw() {
    return "```mermaid\n" + mermaid() + "```\n\n" + table();
  }

  /** Moves between states; what stays in its state stands in the table below the picture. */
  private static String mermaid() {
    Map<String, List<String>> arrows = new TreeMap<>();
    for (TransitionRow row : SectorTransitions.rows()) {
      for (Class<? extends SectorState> to : row.to()) {
        if (to != row.from()) {
          arrows
              .computeIfAbsent(
                  row.from().getSimpleName() + " --> " + to.getSimpleName(),
                  arrow -> new ArrayList<>())
              .add(row.event().getSimpleName());
        }
      }
    }
    StringBuilder text = new StringBuilder("stateDiagram-v2\n    [*] --> Empty\n");
    arrows.forEach(
        (arrow, events) ->
            text.append("    ")
                .append(arrow)
                .append(": ")
                .append(String.join(", ", events))
                .append('\n'));
    return text.append("    Removed --> [*]\n").toString();
  }

  private static String table() {
    StringBuilder text = new StringBuilder("| State | Event | Next |\n|---|---|---|\n");
    for (TransitionRow row : SectorTransitions.rows()) {
      text.append("| ")
          .append(row.from().getSimpleName())
          .append(" | ")
          .append(row.event().getSimpleName())
          .append(" | ")
          .append(String.join(", ", row.to().stream().map(Class::getSimpleName).sorted().toList()))
          .append(" |\n");
    }
    return text.toString();
  }
}
