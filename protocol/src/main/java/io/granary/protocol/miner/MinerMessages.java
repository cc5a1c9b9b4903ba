package io.granary.protocol.miner;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;

/** The messages a miner sends for itself. */
public final class MinerMessages {
  private MinerMessages() {}

  /**
   * Pays a fee debt: the value goes to the miner's balance, from which the actor then burns what is
   * owed (chain.md 3.1, method 22).
   *
   * @param repayment tells this one from others of the miner
   * @param debt attoFIL
   */
  public static MessageIntent repayDebt(
      ActorId miner, Address from, long repayment, TokenAmount debt, Epoch lastUseful) {
    return new MessageIntent(
        miner + "/debt/" + repayment,
        MessagePurpose.REPAY_DEBT,
        Message.of(from, Address.ofId(miner), debt, MinerMethod.REPAY_DEBT, Bytes.empty()),
        lastUseful);
  }
}
