package io.granary.ops.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Tells the stages of one journal as its events end them, each once. Used by one thread. */
final class ToldEvents {
  private final Narrator narrator;
  private final StageClock clock;
  private final Map<String, String> done;
  private final Function<JsonNode, String> detail;

  /** The last event that was told. */
  private long told;

  /**
   * @param done the events that end a stage, and what is told of each
   * @param detail what is said beside it
   */
  ToldEvents(
      Narrator narrator,
      StageClock clock,
      Map<String, String> done,
      Function<JsonNode, String> detail) {
    this.narrator = narrator;
    this.clock = clock;
    this.done = done;
    this.detail = detail;
  }

  /** The sequence number of the next event that is not told yet, from 1. */
  long next() {
    return told + 1;
  }

  /** Tells the stages that ended with one of {@code events}, which follow those told. */
  void tell(JsonNode events) {
    List<String> earlier = new ArrayList<>();
    for (JsonNode event : events) {
      Instant time = Instant.parse(event.path("time").asText());
      String stage = done.get(event.path("event").asText());
      if (clock.isBefore(time)) {
        if (stage != null) {
          earlier.add(stage);
        }
      } else if (stage != null) {
        narrator.done(stage, clock.end(time), detail.apply(event));
      } else if (told == 0) {
        clock.mark(time);
      }
      told = event.path("sequence").asLong();
    }
    if (!earlier.isEmpty()) {
      narrator.say("Done before the interruption, and not again:");
      earlier.forEach(stage -> narrator.say("    " + stage));
    }
  }
}
