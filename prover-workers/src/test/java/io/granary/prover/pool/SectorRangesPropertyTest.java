package io.granary.prover.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SectorRangesPropertyTest {
  private static final int NUMBERS = 40;

  private static SectorRun run(int first, int count) {
    return new SectorRun(new ActorId(1), first, count);
  }

  /** Each step adds or removes a run; a plain set of numbers says what must come out. */
  @Property
  void agreesWithAPlainSet_whateverIsAddedAndRemoved(
      @ForAll @Size(max = 30) List<@IntRange(min = 0, max = NUMBERS * 10 - 1) Integer> steps) {
    SectorRanges ranges = new SectorRanges();
    Set<Long> plain = new TreeSet<>();
    for (int step : steps) {
      int first = step % NUMBERS;
      int count = 1 + step / NUMBERS % 5;
      boolean add = step / NUMBERS < 5;
      if (add) {
        ranges.add(run(first, count));
      } else {
        ranges.remove(run(first, count));
      }
      for (long number = first; number < first + count; number++) {
        if (add) {
          plain.add(number);
        } else {
          plain.remove(number);
        }
      }
    }
    for (long number = 0; number < NUMBERS + 6; number++) {
      assertThat(ranges.contains(SectorId.of(1, number))).isEqualTo(plain.contains(number));
      assertThat(ranges.contains(SectorId.of(2, number))).isFalse();
    }
  }

  @Property
  void runsHoldExactlyTheSectors_andNeverTouch(
      @ForAll @Size(max = 20) Set<@IntRange(min = 0, max = NUMBERS) Integer> numbers) {
    SortedSet<SectorId> sectors =
        numbers.stream()
            .map(n -> SectorId.of(1 + n % 2, n))
            .collect(Collectors.toCollection(TreeSet::new));
    List<SectorRun> runs = SectorRun.of(sectors);
    SectorRanges ranges = new SectorRanges();
    runs.forEach(ranges::add);
    for (long number = 0; number <= NUMBERS; number++) {
      for (long miner = 1; miner <= 2; miner++) {
        SectorId sector = SectorId.of(miner, number);
        assertThat(ranges.contains(sector)).isEqualTo(sectors.contains(sector));
      }
    }
    for (int i = 1; i < runs.size(); i++) {
      SectorRun before = runs.get(i - 1);
      SectorRun after = runs.get(i);
      assertThat(!before.miner().equals(after.miner()) || before.end() < after.first()).isTrue();
    }
  }
}
