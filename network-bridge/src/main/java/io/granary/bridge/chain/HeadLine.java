package io.granary.bridge.chain;

import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.json.HeadEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The line of heads handed on so far, its end kept for a bounded length. It says what a frame means
 * for the line, and changes only by {@link #deliver}. Owned by one thread.
 */
final class HeadLine {
  private final int historyMax;

  /** Handed-on tipsets, each the child of the one before, newest last. */
  private final Deque<TipSet> history = new ArrayDeque<>();

  HeadLine(int historyMax) {
    this.historyMax = historyMax;
  }

  /** What is to be done with a frame. */
  sealed interface Step {
    /** Nothing: the line ends where the frame says. */
    record Unchanged() implements Step {}

    /** The frame continues the line. */
    record Deliver(HeadChange change) implements Step {}

    /**
     * The frame only reverts; the tipset of {@code head} must be fetched to complete the change.
     */
    record FetchHead(List<TipSet> reverted, TipSetKey head) implements Step {}

    /** The frame does not continue the line: the way to {@code target} must be found. */
    record CatchUp(TipSet target) implements Step {}
  }

  /** The head last handed on; empty before the first. */
  Optional<TipSet> last() {
    return Optional.ofNullable(history.peekLast());
  }

  /** Whether the kept part of the line holds {@code key}. */
  boolean contains(TipSetKey key) {
    return history.stream().anyMatch(tipSet -> tipSet.key().equals(key));
  }

  /** What it means that the head is {@code head} now, however it was learned. */
  Step at(TipSet head) {
    return current(head);
  }

  /**
   * What {@code events}, one frame's array, mean.
   *
   * @throws IllegalArgumentException when a frame is empty or mixes its kinds of event wrongly
   */
  Step step(List<HeadEvent> events) {
    if (events.isEmpty()) {
      throw new IllegalArgumentException("a frame without head events");
    }
    if (events.get(0).type() == HeadEvent.Type.CURRENT) {
      if (events.size() != 1) {
        throw new IllegalArgumentException(
            "current stands beside " + (events.size() - 1) + " more");
      }
      return current(events.get(0).tipSet());
    }
    if (last().isEmpty()) {
      throw new IllegalArgumentException("the first frame is not current");
    }
    List<TipSet> reverted = new ArrayList<>();
    List<TipSet> applied = new ArrayList<>();
    for (HeadEvent event : events) {
      if (event.type() == HeadEvent.Type.CURRENT) {
        throw new IllegalArgumentException("current after other events");
      }
      if (event.type() == HeadEvent.Type.REVERT && !applied.isEmpty()) {
        throw new IllegalArgumentException("a revert after an apply");
      }
      (event.type() == HeadEvent.Type.REVERT ? reverted : applied).add(event.tipSet());
    }
    return changed(reverted, applied);
  }

  private Step current(TipSet tipSet) {
    Optional<TipSet> last = last();
    if (last.isEmpty()) {
      return new Step.Deliver(new HeadChange(List.of(), List.of(tipSet), tipSet));
    }
    if (last.get().key().equals(tipSet.key())) {
      return new Step.Unchanged();
    }
    return changed(List.of(), List.of(tipSet));
  }

  private Step changed(List<TipSet> reverted, List<TipSet> applied) {
    TipSetKey end = last().map(TipSet::key).orElse(TipSetKey.HEAD);
    boolean continues = true;
    for (TipSet tipSet : reverted) {
      continues &= tipSet.key().equals(end);
      end = tipSet.parents();
    }
    if (applied.isEmpty()) {
      // A break is repaired once the head is known: the fetched head is then the target.
      return new Step.FetchHead(continues ? reverted : List.of(), end);
    }
    for (TipSet tipSet : applied) {
      continues &= tipSet.parents().equals(end);
      end = tipSet.key();
    }
    TipSet head = applied.get(applied.size() - 1);
    return continues
        ? new Step.Deliver(new HeadChange(reverted, applied, head))
        : new Step.CatchUp(head);
  }

  /** Notes that {@code change} was handed on. */
  void deliver(HeadChange change) {
    for (int i = 0; i < change.reverted().size() && !history.isEmpty(); i++) {
      history.removeLast();
    }
    if (change.applied().isEmpty() && history.isEmpty()) {
      history.add(change.head());
    }
    for (TipSet tipSet : change.applied()) {
      history.add(tipSet);
      if (history.size() > historyMax) {
        history.removeFirst();
      }
    }
  }

  /**
   * The tipsets after {@code ancestor}, newest first: what a change reverts that leaves the line
   * there. Empty when {@code ancestor} is not in the kept part.
   */
  Optional<List<TipSet>> after(TipSetKey ancestor) {
    List<TipSet> reverted = new ArrayList<>();
    for (Iterator<TipSet> i = history.descendingIterator(); i.hasNext(); ) {
      TipSet tipSet = i.next();
      if (tipSet.key().equals(ancestor)) {
        return Optional.of(List.copyOf(reverted));
      }
      reverted.add(tipSet);
      if (tipSet.parents().equals(ancestor)) {
        return Optional.of(List.copyOf(reverted));
      }
    }
    return Optional.empty();
  }
}
