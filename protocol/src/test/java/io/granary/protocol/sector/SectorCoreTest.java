package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import org.junit.jupiter.api.Test;

class SectorCoreTest {
  private static final Epoch NOW = new Epoch(1000);
  private static final PieceActivation DEAL = new PieceActivation.MarketDeal(3);
  private static final PieceActivation CLAIM = new PieceActivation.Claim(new ActorId(102), 4);

  private static SectorCore core(SectorOrder.PieceSource... pieces) {
    return SectorCore.of(SectorFixtures.order(pieces), SectorFixtures.stamp(0));
  }

  private static SectorOrder.PieceSource piece(PieceActivation deal, long earliest, long latest) {
    return SectorFixtures.SOURCE.activating(
        deal, new ExpirationBounds(new Epoch(earliest), new Epoch(latest)));
  }

  @Test
  void livesAsUsual_whenNoPieceMinds() {
    assertThat(core(SectorFixtures.SOURCE).lifetime(NOW, 500)).isEqualTo(500);
    assertThat(core(SectorFixtures.SOURCE.activating(DEAL)).lifetime(NOW, 500)).isEqualTo(500);
  }

  @Test
  void livesLonger_whenADealEndsLater() {
    SectorOrder.PieceSource longer =
        SectorFixtures.SOURCE.activating(DEAL, ExpirationBounds.atLeast(new Epoch(1900)));
    assertThat(core(SectorFixtures.SOURCE, longer).lifetime(NOW, 500)).isEqualTo(900);
    assertThat(core(SectorFixtures.SOURCE, longer).lifetime(NOW, 5000)).isEqualTo(5000);
  }

  @Test
  void livesShorter_whenAClaimsTermIsShort() {
    assertThat(core(piece(CLAIM, 1200, 1300)).lifetime(NOW, 500)).isEqualTo(300);
    assertThat(core(piece(CLAIM, 1200, 1300), piece(CLAIM, 1250, 1280)).lifetime(NOW, 500))
        .isEqualTo(280);
  }

  @Test
  void coversTheDeal_whenBoundsExcludeEachOther() {
    assertThat(core(piece(CLAIM, 1200, 1300), piece(DEAL, 1400, 1500)).lifetime(NOW, 500))
        .isEqualTo(400);
  }

  @Test
  void countsVerifiedBytes_whenPiecesClaim() {
    assertThat(core(SectorFixtures.SOURCE, piece(CLAIM, 1, 2)).verifiedBytes())
        .isEqualTo(SectorFixtures.SOURCE.paddedBytes());
  }
}
