package io.granary.devnet.actor;

import io.granary.devnet.state.LedgerCause;
import io.granary.devnet.state.MinerFunds;
import io.granary.devnet.state.MinerState;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import java.math.BigDecimal;

/** Penalties, debts and the balance a miner may spend (chain.md 4.5, 5.5). */
final class MinerMoney {
  private MinerMoney() {}

  /**
   * Charges {@code amount} for {@code count} of {@code cause}: from what vests first, then from the
   * free balance, the rest becomes debt (builtin-actors, repay_partial_debt_in_priority_order).
   */
  static void charge(
      StateDraft draft, ActorId id, TokenAmount amount, LedgerCause cause, long count) {
    MinerState miner = known(draft, id);
    settle(
        draft,
        miner
            .withLedger(miner.ledger().with(cause, count, amount))
            .withFunds(miner.funds().withFeeDebt(miner.funds().feeDebt().plus(amount))));
  }

  /** Pays as much of the debt as there is money for. */
  static void settle(StateDraft draft, ActorId id) {
    settle(draft, known(draft, id));
  }

  /** Pays as much of the debt of {@code miner} as it can and puts the result. */
  private static void settle(StateDraft draft, MinerState miner) {
    MinerFunds funds = miner.funds();
    TokenAmount fromVesting = min(funds.feeDebt(), funds.vesting());
    TokenAmount free = funds.unlocked(draft.balance(miner.id()));
    TokenAmount fromBalance = max(TokenAmount.ZERO, min(funds.feeDebt().minus(fromVesting), free));
    TokenAmount paid = fromVesting.plus(fromBalance);
    draft.put(
        miner.withFunds(
            funds.withoutVesting(fromVesting).withFeeDebt(funds.feeDebt().minus(paid))));
    draft.credit(miner.id(), new TokenAmount(paid.atto().negate()));
    draft.credit(Invocation.BURNT_FUNDS, paid);
  }

  /** Pays the whole debt or exits 19. */
  static void repayDebt(Invocation call) {
    MinerFunds funds = call.miner().funds();
    TokenAmount free = funds.unlocked(call.balance());
    if (free.compareTo(funds.feeDebt()) < 0) {
      throw ActorAbort.insufficientFunds(
          "unlocked balance can not repay fee debt: unlocked balance can not repay fee debt ("
              + fil(free)
              + " < "
              + fil(funds.feeDebt())
              + ")");
    }
    settle(call.state(), call.miner());
  }

  /** Pays what it can of the debt (method 22). */
  static void repayWhatCan(Invocation call) {
    settle(call.state(), call.miner());
  }

  /** Releases what has vested. */
  static void vest(StateDraft draft, ActorId id, long epoch) {
    MinerState miner = known(draft, id);
    draft.put(miner.withFunds(miner.funds().vestedAt(epoch)));
  }

  /** An amount in FIL as the actors' messages write it, such as {@code 7.5} or {@code 0.0}. */
  static String fil(TokenAmount amount) {
    BigDecimal value = new BigDecimal(amount.atto(), 18).stripTrailingZeros();
    return (value.scale() < 1 ? value.setScale(1) : value).toPlainString();
  }

  private static MinerState known(StateDraft draft, ActorId id) {
    return draft.miner(id).orElseThrow(() -> new IllegalStateException("no miner " + id));
  }

  private static TokenAmount min(TokenAmount a, TokenAmount b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static TokenAmount max(TokenAmount a, TokenAmount b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
