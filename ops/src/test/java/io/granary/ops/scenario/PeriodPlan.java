package io.granary.ops.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.LongStream;

/**
 * A whole proving period and the first deadlines of the next, what is damaged in it and when, all
 * drawn from a seed, and what the chain's rules (chain.md 5.3 and 5.5) make of that. Of a partition
 * at most one sector is damaged, so that every partition has something to prove in every window.
 */
final class PeriodPlan {
  static final int DEADLINES = 48;
  static final int PARTITIONS = 2;
  static final int PARTITION_SECTORS = 2;
  static final int SECTORS = DEADLINES * PARTITIONS * PARTITION_SECTORS;

  /** Windows of the next period that are looked at too, in which recoveries come due. */
  static final int AGAIN = 6;

  /** The window that is open at genesis and the one after it count as proven. */
  private static final int FIRST = 2;

  private static final int LAST = FIRST + DEADLINES + AGAIN - 1;

  private static final int LASTING = 8;
  private static final int SEEN_AGAIN = 2;
  private static final int RECOVERED = 3;
  private static final int PASSING = 4;
  private static final int TOO_LATE = 4;

  /** From damage or a mend to the challenge that follows, so that it is surely done by then. */
  private static final long MARGIN_EPOCHS = 2;

  private static final int LEAD_EPOCHS_MAX = 40;

  private static final List<SectorDamage> DAMAGES = List.of(SectorDamage.values());

  private final long firstDeadline;
  private final long firstOpen;
  private final long windowEpochs;
  private final long lookbackEpochs;
  private final Random random;
  private final List<Fault> faults = new ArrayList<>();
  private final Set<Long> struckPartitions = new HashSet<>();

  /**
   * A window of a deadline, the {@code turn}th from genesis on.
   *
   * @param close the first epoch that is too late
   */
  record Window(int turn, long deadline, long challenge, long open, long close) {}

  /**
   * Damage to one sector.
   *
   * @param at the epoch it is done in
   * @param mendedAt the epoch in which the files are put back
   * @param declared whether the recovery is declared then
   */
  record Fault(long sector, SectorDamage damage, long at, OptionalLong mendedAt, boolean declared) {
    long deadline() {
      return sector / (PARTITIONS * PARTITION_SECTORS);
    }

    long partition() {
      return sector / PARTITION_SECTORS % PARTITIONS;
    }

    private boolean showsIn(Window window) {
      return at <= window.challenge()
          && (mendedAt.isEmpty() || mendedAt.getAsLong() > window.challenge());
    }
  }

  /**
   * What the faults must come to.
   *
   * @param skipped by window's turn and partition, the sectors its proof leaves out
   * @param faulty what the chain holds faulty at the end
   * @param skippedFaults sectors that a proof made faulty
   * @param charged sectors charged at a deadline's end, summed over all ends
   * @param recovered sectors that a proof brought back
   */
  record Outcome(
      Map<String, NavigableSet<Long>> skipped,
      NavigableSet<Long> faulty,
      long skippedFaults,
      long charged,
      long recovered) {
    NavigableSet<Long> skippedIn(Window window, long partition) {
      return skipped.getOrDefault(place(window, partition), Collections.emptyNavigableSet());
    }

    private static String place(Window window, long partition) {
      return window.turn() + "/" + partition;
    }
  }

  /**
   * Draws the faults.
   *
   * @param firstDeadline the deadline that is open at genesis
   * @param firstOpen its opening
   */
  PeriodPlan(
      long seed, long firstDeadline, long firstOpen, long windowEpochs, long lookbackEpochs) {
    this.random = new Random(seed);
    this.firstDeadline = firstDeadline;
    this.firstOpen = firstOpen;
    this.windowEpochs = windowEpochs;
    this.lookbackEpochs = lookbackEpochs;
    draw(SEEN_AGAIN, FIRST, FIRST + AGAIN - 1, (sector, window) -> lasting(sector, window, false));
    draw(RECOVERED, FIRST, FIRST + AGAIN - 1, (sector, window) -> lasting(sector, window, true));
    int last = FIRST + DEADLINES - 1;
    draw(LASTING, FIRST + AGAIN, last, (sector, window) -> lasting(sector, window, false));
    draw(PASSING, FIRST + 1, last, this::passing);
    draw(TOO_LATE, FIRST + AGAIN, last, this::tooLate);
  }

