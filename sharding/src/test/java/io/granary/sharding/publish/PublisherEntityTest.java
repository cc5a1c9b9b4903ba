package io.granary.sharding.publish;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.ExitCode;
import io.granary.protocol.actor.PublishStorageDealsParams;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Publication;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.publish.WaitingDeal;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PublisherEntityTest {
  private static final AtomicLong PROVIDERS = new AtomicLong(10_000);
  private static final ActorTestKit KIT = PublishKit.create();

  private final PublishStage stage = stage(PublishStage.SETTINGS);

  private static PublishStage stage(PublishSettings settings) {
    PublishStage stage = new PublishStage(KIT, PROVIDERS.incrementAndGet(), settings);
    stage.tick();
    return stage;
  }

  @AfterAll
  static void stopKit() {
    KIT.shutdownTestKit();
  }

  private MessageIntent onlyOpen(PublishStage of) {
    of.awaitAssert(() -> assertThat(of.open()).hasSize(1));
    return of.open().get(0);
  }

  private static int dealsOf(MessageIntent intent) {
    return PublishStorageDealsParams.fromCbor(intent.message().params()).deals().size();
  }

  /** Two deals in one message. */
  private MessageIntent twoInOne() {
    return twoInOne(stage.add(stage.good()));
  }

  private MessageIntent twoInOne(DealId one) {
    PublishStage calm = stage;
    DealId two = calm.add(calm.good());
    calm.market.exitCode = ExitCode.SYS_OUT_OF_GAS;
    calm.ask(one);
    calm.ask(two);
    calm.awaitAssert(() -> assertThat(calm.calls()).isPositive());
    calm.market.exitCode = 0;
    calm.awaitAssert(
        () -> {
          calm.tick();
          assertThat(calm.open()).hasSize(1);
        });
    return onlyOpen(calm);
  }

  @Test
  void publishesInOneMessage_whenTwoDealsWait() {
    MessageIntent intent = twoInOne();
    assertThat(intent.purpose()).isEqualTo(MessagePurpose.PUBLISH);
    assertThat(intent.intentId()).isEqualTo(stage.provider + "/publish/1");
    assertThat(dealsOf(intent)).isEqualTo(2);

    stage.land();
    stage.awaitAssert(
        () -> {
          stage.askAll();
          assertThat(stage.published).hasSize(2);
        });
    assertThat(stage.published.values().stream().map(Publication::chainDealId))
        .containsExactly(10L, 11L);
    DealId deal = stage.deals.keySet().iterator().next();
    assertThat(((PublicationStanding.Landed) stage.ask(deal)).firm()).isFalse();
    stage.liveUntil(() -> assertThat(stage.state().batches()).isEmpty());
    assertThat(stage.landed()).hasSize(1);
  }

  @Test
  void waitsForMore_whenFewWaitAndNotForLong() {
    PublishStage patient =
        stage(
            new PublishSettings(
                2,
                Duration.ofHours(1),
                100,
                120,
                5,
                3,
                100,
                2,
                EscrowSettings.OFF,
                PublishStage.SETTLE));
    DealId one = patient.add(patient.good());
    assertThat(patient.ask(one)).isEqualTo(new PublicationStanding.Waiting(""));
    patient.tick();
    assertThat(patient.state().publishing()).isFalse();
    assertThat(patient.calls()).isZero();
    patient.ask(patient.add(patient.good()));
    assertThat(dealsOf(onlyOpen(patient))).isEqualTo(2);
  }

  @Test
  void letsOnlyTheGoodOneGo_whenAnotherStartsTooSoonOrIsPoor() {
    DealId soon =
        stage.add(stage.proposal(DealFixtures.CLIENT.address(), DealFixtures.HEAD + 50, 120));
    DealId poor =
        stage.add(stage.proposal(PublishStage.POOR.address(), DealFixtures.HEAD + 5_760, 120));
    DealId good = stage.add(stage.good());
    stage.liveUntil(
        () -> {
          assertThat(stage.published).containsOnlyKeys(good);
          assertThat(stage.refused.get(soon)).contains("less than 100 epochs");
          assertThat(((PublicationStanding.Waiting) stage.ask(poor)).reason())
              .contains("client available funds in escrow");
        });
    stage.market.free.putAll(Map.of(PublishStage.POOR.address(), TokenAmount.ofFil(1)));
    stage.liveUntil(() -> assertThat(stage.published).containsOnlyKeys(good, poor));
  }

  @Test
  void refuses_whenNoSectorTakesThePiece() {
    DealProposal like = stage.good();
    DealId large =
        stage.add(
            new DealProposal(
                like.piece(),
                4096,
                false,
                like.client(),
                like.provider(),
                like.label(),
                like.startEpoch(),
                like.endEpoch(),
                like.pricePerEpoch(),
                like.providerCollateral(),
                like.clientCollateral()));
    stage.liveUntil(
        () ->
            assertThat(stage.refused.get(large))
                .isEqualTo(
                    "no sector takes a piece of 4096 padded bytes: the provider's have 2048"));
    assertThat(stage.landed()).isEmpty();
  }

  @Test
  void explains_whenTheMarketDropsWhatWasGood() {
    DealId deal = stage.add(stage.good());
    stage.ask(deal);
    stage.add(stage.good());
    MessageIntent first = onlyOpen(stage);
    assertThat(dealsOf(first)).isEqualTo(1);
    stage.ask(deal);
    stage.market.free.put(DealFixtures.CLIENT.address(), TokenAmount.ZERO);
    stage.land();
    stage.awaitAssert(
        () -> {
          stage.tick();
          assertThat(stage.refused.containsKey(deal) || refusedNow(deal)).isTrue();
        });
    assertThat(stage.landed()).hasSize(1);
    assertThat(stage.landed().get(0).receipt().exitCode()).isEqualTo(ExitCode.ILLEGAL_ARGUMENT);
    assertThat(stage.refused.get(deal)).contains("exit code 16");
  }

  @Test
  void waitsWithTheReason_whenTheMarketLeavesItOut() {
    DealId poor =
        stage.add(stage.proposal(PublishStage.POOR.address(), DealFixtures.HEAD + 5_760, 120));
    stage.market.free.put(PublishStage.POOR.address(), TokenAmount.ofFil(1));
    MessageIntent intent = twoInOne(poor);
    stage.market.free.put(PublishStage.POOR.address(), TokenAmount.ZERO);
    stage.land();
    DealId good = List.copyOf(stage.deals.keySet()).get(1);
    stage.awaitAssert(
        () -> assertThat(stage.ask(good)).isInstanceOf(PublicationStanding.Landed.class));
    assertThat(stage.ask(poor)).isEqualTo(new PublicationStanding.UnderWay(intent.intentId()));
    stage.awaitAssert(
        () -> {
          stage.tick();
          assertThat(stage.ask(poor)).isInstanceOf(PublicationStanding.Waiting.class);
          assertThat(waiting(poor).reason()).contains("the market left it out");
        });
    assertThat(waiting(poor).drops()).isEqualTo(1);
    assertThat(stage.landed()).hasSize(1);
  }

  private WaitingDeal waiting(DealId deal) {
    return Objects.requireNonNull(stage.state().queue().get(deal));
  }

  private boolean refusedNow(DealId deal) {
    return stage.ask(deal) instanceof PublicationStanding.Refused;
  }

  @Test
  void isUnderWayAgain_whenAReorgTakesItBack() {
    MessageIntent intent = twoInOne();
    FakeMarket before = stage.market.copy();
    stage.land();
    DealId deal = stage.deals.keySet().iterator().next();
    stage.awaitAssert(
        () -> assertThat(stage.ask(deal)).isInstanceOf(PublicationStanding.Landed.class));
    stage.revert(intent, before);
    stage.awaitAssert(
        () ->
            assertThat(stage.ask(deal))
                .isEqualTo(new PublicationStanding.UnderWay(intent.intentId())));
    stage.market.nextId.set(77);
    stage.liveUntil(() -> assertThat(stage.published).hasSize(2));
    assertThat(stage.published.values().stream().map(Publication::chainDealId))
        .containsExactly(77L, 78L);
    assertThat(stage.landed()).hasSize(1);
  }

  @Test
  void goesAgain_whenTheSenderGaveUp() {
    MessageIntent intent = twoInOne();
    stage.giveUp(intent, MessageReport.GaveUp.Kind.EXPIRED);
    stage.awaitAssert(
        () -> {
          stage.tick();
          stage.askAll();
          assertThat(stage.open()).hasSize(1);
          assertThat(stage.open().get(0).intentId()).isEqualTo(stage.provider + "/publish/2");
        });
    assertThat(dealsOf(stage.open().get(0))).isEqualTo(2);
  }

  @Test
  void sendsTheSameMessage_whenTheSenderHasTooMany() {
    MessageIntent intent = twoInOne();
    stage.giveUp(intent, MessageReport.GaveUp.Kind.TOO_MANY);
    stage.awaitAssert(
        () -> {
          stage.tick();
          assertThat(stage.open()).isEqualTo(List.of(intent));
        });
  }

  @Test
  void namesTheCulprit_whenABatchWouldFailAltogether() {
    for (int i = 0; i < 5; i++) {
      DealId deal = stage.add(stage.good());
      if (i == 2) {
        stage.market.poison.add(Objects.requireNonNull(stage.deals.get(deal)).proposal().cid());
      }
    }
    stage.liveUntil(
        () -> {
          assertThat(stage.published).hasSize(4);
          assertThat(stage.refused).hasSize(1);
        });
    assertThat(stage.landed()).allMatch(report -> report.receipt().succeeded());
    assertThat(stage.refused.values()).allMatch(why -> why.contains("exit code 20"));
  }

  @Test
  void cutsTheBatchInTwo_whenItFailsOnChain() {
    MessageIntent intent = twoInOne();
    DealId bad = stage.deals.keySet().iterator().next();
    stage.market.poison.add(Objects.requireNonNull(stage.deals.get(bad)).proposal().cid());
    stage.land();
    assertThat(stage.landed().get(0).intentId()).isEqualTo(intent.intentId());
    stage.liveUntil(
        () -> {
          assertThat(stage.published).hasSize(1);
          assertThat(stage.refused).containsOnlyKeys(bad);
        });
  }

  @Test
  void isPassedOver_whenItHasCeasedToAsk() {
    PublishStage patient =
        stage(
            new PublishSettings(
                2,
                Duration.ofHours(1),
                100,
                120,
                5,
                3,
                100,
                2,
                EscrowSettings.OFF,
                PublishStage.SETTLE));
    DealId silent = patient.add(patient.good());
    patient.ask(silent);
    patient.tick(DealFixtures.HEAD + 30);
    DealId second = patient.add(patient.good());
    DealId third = patient.add(patient.good());
    patient.ask(second);
    assertThat(patient.calls()).isZero();
    patient.ask(third);
    MessageIntent intent = onlyOpen(patient);
    assertThat(dealsOf(intent)).isEqualTo(2);
    assertThat(patient.state().queue()).containsOnlyKeys(silent);
    patient.tick(DealFixtures.HEAD + 5_761);
    patient.awaitAssert(() -> assertThat(patient.state().queue()).isEmpty());
  }

  @Test
  void refusesTheSecond_whenTwoDealsHaveOneProposal() {
    DealId first = stage.add(stage.good());
    DealId second = stage.add(Objects.requireNonNull(stage.deals.get(first)));
    stage.liveUntil(
        () -> {
          assertThat(stage.published).containsOnlyKeys(first);
          assertThat(stage.refused).containsOnlyKeys(second);
        });
  }

  private static String reason(PublishStage of, DealId deal) {
    return of.overview().deals().stream()
        .filter(waiting -> waiting.deal().equals(deal))
        .map(PublisherReply.Waiting::reason)
        .findFirst()
        .orElse("does not wait");
  }

  @Test
  void tellsOperatorsWhatWaitsAndWhy() {
    PublishStage patient =
        stage(
            new PublishSettings(
                2,
                Duration.ofHours(1),
                100,
                120,
                5,
                3,
                100,
                2,
                EscrowSettings.OFF,
                PublishStage.SETTLE));
    DealId one = patient.add(patient.good());
    patient.ask(one);
    assertThat(reason(patient, one)).startsWith("waits for others until 20");
    patient.tick(DealFixtures.HEAD + 30);
    assertThat(reason(patient, one)).isEqualTo("its deal has ceased to ask");
    DealId poor =
        patient.add(patient.proposal(PublishStage.POOR.address(), DealFixtures.HEAD + 5_760, 120));
    patient.ask(one);
    patient.ask(poor);
    MessageIntent intent = onlyOpen(patient);
    DealId next = patient.add(patient.good());
    patient.ask(next);

    PublisherReply.Overview told = patient.overview();
    assertThat(told.waiting()).isEqualTo(2);
    assertThat(told.pause()).isEmpty();
    assertThat(reason(patient, poor)).contains("client available funds in escrow");
    assertThat(told.deals().get(0).heldUntil()).isPresent();
    assertThat(reason(patient, next)).isEqualTo("another message is under way");
    assertThat(told.batches())
        .containsExactly(
            new PublisherReply.Batch(
                intent.intentId(), List.of(one), Optional.empty(), /* settled= */ false));
    patient.land();
    patient.awaitAssert(
        () ->
            assertThat(patient.overview().batches().get(0).landing())
                .hasValueSatisfying(landing -> assertThat(landing.published()).isEqualTo(1)));
  }

  @Test
  void tellsOperatorsThatItPauses_whenNoDealIsToBlame() {
    stage.market.exitCode = ExitCode.SYS_OUT_OF_GAS;
    DealId deal = stage.add(stage.good());
    stage.ask(deal);
    stage.awaitAssert(
        () ->
            assertThat(stage.overview().pause())
                .hasValueSatisfying(
                    pause -> assertThat(pause.reason()).contains("exit code 7 simulated")));
    assertThat(stage.overview().waiting()).isEqualTo(1);
  }
}
