package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import org.junit.jupiter.api.Test;

class SectorHistoryTest {
  private final SectorStory story = new SectorStory().toProving();
  private final SectorHistory history = SectorHistory.replay(story.events());

  @Test
  void isTheFirstState_whenAskedBeforeTheFirstEvent() {
    assertThat(history.at(new Epoch(0))).isEqualTo(new SectorHistory.Point(0, new Empty()));
  }

  @Test
  void isTheLiveState_whenAskedForTheEnd() {
    assertThat(history.end())
        .isEqualTo(new SectorHistory.Point(story.events().size(), story.state()));
  }

  @Test
  void includesTheEventsOfTheEpoch_whenAskedForAnEpoch() {
    SectorHistory.Point point = history.at(new Epoch(1021));
    assertThat(point.state()).isInstanceOf(WaitSeed.class);
    assertThat(story.events().get((int) point.sequence() - 1))
        .isInstanceOf(SectorEvent.PreCommitSeen.class);
  }

  @Test
  void agrees_whenAskedByTimeAndByEpoch() {
    Stamp at = SectorFixtures.stamp(25);
    assertThat(history.at(at.time())).isEqualTo(history.at(at.epoch()));
  }
}
