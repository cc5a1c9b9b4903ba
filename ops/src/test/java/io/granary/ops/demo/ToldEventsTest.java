package io.granary.ops.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToldEventsTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final Said said = new Said();
  private final StageClock clock = new StageClock(BEGIN);
  private final ToldEvents deal = told(Map.of("Added", "data added", "Activated", "deal active"));
  private final ToldEvents sector = told(Map.of("Committed", "on chain", "Finalized", "dropped"));

  private ToldEvents told(Map<String, String> done) {
    return new ToldEvents(said, clock, done, event -> "");
  }

  /** One event, {@code seconds} after the run's begin. */
  private static JsonNode event(int sequence, String name, double seconds) {
    ArrayNode events = JsonNodeFactory.instance.arrayNode();
    events
        .addObject()
        .put("sequence", sequence)
        .put("event", name)
        .put("time", BEGIN.plusMillis(Math.round(seconds * 1000)).toString());
    return events;
  }

  @Test
  void countsFromTheLastEventBefore_whenTheDealIsActiveBeforeItsSectorsStoryIsTold() {
    deal.tell(event(1, "Proposed", 1));
    deal.tell(event(2, "Added", 3));
    sector.tell(event(1, "Created", 4));
    sector.tell(event(2, "Failed", 5));
    sector.tell(event(3, "Committed", 10));
    sector.tell(event(4, "Finalized", 12));
    deal.tell(event(3, "Activated", 11.5));
    assertThat(said.lines)
        .containsExactly("✓ data added", "✓ on chain", "✓ dropped", "✓ deal active");
    assertThat(said.took)
        .containsExactly(
            Duration.ofSeconds(2),
            Duration.ofSeconds(6),
            Duration.ofSeconds(2),
            Duration.ofMillis(1500));
  }

  @Test
  void tellsWithoutATime_whenItHappenedInAnEarlierRun() {
    deal.tell(event(1, "Added", -5));
    assertThat(deal.next()).isEqualTo(2);
    deal.tell(event(2, "Activated", 0.5));
    assertThat(said.lines)
        .containsExactly(
            "Done before the interruption, and not again:", "    data added", "✓ deal active");
    assertThat(said.took).containsExactly(Duration.ofMillis(500));
  }
}
