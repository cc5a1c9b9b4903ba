package io.granary.devnet.state;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import java.math.BigInteger;

/**
 * The parts of a miner's balance that are not free, and what it owes.
 *
 * @param preCommitDeposits deposits of precommits that are neither proven nor expired
 * @param initialPledge pledges of live sectors
 * @param vesting what is released linearly until {@code vestingEnd}
 * @param vestedUntil the epoch up to which releases were already taken out of {@code vesting}
 * @param vestingEnd when nothing is locked any more
 * @param feeDebt what penalties could not take
 */
public record MinerFunds(
    TokenAmount preCommitDeposits,
    TokenAmount initialPledge,
    TokenAmount vesting,
    long vestedUntil,
    long vestingEnd,
    TokenAmount feeDebt)
    implements CborEncodable {
  /** Funds that lock {@code deposit} from {@code now} on for {@code duration} epochs. */
  public static MinerFunds locking(TokenAmount deposit, long now, long duration) {
    return new MinerFunds(
        TokenAmount.ZERO, TokenAmount.ZERO, deposit, now, now + duration, TokenAmount.ZERO);
  }

  public MinerFunds withPreCommitDeposits(TokenAmount amount) {
    return new MinerFunds(amount, initialPledge, vesting, vestedUntil, vestingEnd, feeDebt);
  }

  public MinerFunds withInitialPledge(TokenAmount amount) {
    return new MinerFunds(preCommitDeposits, amount, vesting, vestedUntil, vestingEnd, feeDebt);
  }

  public MinerFunds withVesting(TokenAmount amount) {
    return new MinerFunds(
        preCommitDeposits, initialPledge, amount, vestedUntil, vestingEnd, feeDebt);
  }

  public MinerFunds withFeeDebt(TokenAmount amount) {
    return new MinerFunds(
        preCommitDeposits, initialPledge, vesting, vestedUntil, vestingEnd, amount);
  }

  /** With everything released that is due at {@code now}. */
  public MinerFunds vestedAt(long now) {
    if (now <= vestedUntil) {
      return this;
    }
    TokenAmount left =
        now >= vestingEnd
            ? TokenAmount.ZERO
            : new TokenAmount(
                vesting
                    .atto()
                    .multiply(BigInteger.valueOf(vestingEnd - now))
                    .divide(BigInteger.valueOf(vestingEnd - vestedUntil)));
    return new MinerFunds(preCommitDeposits, initialPledge, left, now, vestingEnd, feeDebt);
  }

  /** What of {@code balance} is free; below zero only when the invariants are broken. */
  public TokenAmount unlocked(TokenAmount balance) {
    return balance.minus(preCommitDeposits).minus(initialPledge).minus(vesting);
  }

  /** What of {@code balance} is free once the debt is paid; negative under debt. */
  public TokenAmount available(TokenAmount balance) {
    return unlocked(balance).minus(feeDebt);
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(6).amount(preCommitDeposits).amount(initialPledge).amount(vesting);
    writer.int64(vestedUntil).int64(vestingEnd).amount(feeDebt);
  }
}
