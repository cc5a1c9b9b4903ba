package io.granary.ops.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SectorStoryTest {
  @ParameterizedTest
  @CsvSource({"'', 0", "100, 1", "100 145, 2", "100 190, 1", "100 145 235, 1", "55 145 190, 2"})
  void countsOnlyTheLastPeriodsInARow_whenSomeWereMissed(String starts, int expected) {
    TreeSet<Long> proven = new TreeSet<>();
    List.of(starts.split(" ", -1)).stream()
        .filter(start -> !start.isEmpty())
        .forEach(start -> proven.add(Long.parseLong(start)));
    assertThat(SectorStory.inRow(proven, 45)).isEqualTo(expected);
  }
}
