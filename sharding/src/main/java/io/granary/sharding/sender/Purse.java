package io.granary.sharding.sender;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.SenderState;

/**
 * What the address can still pay. Pure.
 *
 * @param free its balance less what messages on their way may take; may be negative
 * @param reserve what is kept for window PoSt
 */
record Purse(TokenAmount free, TokenAmount reserve) {

  static Purse of(SenderState state, Market market, TokenAmount reserve) {
    TokenAmount committed = TokenAmount.ZERO;
    for (IntentState.Open open : state.openIntents()) {
      if (open instanceof IntentState.Signed signed) {
        committed = committed.plus(costMax(signed.latest().message().message()));
      } else if (open instanceof IntentState.Reserved reserved) {
        committed = committed.plus(costMax(reserved.message()));
      }
    }
    return new Purse(market.balance().minus(committed), reserve);
  }

  /** Value and gas at most (chain.md 2.5, balance). */
  static TokenAmount costMax(Message message) {
    return message.value().plus(message.gasCostMax());
  }

  /** What is free beside the reserve. */
  TokenAmount besideReserve() {
    return free.minus(reserve);
  }
}
