package io.granary.bridge.chain;

import io.granary.protocol.chain.TipSet;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What was seen of one chain node. Any thread may call it. */
final class NodeHealth {
  /** The answer time stands for the last so many answers. */
  private final long[] millis;

  private long answers;
  private long failures;
  private int failuresInARow;
  private int silentPolls;
  private boolean refused;
  private @Nullable String lastError;
  private @Nullable TipSet head;

  /** Rounds in a row in which the head was lighter than the best and not on our line. */
  private int roundsForked;

  NodeHealth(int answerTimesKept) {
    millis = new long[answerTimesKept];
  }

  /** The node answered, be it with a refusal of its handler. */
  synchronized void answered(Duration time) {
    millis[(int) (answers % millis.length)] = time.toMillis();
    answers++;
    failuresInARow = 0;
    silentPolls = 0;
    refused = false;
  }

  /** No answer came, or none that can be read. */
  synchronized void failed(String why) {
    failures++;
    failuresInARow++;
    lastError = why;
  }

  /** The node does not take our token. */
  synchronized void refused(String why) {
    failed(why);
    refused = true;
  }

  /** A poll brought no answer. */
  synchronized void pollFailed() {
    silentPolls++;
  }

  synchronized void head(TipSet tipSet) {
    head = tipSet;
  }

  /** Says whether the head stands on a lighter branch in this round of polls. */
  synchronized void forked(boolean thisRound) {
    roundsForked = thisRound ? roundsForked + 1 : 0;
  }

  synchronized Optional<TipSet> head() {
    return Optional.ofNullable(head);
  }

  /** Whether the last thing asked brought an answer; true before the first. */
  synchronized boolean reachable() {
    return failuresInARow == 0;
  }

  synchronized boolean tokenRefused() {
    return refused;
  }

  synchronized int silentPolls() {
    return silentPolls;
  }

  synchronized int roundsForked() {
    return roundsForked;
  }

  synchronized long answers() {
    return answers;
  }

  synchronized long failures() {
    return failures;
  }

  synchronized Optional<String> lastError() {
    return Optional.ofNullable(lastError);
  }

  /** The time that {@code percent} of 100 of the last answers kept within; empty before any. */
  synchronized OptionalLong percentileMillis(int percent) {
    int count = (int) Math.min(answers, millis.length);
    if (count == 0) {
      return OptionalLong.empty();
    }
    long[] sorted = Arrays.copyOf(millis, count);
    Arrays.sort(sorted);
    return OptionalLong.of(sorted[Math.min(count - 1, count * percent / 100)]);
  }
}
