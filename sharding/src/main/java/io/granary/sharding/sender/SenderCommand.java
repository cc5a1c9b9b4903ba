package io.granary.sharding.sender;

import akka.actor.typed.ActorRef;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.SpendFence.NonceClaim;
import io.granary.protocol.sender.MessageIntent;
import java.util.Optional;

/** What a sender hears. */
public sealed interface SenderCommand {

  /** Wants {@code intent} on chain, and reports for {@code recipient}. */
  record Submit(MessageIntent intent, Recipient recipient) implements SenderCommand {}

  /**
   * A new head.
   *
   * @param provesFrom whether the miner that says so sends its window PoSt from this address now
   */
  record HeadSeen(Tick tick, boolean provesFrom) implements SenderCommand {}

  /** Asks for {@link SenderReply.Overview}. */
  record Describe(ActorRef<SenderReply> replyTo) implements SenderCommand {}

  /** What comes back to this very actor; never leaves its node. */
  sealed interface Own extends SenderCommand {}

  record HeadUnknown(Throwable cause) implements Own {}

  record PriceHeard(String intentId, SenderChain.Price price) implements Own {}

  record PricingFailed(String intentId, Throwable cause) implements Own {}

  record NonceHeard(String intentId, long poolNonce) implements Own {}

  record NonceClaimed(String intentId, NonceClaim claim) implements Own {}

  record NonceLet(String intentId, Optional<Throwable> failure) implements Own {}

  record MarketHeard(Market market) implements Own {}

  record MarketUnread(Throwable cause) implements Own {}

  record QuoteHeard(String intentId, Optional<Message> quote) implements Own {}

  record PoolHeard(long nonce, boolean holdsIt) implements Own {}

  record PoolUnread(Throwable cause) implements Own {}

  record WalletSigned(String intentId, SignedMessage signed, boolean replaces) implements Own {}

  record SigningFailed(String intentId, String doing, Throwable cause) implements Own {}

  record Pushed(String intentId, Optional<Throwable> refusal) implements Own {}

  record Found(String intentId, Cid latest, SenderChain.Whereabouts where) implements Own {}

  record SearchFailed(String intentId, Throwable cause) implements Own {}
}
