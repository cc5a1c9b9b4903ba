package io.granary.sharding.publish;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.ExitCode;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Deals of 120 attoFIL of collateral, and a provider that has none in the market's escrow. */
class PublisherEscrowTest {
  private static final AtomicLong PROVIDERS = new AtomicLong(30_000);
  private static final ActorTestKit KIT = PublishKit.create();
  private static final long DAY = 2_880;

  @AfterAll
  static void stopKit() {
    KIT.shutdownTestKit();
  }

  private static PublishStage stage(long messageMax, long dailyMax) {
    PublishStage stage =
        new PublishStage(
            KIT,
            PROVIDERS.incrementAndGet(),
            new PublishSettings(
                8,
                Duration.ZERO,
                100,
                120,
                5,
                3,
                100,
                2,
                new EscrowSettings(TokenAmount.ofAtto(messageMax), TokenAmount.ofAtto(dailyMax)),
                PublishStage.SETTLE));
    stage.market.free.put(escrow(stage), TokenAmount.ZERO);
    stage.tick();
    return stage;
  }

  private static Address escrow(PublishStage stage) {
    return Address.ofId(stage.provider);
  }

  private static List<MessageIntent> topUps(List<MessageIntent> of) {
    return of.stream().filter(each -> each.message().method() == MarketMethod.ADD_BALANCE).toList();
  }

  private static MessageIntent onlyTopUp(PublishStage stage) {
    stage.awaitAssert(
        () -> {
          stage.tick();
          stage.askAll();
          assertThat(topUps(stage.open())).hasSize(1);
        });
    return topUps(stage.open()).get(0);
  }

  /** Nothing but heads and questions, for longer than anything is held. */
  private static void live(PublishStage stage, int heads) {
    for (int i = 0; i < heads; i++) {
      stage.tick();
      stage.askAll();
      stage.state();
    }
  }

  private static String reason(PublishStage stage, DealId deal) {
    return ((PublicationStanding.Waiting) stage.ask(deal)).reason();
  }

  @Test
  void addsWhatIsLackingOnce_whenDealsWaitForCollateral() {
    PublishStage stage = stage(1_000, 1_000);
    stage.market.free.put(escrow(stage), TokenAmount.ofAtto(20));
    DealId one = stage.add(stage.good());
    MessageIntent topUp = onlyTopUp(stage);
    assertThat(topUp.intentId()).isEqualTo(stage.provider + "/escrow/1");
    assertThat(topUp.purpose()).isEqualTo(MessagePurpose.PUBLISH);
    assertThat(topUp.message().to()).isEqualTo(BuiltinActors.STORAGE_MARKET);
    assertThat(topUp.message().value()).isEqualTo(TokenAmount.ofAtto(100));
    assertThat(BareValue.readAddress(topUp.message().params())).isEqualTo(escrow(stage));
    live(stage, 12);
    stage.awaitAssert(
        () -> assertThat(reason(stage, one)).endsWith("; " + topUp.intentId() + " adds to it"));
    assertThat(stage.submitted()).containsExactly(topUp);

    stage.liveUntil(() -> assertThat(stage.published).containsOnlyKeys(one));
    live(stage, 12);
    assertThat(stage.state().escrow().open()).isEmpty();
    assertThat(topUps(stage.submitted())).containsExactly(topUp);
    assertThat(stage.market.freeOf(escrow(stage))).isEqualTo(TokenAmount.ZERO);
  }

  @Test
  void isTheSameTopUp_whenThePublisherDiesAtAnyMoment() {
    PublishStage stage = stage(1_000, 1_000);
    DealId one = stage.add(stage.good());
    DealId two = stage.add(stage.good());
    Random random = new Random(3);
    stage.liveUntil(
        () -> {
          if (random.nextInt(3) == 0) {
            stage.kill();
          }
        },
        () -> assertThat(stage.published).containsOnlyKeys(one, two));
    live(stage, 12);
    assertThat(stage.changed()).isEmpty();
    assertThat(
            topUps(stage.submitted()).stream()
                .map(each -> each.message().value())
                .reduce(TokenAmount.ZERO, TokenAmount::plus))
        .as("for both, together or one after the other")
        .isEqualTo(TokenAmount.ofAtto(240));
  }

