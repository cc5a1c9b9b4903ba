package io.granary.sharding.address;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.sender.MessagePurpose;
import java.util.concurrent.CompletionStage;

/** Says which address pays for a message. */
@FunctionalInterface
public interface Payers {
  /**
   * The key address that a message of {@code purpose} goes from.
   *
   * @param value what the message sends along, in attoFIL
   */
  CompletionStage<Address> payer(
      ActorId miner, MessagePurpose purpose, TokenAmount value, TipSetKey at);

  /** The worker pays for everything. */
  static Payers worker(ChainGateway chain) {
    return (miner, purpose, value, at) ->
        chain.minerInfo(miner, at).thenCompose(info -> chain.accountKey(info.worker(), at));
  }
}
