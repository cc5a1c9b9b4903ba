package io.granary.sharding.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.ExitCode;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A publisher that has running deals paid, of which a message costs 150 attoFIL each. */
class PublisherPaymentsTest {
  private static final AtomicLong PROVIDERS = new AtomicLong(40_000);
  private static final ActorTestKit KIT = PublishKit.create();
  private static final long START = DealFixtures.HEAD;
  private static final long END = START + 518_400;

  private PublishStage stage = new PublishStage(KIT, 40_000, PublishStage.SETTINGS);

  @AfterAll
  static void stopKit() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void begin() {
    stage = new PublishStage(KIT, PROVIDERS.incrementAndGet(), PublishStage.SETTINGS);
    stage.tick();
  }

  private Payable payable(long id, long price) {
    return Payable.first(
        new DealId(new UUID(stage.provider.value(), id)),
        id,
        TokenAmount.ofAtto(price),
        TokenAmount.ofAtto(120),
        new Epoch(START),
        new Epoch(END));
  }

  /** An active deal of the market, which its entity tells of. */
  private Payable running(long id, long price) {
    Payable payable = payable(id, price);
    stage.market.running.put(id, payable);
    stage.register(payable);
    return payable;
  }

  private MessageIntent only() {
    stage.awaitAssert(() -> assertThat(stage.open()).hasSize(1));
    return stage.open().get(0);
  }

  private static List<Long> deals(MessageIntent intent) {
    return BareValue.readBitField(intent.message().params()).toList(1_000);
  }

  /** Nothing but heads, {@code every} epochs apart. */
  private void live(int heads, long from) {
    for (int i = 0; i < heads; i++) {
      stage.tick(from + i);
      stage.state();
    }
  }

  private void settled(long from) {
    AtomicLong epoch = new AtomicLong(from);
    stage.awaitAssert(
        () -> {
          stage.tick(epoch.incrementAndGet());
          assertThat(stage.state().payments().batches()).isEmpty();
        });
  }

  @Test
  void paysInOneMessageOnce_andTellsTheDeals() {
    Payable one = running(7, 50);
    Payable other = running(0, 3);
    stage.register(one);
    stage.tick(START + 999);
    stage.state();
    assertThat(stage.calls()).isZero();

    stage.tick(START + 1_000);
    MessageIntent intent = only();
    assertThat(intent.intentId()).isEqualTo(stage.provider + "/settle/1");
    assertThat(intent.purpose()).isEqualTo(MessagePurpose.SETTLE);
    assertThat(intent.message().to()).isEqualTo(BuiltinActors.STORAGE_MARKET);
    assertThat(intent.message().method()).isEqualTo(MarketMethod.SETTLE_DEAL_PAYMENTS);
    assertThat(deals(intent)).containsExactly(0L, 7L);
    live(12, START + 1_001);
    assertThat(stage.submitted()).containsExactly(intent);

    stage.land();
    settled(START + 1_013);
    assertThat(stage.paymentsOf(one.deal()))
        .extracting(DealPayment::amount, DealPayment::epoch, DealPayment::completed)
        .containsExactly(tuple(TokenAmount.ofAtto(50 * 1_012), new Epoch(START + 1_012), false));
    assertThat(stage.paymentsOf(other.deal())).hasSize(1);
    assertThat(stage.state().payments().payables().values())
        .extracting(Payable::paidUntil)
        .containsOnly(new Epoch(START + 1_012));
    live(12, START + 1_900);
    assertThat(stage.submitted()).containsExactly(intent);
    stage.tick(START + 2_012);
    assertThat(deals(only())).containsExactly(0L, 7L);
  }

  @Test
  void isPaidTheRestAndForgotten_whenItsEndIsPast() {
    Payable deal = running(7, 50);
    stage.tick(END + 10);
    MessageIntent unused = only();
    stage.land();
    settled(END + 11);
    assertThat(stage.paymentsOf(deal.deal()))
        .extracting(DealPayment::amount, DealPayment::completed)
        .containsExactly(tuple(TokenAmount.ofAtto(50 * 518_400L), true));
    assertThat(stage.state().payments().payables()).isEmpty();
    stage.tick(END + 100_000);
    stage.state();
    assertThat(stage.submitted()).hasSize(1);
  }

  @Test
  void costsNoMessage_whenDealsAreFree() {
    Payable unused = running(7, 0);
    live(3, END + 10);
    assertThat(stage.state().payments().payables()).isEmpty();
    assertThat(stage.calls()).isZero();
  }

  /** Ten per cent of what comes may go: of 1 attoFIL an epoch that takes 1,500 epochs. */
  @Test
  void waitsUntilMoreIsOwed_whenItIsNotWorthItsCost() {
    Payable unused = running(7, 1);
    stage.tick(START + 1_000);
    stage.awaitAssert(() -> assertThat(stage.calls()).isEqualTo(1));
    live(40, START + 1_001);
    assertThat(stage.calls()).as("looked at again later").isEqualTo(1);
    stage.tick(START + 1_499);
    stage.awaitAssert(() -> assertThat(stage.calls()).isEqualTo(2));
    stage.tick(START + 1_499);
    stage.state();
    assertThat(stage.submitted()).isEmpty();
    stage.tick(START + 1_549);
    assertThat(deals(only())).containsExactly(7L);
  }

  @Test
  void leavesOutWhatIsNotWorthItsPart_andSendsTheRest() {
    Payable unused = running(7, 50);
    stage.market.running.put(8L, cheap());
    stage.register(cheap());
    stage.tick(START + 1_000);
    assertThat(deals(only())).containsExactly(7L);
    assertThat(stage.state().payments().payables()).hasSize(2);
  }

