package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.NetworkPolicy;
import org.junit.jupiter.api.Test;

class SectorJobsTest {
  private static final NetworkPolicy NETWORK = NetworkPolicy.MAINNET;
  private static final Epoch NOW = new Epoch(1_000);

  /** From the precommit to the seed, and the node's confidence in it. */
  private static final long TO_SEED = 156;

  private static Epoch lastUseful(SectorOrder order) {
    SectorState state =
        new Empty().on(new SectorEvent.SectorCreated(SectorFixtures.stamp(1), order));
    return SectorJobs.lastUseful((SectorState.AtWork) state, NOW, NETWORK);
  }

  private static SectorOrder.PieceSource starting(long epoch) {
    return SectorFixtures.SOURCE.starting(new Epoch(epoch));
  }

  @Test
  void fillingIsUrgentByTheFirstStart_whenDealsAreInTheSector() {
    assertThat(lastUseful(SectorFixtures.order(starting(3_000), starting(2_000))))
        .isEqualTo(new Epoch(2_000 - TO_SEED));
    assertThat(lastUseful(SectorFixtures.order(SectorFixtures.SOURCE, starting(3_000))))
        .isEqualTo(new Epoch(3_000 - TO_SEED));
  }

  @Test
  void isUrgentNow_whenTheStartIsTooNear() {
    assertThat(lastUseful(SectorFixtures.order(starting(1_100)))).isEqualTo(NOW);
  }

  @Test
  void startHurriesNobody_whenItIsPastOrFar() {
    Epoch usual = lastUseful(SectorFixtures.order(SectorFixtures.SOURCE));
    assertThat(lastUseful(SectorFixtures.order(starting(999)))).isEqualTo(usual);
    assertThat(lastUseful(SectorFixtures.order(starting(1_000_000)))).isEqualTo(usual);
  }
}