  /** Strikes {@code count} sectors of windows in that range, in partitions that are untouched. */
  private void draw(int count, int least, int most, BiFunction<Long, Window, Fault> kind) {
    int drawn = 0;
    while (drawn < count) {
      Window window = window(least + random.nextInt(most - least + 1));
      long partition = window.deadline() * PARTITIONS + random.nextInt(PARTITIONS);
      if (struckPartitions.add(partition)) {
        long sector = partition * PARTITION_SECTORS + random.nextInt(PARTITION_SECTORS);
        faults.add(kind.apply(sector, window));
        drawn++;
      }
    }
  }

  /**
   * All windows that are looked at, in their order: those of 48 deadlines, then the first again.
   */
  List<Window> windows() {
    List<Window> windows = new ArrayList<>();
    for (int turn = FIRST; turn <= LAST; turn++) {
      windows.add(window(turn));
    }
    return windows;
  }

  List<Fault> faults() {
    return List.copyOf(faults);
  }

  /** The first epoch in which everything is over. */
  long end() {
    return window(LAST).close();
  }

  private Window window(int turn) {
    long open = firstOpen + turn * windowEpochs;
    return new Window(
        turn, (firstDeadline + turn) % DEADLINES, open - lookbackEpochs, open, open + windowEpochs);
  }

  /** Damaged before the window's challenge; mended and declared after its close, or never. */
  private Fault lasting(long sector, Window window, boolean mended) {
    long at = Math.max(0, window.challenge() - MARGIN_EPOCHS - random.nextInt(LEAD_EPOCHS_MAX));
    long mendedAt = window.close() + 1 + random.nextInt(LEAD_EPOCHS_MAX);
    return new Fault(
        sector, damage(), at, mended ? OptionalLong.of(mendedAt) : OptionalLong.empty(), mended);
  }

  /** Damaged, and mended again before anybody asks for the sector. */
  private Fault passing(long sector, Window window) {
    long mendedAt = window.challenge() - MARGIN_EPOCHS;
    long at = Math.max(0, mendedAt - 1 - random.nextInt((int) windowEpochs));
    return new Fault(sector, damage(), at, OptionalLong.of(mendedAt), false);
  }

  /** Damaged when the window has passed: due in the next period, which is not looked at. */
  private Fault tooLate(long sector, Window window) {
    long at = window.close() + random.nextInt((int) windowEpochs);
    return new Fault(sector, damage(), at, OptionalLong.empty(), false);
  }

  private SectorDamage damage() {
    return DAMAGES.get(random.nextInt(DAMAGES.size()));
  }

  /** Follows the chain's rules through all windows. */
  Outcome outcome() {
    Map<String, NavigableSet<Long>> skipped = new TreeMap<>();
    NavigableSet<Long> faulty = new TreeSet<>();
    long skippedFaults = 0;
    long charged = 0;
    long recovered = 0;
    for (Window window : windows()) {
      for (Fault fault : faults) {
        if (fault.deadline() != window.deadline()) {
          continue;
        }
        if (!fault.showsIn(window)) {
          recovered += faulty.remove(fault.sector()) ? 1 : 0;
        } else if (faulty.add(fault.sector())) {
          skippedFaults++;
          skipped
              .computeIfAbsent(Outcome.place(window, fault.partition()), place -> new TreeSet<>())
              .add(fault.sector());
        }
      }
      charged += sectorsOf(window.deadline()).filter(faulty::contains).count();
    }
    return new Outcome(skipped, faulty, skippedFaults, charged, recovered);
  }

  private static LongStream sectorsOf(long deadline) {
    long each = PARTITIONS * PARTITION_SECTORS;
    return LongStream.range(deadline * each, (deadline + 1) * each);
  }
}
