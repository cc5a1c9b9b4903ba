package io.granary.sharding.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.publish.PublisherEvent;
import io.granary.protocol.publish.PublisherState;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WaitlistTest {
  private static final DealId DEAL = DealFixtures.ID;
  private static final DealId OTHER = new DealId(new UUID(7, 8));
  private static final Epoch NOW = new Epoch(100);

  private final Waitlist waiting = new Waitlist(2);

  @Test
  void isSilent_whenItHasNotAskedFor20Epochs() {
    assertThat(waiting.isSilent(DEAL, NOW)).as("never").isTrue();
    waiting.asked(DEAL, NOW);
    assertThat(waiting.isPassedOver(DEAL, NOW.plus(20))).isFalse();
    assertThat(waiting.isPassedOver(DEAL, NOW.plus(21))).isTrue();
    waiting.keepOnly(deal -> false);
    assertThat(waiting.isSilent(DEAL, NOW)).as("forgotten").isTrue();
  }

  @Test
  void isHeldUntilItsEpoch_withItsReason() {
    waiting.asked(DEAL, NOW);
    waiting.asked(OTHER, NOW);
    waiting.hold(Map.of(DEAL, "no escrow"), NOW.plus(3));
    waiting.explain(Set.of(DEAL, OTHER), "; it is added");
    PublisherState state =
        PublisherState.EMPTY.on(
            new PublisherEvent.DealQueued(
                DealFixtures.stamp(1), DEAL, DealFixtures.signed(DealFixtures.proposal())));
    assertThat(waiting.standing(state, DEAL))
        .isEqualTo(new PublicationStanding.Waiting("no escrow; it is added"));
    assertThat(waiting.standing(PublisherState.EMPTY, DEAL))
        .as("in no queue")
        .isEqualTo(new PublicationStanding.NotKnown());
    assertThat(waiting.held(OTHER)).isEmpty();
    waiting.release(NOW.plus(2));
    assertThat(waiting.isPassedOver(DEAL, NOW)).isTrue();
    waiting.release(NOW.plus(3));
    assertThat(waiting.isPassedOver(DEAL, NOW)).isFalse();
    waiting.hold(Map.of(DEAL, "no escrow"), NOW.plus(99));
    waiting.releaseAll();
    assertThat(waiting.held(DEAL)).isEmpty();
  }

  @Test
  void tellsARefusalOnce_andForgetsTheOldest() {
    waiting.refused(DEAL, "first");
    waiting.refused(OTHER, "second");
    waiting.refused(new DealId(new UUID(7, 9)), "third");
    assertThat(waiting.takeRefusal(DEAL)).isEmpty();
    assertThat(waiting.takeRefusal(OTHER)).contains("second");
    assertThat(waiting.takeRefusal(OTHER)).isEmpty();
  }
}
