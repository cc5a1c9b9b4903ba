package io.granary.sharding.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.SettleDealPaymentsReturn.Settlement;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PaymentBook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message after 1,000 unpaid epochs, or 10 after an end; three deals at most. */
class SettlePlanTest {
  private static final long END = 5_000;

  private static SettlePlan plan(boolean freeDeals) {
    return new SettlePlan(new SettleSettings(true, 1_000, 10, 3, 10, freeDeals, 100, 120, 50));
  }

  private static Payable payable(long id, long price, long collateral, long start) {
    return Payable.first(
        new DealId(new UUID(1, id)),
        id,
        TokenAmount.ofAtto(price),
        TokenAmount.ofAtto(collateral),
        new Epoch(start),
        new Epoch(END));
  }

  private static List<Long> next(SettlePlan plan, long now, Payable... payables) {
    Map<DealId, Payable> known = new LinkedHashMap<>();
    for (Payable payable : payables) {
      known.put(payable.deal(), payable);
    }
    return plan.next(new PaymentBook(known, Map.of(), 0), new Epoch(now)).stream()
        .map(Payable::chainDealId)
        .toList();
  }

  @Test
  void isDue_whenTheUnpaidEpochsAreMany() {
    Payable deal = payable(7, 50, 0, 0);
    assertThat(next(plan(false), 0, deal)).isEmpty();
    assertThat(next(plan(false), 999, deal)).isEmpty();
    assertThat(next(plan(false), 1_000, deal)).containsExactly(7L);
  }

  @Test
  void isDueOnceMore_whenItsEndIsPast() {
    Payable deal =
        new Payable(
            new DealId(new UUID(1, 7)),
            7,
            TokenAmount.ofAtto(50),
            TokenAmount.ZERO,
            new Epoch(0),
            new Epoch(END),
            new Epoch(END - 3));
    assertThat(deal.owed(new Epoch(END + 100))).isEqualTo(TokenAmount.ofAtto(150));
    assertThat(next(plan(false), END + 9, deal)).isEmpty();
    assertThat(next(plan(false), END + 10, deal)).containsExactly(7L);
  }

  @Test
  void takesOthersAlong_whenHalfAsMuchIsUnpaid() {
    Payable due = payable(9, 50, 0, 0);
    assertThat(next(plan(false), 1_000, due, payable(3, 50, 0, 500), payable(2, 50, 0, 501)))
        .containsExactly(3L, 9L);
    assertThat(next(plan(false), 1_000, payable(3, 50, 0, 500))).isEmpty();
  }

  @Test
  void takesThoseThatBringMost_whenMoreAreDueThanFit() {
    List<Payable> many = new ArrayList<>();
    for (long id = 0; id < 10; id++) {
      many.add(payable(id, 1 + id % 7, 0, 0));
    }
    assertThat(next(plan(false), 2_000, many.toArray(Payable[]::new))).containsExactly(4L, 5L, 6L);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000, END + 10, 10 * END})
  void leavesFreeDealsAlone_always(long now) {
    Payable free = payable(7, 0, 1_000_000, 0);
    assertThat(plan(false).counts(free)).isFalse();
    assertThat(next(plan(false), now, free)).isEmpty();
    Payable due = payable(8, 50, 0, 0);
    assertThat(next(plan(false), now, free, due)).doesNotContain(7L);
  }

  @Test
  void settlesFreeDealsAtTheirEnd_whenTheirCollateralIsWanted() {
    Payable free = payable(7, 0, 1_000_000, 0);
    assertThat(next(plan(true), END - 1, free)).isEmpty();
    assertThat(next(plan(true), END + 10, free)).containsExactly(7L);
    assertThat(plan(true).counts(payable(7, 0, 0, 0))).isFalse();
  }

  @Test
  void mayCostAShareOfWhatComes_andAllOfTheLast() {
    Payable deal = payable(7, 50, 1_000, 0);
    TokenAmount payment = TokenAmount.ofAtto(70);
    assertThat(plan(false).mayCost(deal, new Settlement(payment, false)))
        .isEqualTo(TokenAmount.ofAtto(7));
    assertThat(plan(false).mayCost(deal, new Settlement(payment, true)))
        .isEqualTo(TokenAmount.ofAtto(1_070));
  }

  @Test
  void settlesNothing_whenTurnedOff() {
    SettlePlan off =
        new SettlePlan(new SettleSettings(false, 1_000, 10, 3, 10, true, 100, 120, 50));
    assertThat(next(off, END + 10, payable(7, 50, 0, 0))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "every-epochs = 0",
        "end-wait-epochs = -1",
        "deals-max = 0",
        "deals-max = 1001",
        "cost-percent = 0",
        "cost-percent = 101",
        "payables-max = 0",
        "useful-epochs = 0",
        "again-epochs = 0"
      })
  void namesTheField_whenASettingIsRefused(String wrong) {
    String key = SettleSettings.PATH + "." + wrong.split(" ", 2)[0];
    assertThatThrownBy(
            () ->
                SettleSettings.from(
                    ConfigFactory.parseString(SettleSettings.PATH + "." + wrong)
                        .withFallback(ConfigFactory.load())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + ": ");
  }
}
