package io.granary.devnet.state;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import java.math.BigInteger;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The parts of a miner's balance that are not free, and what it owes.
 *
 * @param preCommitDeposits deposits of precommits that are neither proven nor expired
 * @param initialPledge pledges of live sectors
 * @param vestingByEnd what is released linearly until each epoch
 * @param vestedUntil the epoch up to which releases were already taken out of it
 * @param feeDebt what penalties could not take
 */
public record MinerFunds(
    TokenAmount preCommitDeposits,
    TokenAmount initialPledge,
    NavigableMap<Long, TokenAmount> vestingByEnd,
    long vestedUntil,
    TokenAmount feeDebt)
    implements CborEncodable {
  /**
   * Ends are rounded up to a multiple of this share of the vesting duration, so that rewards of
   * years make few entries. Mainnet rounds to half days for the same reason.
   */
  private static final long VESTING_STEPS = 32;

  public MinerFunds {
    vestingByEnd = Collections.unmodifiableNavigableMap(new TreeMap<>(vestingByEnd));
  }

  /** Funds that lock {@code deposit} from {@code now} on for {@code duration} epochs. */
  public static MinerFunds holding(TokenAmount deposit, long now, long duration) {
    NavigableMap<Long, TokenAmount> vesting = new TreeMap<>();
    if (!deposit.isZero()) {
      vesting.put(now + duration, deposit);
    }
    return new MinerFunds(TokenAmount.ZERO, TokenAmount.ZERO, vesting, now, TokenAmount.ZERO);
  }

  /** All that is still locked for vesting. */
  public TokenAmount vesting() {
    TokenAmount sum = TokenAmount.ZERO;
    for (TokenAmount amount : vestingByEnd.values()) {
      sum = sum.plus(amount);
    }
    return sum;
  }

  public MinerFunds withPreCommitDeposits(TokenAmount amount) {
    return new MinerFunds(amount, initialPledge, vestingByEnd, vestedUntil, feeDebt);
  }

  public MinerFunds withInitialPledge(TokenAmount amount) {
    return new MinerFunds(preCommitDeposits, amount, vestingByEnd, vestedUntil, feeDebt);
  }

  public MinerFunds withFeeDebt(TokenAmount amount) {
    return new MinerFunds(preCommitDeposits, initialPledge, vestingByEnd, vestedUntil, amount);
  }

  /** With {@code amount} taken out of what vests, what vests first being taken first. */
  public MinerFunds withoutVesting(TokenAmount amount) {
    NavigableMap<Long, TokenAmount> left = new TreeMap<>(vestingByEnd);
    TokenAmount toTake = amount;
    while (!toTake.isZero()) {
      if (left.isEmpty()) {
        throw new IllegalArgumentException("vesting: " + vesting() + " is less than " + amount);
      }
      long end = left.firstKey();
      TokenAmount there = left.firstEntry().getValue();
      TokenAmount taken = there.compareTo(toTake) < 0 ? there : toTake;
      toTake = toTake.minus(taken);
      if (taken.equals(there)) {
        left.remove(end);
      } else {
        left.put(end, there.minus(taken));
      }
    }
    return new MinerFunds(preCommitDeposits, initialPledge, left, vestedUntil, feeDebt);
  }

  /**
   * With {@code amount} locked from {@code now} on for {@code duration} epochs or a little more.
   */
  public MinerFunds locking(TokenAmount amount, long now, long duration) {
    MinerFunds vested = vestedAt(now);
    if (amount.isZero()) {
      return vested;
    }
    long step = Math.max(1, duration / VESTING_STEPS);
    long end = Math.floorDiv(now + duration + step - 1, step) * step;
    NavigableMap<Long, TokenAmount> more = new TreeMap<>(vested.vestingByEnd);
    more.merge(end, amount, TokenAmount::plus);
    return new MinerFunds(preCommitDeposits, initialPledge, more, vested.vestedUntil, feeDebt);
  }

  /** With everything released that is due at {@code now}. */
  public MinerFunds vestedAt(long now) {
    if (now <= vestedUntil) {
      return this;
    }
    NavigableMap<Long, TokenAmount> left = new TreeMap<>();
    vestingByEnd
        .tailMap(now, false)
        .forEach(
            (end, amount) ->
                left.put(
                    end,
                    new TokenAmount(
                        amount
                            .atto()
                            .multiply(BigInteger.valueOf(end - now))
                            .divide(BigInteger.valueOf(end - vestedUntil)))));
    return new MinerFunds(preCommitDeposits, initialPledge, left, now, feeDebt);
  }

  /** What of {@code balance} is free; below zero only when the invariants are broken. */
  public TokenAmount unlocked(TokenAmount balance) {
    return balance.minus(preCommitDeposits).minus(initialPledge).minus(vesting());
  }

  /** What of {@code balance} is free once the debt is paid; negative under debt. */
  public TokenAmount available(TokenAmount balance) {
    return unlocked(balance).minus(feeDebt);
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(5).amount(preCommitDeposits).amount(initialPledge);
    writer.list(
        vestingByEnd.entrySet(),
        (w, entry) -> w.array(2).int64(entry.getKey()).amount(entry.getValue()));
    writer.int64(vestedUntil).amount(feeDebt);
  }
}
