package io.granary.ops.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.port.HistoryEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A page of a history: at most so many events from a sequence number on. Used by one thread at a
 * time.
 *
 * @param <E> the machine's event
 */
final class EventPage<E> {
  /** The query parameters that {@link #of} reads. */
  static final Set<String> PARAMETERS = Set.of("from", "limit");

  /** The longest page; a sector that is sealed without trouble has some thirty events. */
  static final int LIMIT_MAX = 1000;

  private final long from;
  private final long limit;
  private final List<Taken<E>> events = new ArrayList<>();
  private boolean more;

  /** An event, and the name of the state it led to, empty when that is not told. */
  private record Taken<E>(HistoryEntry<E> entry, String state) {}

  EventPage(long from, long limit) {
    this.from = from;
    this.limit = limit;
  }

  /** The page that {@code call} asks for: {@code from} 1 and {@value #LIMIT_MAX} by default. */
  static <E> EventPage<E> of(Call call) {
    return new EventPage<>(
        call.number("from", 1, Long.MAX_VALUE, 1), call.number("limit", 1, LIMIT_MAX, LIMIT_MAX));
  }

  void take(HistoryEntry<E> entry) {
    take(entry, "");
  }

  /** An event that led to the state called {@code state}. */
  void take(HistoryEntry<E> entry, String state) {
    if (entry.sequence() < from) {
      return;
    }
    if (events.size() < limit) {
      events.add(new Taken<>(entry, state));
    } else {
      more = true;
    }
  }

  /** Puts {@code events} into {@code answer}, and {@code next}, the next page's from, if any. */
  void into(ObjectNode answer, Function<HistoryEntry<E>, ObjectNode> form) {
    var array = answer.putArray("events");
    for (Taken<E> taken : events) {
      ObjectNode item = form.apply(taken.entry());
      if (!taken.state().isEmpty()) {
        item.put("state", taken.state());
      }
      array.add(item);
    }
    if (more && !events.isEmpty()) {
      answer.put("next", events.get(events.size() - 1).entry().sequence() + 1);
    }
  }
}
