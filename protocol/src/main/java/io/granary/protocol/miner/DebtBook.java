package io.granary.protocol.miner;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.SpendBook;
import java.util.Optional;

/**
 * What was paid of a miner's fee debt.
 *
 * @param repayments how many were asked for, ever
 * @param day of {@link SpendBook}, of the last one
 * @param askedThatDay attoFIL of all repayments asked for on that day
 * @param open the repayment on its way
 */
public record DebtBook(
    long repayments, long day, TokenAmount askedThatDay, Optional<MessageIntent> open) {
  /** Nothing was ever owed. */
  public static final DebtBook EMPTY = new DebtBook(0, 0, TokenAmount.ZERO, Optional.empty());

  /** What was asked for on the day of {@code epoch}, in attoFIL. */
  public TokenAmount askedOn(Epoch epoch) {
    return SpendBook.dayOf(epoch) == day ? askedThatDay : TokenAmount.ZERO;
  }

  DebtBook asked(MessageIntent intent, TokenAmount debt, Epoch epoch) {
    return new DebtBook(
        repayments + 1, SpendBook.dayOf(epoch), askedOn(epoch).plus(debt), Optional.of(intent));
  }

  DebtBook ended() {
    return new DebtBook(repayments, day, askedThatDay, Optional.empty());
  }
}
