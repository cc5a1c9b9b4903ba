package io.granary.sharding.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.sharding.address.Payers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Says whether the publisher can put into the provider's escrow what that lacks: only where it may
 * add anything, up to its ceilings, and from the address that pays for publications. What it has
 * added today already is not known here; a deal has days until it is published. Thread-safe.
 */
public final class EscrowReach {
  private final ChainGateway chain;
  private final Payers payers;
  private final ActorId provider;
  private final EscrowSettings settings;

  public EscrowReach(ChainGateway chain, Payers payers, ActorId provider, EscrowSettings settings) {
    this.chain = chain;
    this.payers = payers;
    this.provider = provider;
    this.settings = settings;
  }

  /**
   * Whether {@code lack} would be added; fails as the chain does.
   *
   * @param lack what the escrow lacks in all, in attoFIL, above zero
   * @param smallest what one message has to add of it to be of use, in attoFIL
   */
  public CompletionStage<Boolean> covers(TokenAmount lack, TokenAmount smallest, TipSetKey at) {
    return settings.mayAdd(lack, smallest)
        ? payers
            .payer(provider, MessagePurpose.PUBLISH, smallest, at)
            .thenCompose(chain::walletBalance)
            .thenApply(balance -> balance.compareTo(lack) >= 0)
        : CompletableFuture.completedStage(false);
  }
}
