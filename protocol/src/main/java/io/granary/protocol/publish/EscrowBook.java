package io.granary.protocol.publish;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.SpendBook;
import java.util.Optional;

/**
 * What was added to a provider's escrow in the market.
 *
 * @param topUps how many were asked for, ever
 * @param day of {@link SpendBook}, of the last one
 * @param askedThatDay attoFIL of that day's, less those that added nothing
 * @param open the one whose outcome does not count yet
 */
public record EscrowBook(
    long topUps, long day, TokenAmount askedThatDay, Optional<MessageIntent> open) {
  /** Nothing was ever added. */
  public static final EscrowBook EMPTY = new EscrowBook(0, 0, TokenAmount.ZERO, Optional.empty());

  /** What was asked for on the day of {@code epoch}, in attoFIL. */
  public TokenAmount askedOn(Epoch epoch) {
    return SpendBook.dayOf(epoch) == day ? askedThatDay : TokenAmount.ZERO;
  }

  /** Whether {@code intentId} is the open top-up. */
  public boolean isOpen(String intentId) {
    return open.filter(intent -> intent.intentId().equals(intentId)).isPresent();
  }

  EscrowBook asked(MessageIntent intent, Epoch epoch) {
    return new EscrowBook(
        topUps + 1,
        SpendBook.dayOf(epoch),
        askedOn(epoch).plus(intent.message().value()),
        Optional.of(intent));
  }

  /** What added nothing may be asked for again on the same day. */
  EscrowBook ended(boolean added) {
    TokenAmount counts =
        added || open.isEmpty() ? askedThatDay : askedThatDay.minus(open.get().message().value());
    return new EscrowBook(topUps, day, counts, Optional.empty());
  }
}