  @Test
  void waits_whenAReorgTakesTheTopUpBack() {
    PublishStage stage = stage(1_000, 1_000);
    DealId one = stage.add(stage.good());
    MessageIntent topUp = onlyTopUp(stage);
    FakeMarket before = stage.market.copy();
    stage.land();
    stage.revert(topUp, before);
    live(stage, 12);
    assertThat(topUps(stage.submitted())).containsExactly(topUp);
    stage.liveUntil(() -> assertThat(stage.published).containsOnlyKeys(one));
    live(stage, 12);
    assertThat(topUps(stage.submitted())).containsExactly(topUp);
  }

  @Test
  void addsNothing_whenNothingMayBeAdded() {
    PublishStage stage = stage(1_000, 0);
    DealId one = stage.add(stage.good());
    live(stage, 12);
    stage.awaitAssert(
        () ->
            assertThat(reason(stage, one))
                .isEqualTo("the provider's escrow has 0 free, its collateral is 120"));
    assertThat(stage.submitted()).isEmpty();
  }

  @Test
  void addsNothing_whenOneMessageMayNotAddEnoughForAnyDeal() {
    PublishStage stage = stage(119, 1_000);
    DealId one = stage.add(stage.good());
    live(stage, 12);
    stage.awaitAssert(
        () ->
            assertThat(reason(stage, one))
                .endsWith(
                    "; granary.deals.publish.escrow.message-max holds back what would be added"));
    assertThat(stage.submitted()).isEmpty();
  }

  @Test
  void addsForAsManyAsMayBe_whenMoreWait() {
    PublishStage stage = stage(130, 1_000);
    DealId one = stage.add(stage.good());
    DealId two = stage.add(stage.good());
    stage.liveUntil(() -> assertThat(stage.published).containsOnlyKeys(one, two));
    assertThat(
            topUps(stage.submitted()).get(0).message().value().compareTo(TokenAmount.ofAtto(130)))
        .isNotPositive();
    assertThat(topUps(stage.submitted())).hasSize(2);
  }

  @Test
  void waitsForTheNextDay_whenTheDaysCeilingIsReached() {
    PublishStage stage = stage(1_000, 200);
    DealId one = stage.add(stage.good());
    stage.liveUntil(() -> assertThat(stage.published).containsOnlyKeys(one));
    stage.liveUntil(() -> assertThat(stage.state().escrow().open()).isEmpty());
    DealId two = stage.add(stage.good());
    stage.liveUntil(
        () ->
            assertThat(reason(stage, two))
                .endsWith(
                    "; granary.deals.publish.escrow.daily-max holds back what would be added"));
    assertThat(topUps(stage.submitted())).hasSize(1);
    stage.tick((stage.state().escrow().day() + 1) * DAY);
    stage.liveUntil(() -> assertThat(stage.published).containsOnlyKeys(one, two));
    assertThat(topUps(stage.submitted())).hasSize(2);
  }

  @Test
  void asksAnewLater_whenNothingWasSent() {
    PublishStage stage = stage(1_000, 120);
    DealId one = stage.add(stage.good());
    MessageIntent first = onlyTopUp(stage);
    stage.giveUp(first, MessageReport.GaveUp.Kind.TOO_MANY);
    live(stage, 2);
    assertThat(stage.open()).containsExactly(first);
    stage.giveUp(first, MessageReport.GaveUp.Kind.REFUSED);
    stage.awaitAssert(() -> assertThat(stage.state().escrow().open()).isEmpty());
    stage.ask(one);
    stage.awaitAssert(
        () -> assertThat(reason(stage, one)).contains("for the last message added nothing"));
    MessageIntent second = onlyTopUp(stage);
    assertThat(second.intentId()).isEqualTo(stage.provider + "/escrow/2");
    stage.liveUntil(() -> assertThat(stage.published).containsOnlyKeys(one));
  }

  @Test
  void countsNothing_whenTheMessageFailedOnChain() {
    PublishStage stage = stage(1_000, 120);
    DealId one = stage.add(stage.good());
    MessageIntent first = onlyTopUp(stage);
    stage.market.exitCode = ExitCode.SYS_OUT_OF_GAS;
    stage.land();
    stage.market.exitCode = 0;
    live(stage, 2);
    assertThat(topUps(stage.submitted())).as("before that lies deep").containsExactly(first);
    stage.liveUntil(() -> assertThat(stage.published).containsOnlyKeys(one));
    assertThat(topUps(stage.submitted())).hasSize(2);
  }
}
