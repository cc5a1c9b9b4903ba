package io.granary.sharding.publish;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.SettleDealPaymentsReturn.Settlement;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PaymentBook;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;

/** Which deals are settled when, and whether that is worth what it costs. Pure. */
final class SettlePlan {
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  private final SettleSettings settings;

  SettlePlan(SettleSettings settings) {
    this.settings = settings;
  }

  /** Whether {@code payable} is one that a message is ever sent for. */
  boolean counts(Payable payable) {
    return !payable.pricePerEpoch().isZero()
        || (settings.freeDeals() && !payable.collateral().isZero());
  }

  /**
   * The deals of the next message; none while none is due. When one is, all go with it that have
   * come to their end, or that half as much is unpaid of: so deals that began at different times
   * come to share messages. What brings most goes first.
   */
  List<Payable> next(PaymentBook book, Epoch now) {
    List<Payable> candidates = book.payables().values().stream().filter(this::counts).toList();
    if (!settings.enabled() || candidates.stream().noneMatch(payable -> isDue(payable, now))) {
      return List.of();
    }
    return candidates.stream()
        .filter(payable -> rides(payable, now))
        .sorted(
            Comparator.comparing((Payable payable) -> worth(payable, payable.owed(now), now))
                .reversed()
                .thenComparing(Payable::chainDealId))
        .limit(settings.dealsMax())
        .sorted(Comparator.comparing(Payable::chainDealId))
        .toList();
  }

  private boolean isDue(Payable payable, Epoch now) {
    return payable.ended(now)
        ? now.since(payable.end()) >= settings.endWaitEpochs()
        : hasPrice(payable) && payable.unpaidEpochs(now) >= settings.everyEpochs();
  }

  private boolean rides(Payable payable, Epoch now) {
    return payable.ended(now)
        || (hasPrice(payable) && 2 * payable.unpaidEpochs(now) >= settings.everyEpochs());
  }

  private static boolean hasPrice(Payable payable) {
    return !payable.pricePerEpoch().isZero();
  }

  private static TokenAmount worth(Payable payable, TokenAmount owed, Epoch now) {
    return payable.ended(now) ? owed.plus(payable.collateral()) : owed;
  }

  /**
   * What the part of {@code payable} in a message may cost: a share of what a running deal brings,
   * for what is not fetched now is fetched later; all that a deal brings which is through with it,
   * its collateral too, for nothing comes after.
   */
  TokenAmount mayCost(Payable payable, Settlement settlement) {
    return settlement.completed()
        ? settlement.payment().plus(payable.collateral())
        : new TokenAmount(
            settlement
                .payment()
                .atto()
                .multiply(BigInteger.valueOf(settings.costPercent()))
                .divide(HUNDRED));
  }
}