  /** 1 attoFIL an epoch, half of the others' epochs: 50 of the 150 that its part costs. */
  private Payable cheap() {
    return Payable.first(
        new DealId(new UUID(stage.provider.value(), 8)),
        8,
        TokenAmount.ofAtto(1),
        TokenAmount.ZERO,
        new Epoch(START + 500),
        new Epoch(END));
  }

  @Test
  void putsNoMoreThanFitIntoOneMessage_andGoesOnWithTheOthers() {
    for (long id = 0; id < 5; id++) {
      Payable unused = running(id, 50 + id);
    }
    stage.tick(START + 1_000);
    assertThat(stage.state().payments().payables()).as("payables-max").hasSize(4);
    MessageIntent first = only();
    assertThat(deals(first)).containsExactly(1L, 2L, 3L);
    stage.land();
    live(6, START + 1_001);
    stage.awaitAssert(() -> assertThat(stage.submitted()).hasSize(2));
    assertThat(deals(stage.submitted().get(1))).containsExactly(0L);
  }

  @Test
  void leavesOutWhatTheMarketKeepsNoMore_andForgetsItWhenThatIsFirm() {
    Payable terminated = running(7, 50);
    Payable other = running(9, 50);
    stage.market.running.remove(7L);
    stage.tick(START + 1_000);
    assertThat(deals(only())).containsExactly(9L);
    assertThat(stage.state().payments().payables()).containsKey(terminated.deal());
    stage.land();
    settled(START + 1_001);
    AtomicLong epoch = new AtomicLong(START + 1_100);
    stage.awaitAssert(
        () -> {
          stage.tick(epoch.incrementAndGet());
          assertThat(stage.state().payments().payables()).containsOnlyKeys(other.deal());
        });
    assertThat(stage.submitted()).hasSize(1);
    assertThat(terminated.gone(ExitCode.DEAL_EXPIRED, new Epoch(START + 1_000)))
        .contains("terminated");
  }

  @Test
  void forgetsADealThatTheMessageFoundGone_andKeepsTheOthers() {
    Payable terminated = running(7, 50);
    Payable other = running(9, 50);
    stage.tick(START + 1_000);
    assertThat(deals(only())).containsExactly(7L, 9L);
    stage.market.running.remove(7L);
    stage.land();
    settled(START + 1_001);
    assertThat(stage.state().payments().payables()).containsOnlyKeys(other.deal());
    assertThat(stage.paymentsOf(terminated.deal())).isEmpty();
    assertThat(stage.paymentsOf(other.deal())).hasSize(1);
  }

  @Test
  void isTheSameMessage_whenThePublisherDiesAtAnyMoment() {
    for (int seed = 0; seed < 5; seed++) {
      begin();
      Random random = new Random(seed);
      Payable deal = running(7, 50);
      AtomicLong epoch = new AtomicLong(START + 1_000);
      stage.awaitAssert(
          () -> {
            stage.tick(epoch.incrementAndGet());
            dies(random);
            stage.register(deal);
            stage.state();
            if (random.nextBoolean()) {
              stage.land();
            }
            dies(random);
            stage.tick(epoch.get());
            assertThat(stage.landed()).hasSize(1);
            assertThat(stage.state().payments().batches()).isEmpty();
          });
      assertThat(stage.submitted()).as("seed " + seed).hasSize(1);
      assertThat(stage.changed()).isEmpty();
      assertThat(stage.paymentsOf(deal.deal())).hasSize(1);
    }
  }

  private void dies(Random random) {
    if (random.nextInt(4) == 0) {
      stage.kill();
    }
  }

  @Test
  void countsWhatLandsAgain_whenAReorgTakesTheMessageBack() {
    Payable deal = running(7, 50);
    stage.tick(START + 1_000);
    MessageIntent intent = only();
    FakeMarket before = stage.market.copy();
    stage.land();
    stage.awaitAssert(
        () -> assertThat(stage.state().payments().open().orElseThrow().outcome()).isPresent());
    stage.revert(intent, before);
    stage.awaitAssert(
        () -> assertThat(stage.state().payments().open().orElseThrow().outcome()).isEmpty());
    live(10, START + 1_001);
    assertThat(stage.paymentsOf(deal.deal())).isEmpty();
    stage.land();
    settled(START + 1_011);
    assertThat(stage.submitted()).containsExactly(intent);
    assertThat(stage.paymentsOf(deal.deal()))
        .extracting(DealPayment::epoch)
        .containsExactly(new Epoch(START + 1_010));
  }

  @Test
  void asksAnewLater_whenTheMessageWasNotSentOrFailed() {
    Payable deal = running(7, 50);
    stage.tick(START + 1_000);
    stage.giveUp(only(), MessageReport.GaveUp.Kind.TOO_MANY);
    stage.tick(START + 1_001);
    stage.giveUp(only(), MessageReport.GaveUp.Kind.EXPIRED);
    stage.awaitAssert(() -> assertThat(stage.state().payments().batches()).isEmpty());
    live(10, START + 1_002);
    assertThat(stage.open()).isEmpty();
    stage.tick(START + 1_060);
    MessageIntent second = only();
    assertThat(second.intentId()).endsWith("/settle/2");
    stage.market.exitCode = ExitCode.SYS_OUT_OF_GAS;
    stage.land();
    stage.market.exitCode = 0;
    settled(START + 1_061);
    assertThat(stage.paymentsOf(deal.deal())).isEmpty();
    assertThat(stage.state().payments().payables()).containsKey(deal.deal());
    stage.tick(START + 1_200);
    assertThat(only().intentId()).endsWith("/settle/3");
  }
}
