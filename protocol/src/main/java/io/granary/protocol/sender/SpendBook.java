package io.granary.protocol.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the messages signed on one day may cost in gas at most, by purpose. A message counts with
 * its fee cap times its gas limit when it is signed, and with the difference when it is signed
 * again for more: an upper bound, never less than what is paid.
 *
 * @param day days of {@value #EPOCHS_PER_DAY} epochs since genesis
 * @param atRisk attoFIL; a purpose that signed nothing that day is missing
 */
public record SpendBook(long day, Map<MessagePurpose, TokenAmount> atRisk) {
  /** A day of 30-second epochs, the main network's. */
  public static final long EPOCHS_PER_DAY = 2_880;

  /** Nothing was signed yet. */
  public static final SpendBook EMPTY = new SpendBook(0, Map.of());

  public SpendBook {
    Map<MessagePurpose, TokenAmount> copy = new EnumMap<>(MessagePurpose.class);
    copy.putAll(atRisk);
    atRisk = Collections.unmodifiableMap(copy);
  }

  /** The day of {@code epoch}. */
  public static long dayOf(Epoch epoch) {
    return Math.floorDiv(epoch.value(), EPOCHS_PER_DAY);
  }

  /** What messages of {@code purpose} signed on the day of {@code epoch} may cost. */
  public TokenAmount of(MessagePurpose purpose, Epoch epoch) {
    return dayOf(epoch) == day ? atRisk.getOrDefault(purpose, TokenAmount.ZERO) : TokenAmount.ZERO;
  }

  /** With {@code amount} more at {@code epoch}; a new day begins with nothing. */
  SpendBook plus(MessagePurpose purpose, TokenAmount amount, Epoch epoch) {
    long today = dayOf(epoch);
    Map<MessagePurpose, TokenAmount> more = new EnumMap<>(MessagePurpose.class);
    if (today == day) {
      more.putAll(atRisk);
    }
    more.merge(purpose, amount, TokenAmount::plus);
    return new SpendBook(today, more);
  }
}
