package io.granary.sharding.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.MarketBalance;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deal.DealFacts;
import io.granary.protocol.deal.DealFacts.ClientKey;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.sharding.entity.Answers;
import io.granary.sharding.publish.EscrowReach;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks the chain, at one head, what {@code DealRules} have to know of a proposal. A stage fails
 * with {@link ChainException}; when that {@link ChainException#isAnswer is an answer}, the proposal
 * names something the chain does not know.
 */
final class FactFinder {
  /** AuthenticateMessage of an account's or a contract's own (FIP-0044). */
  private static final long AUTHENTICATE_MESSAGE = 2_643_134_072L;

  private static final Bytes TRUE = Bytes.fromHex("f5");

  private final ChainGateway chain;
  private final Address provider;
  private final EscrowReach reach;

  FactFinder(ChainGateway chain, Address provider, EscrowReach reach) {
    this.chain = chain;
    this.provider = provider;
    this.reach = reach;
  }

  /** What is known of {@code signed}; of earlier deals nothing, for the desk knows them itself. */
  CompletionStage<DealFacts> find(ClientDealProposal signed, long stagingFreeBytes) {
    return chain.head().thenCompose(head -> find(signed, head, stagingFreeBytes));
  }

  private CompletionStage<DealFacts> find(
      ClientDealProposal signed, TipSet head, long stagingFreeBytes) {
    DealProposal proposal = signed.proposal();
    TipSetKey at = head.key();
    CompletableFuture<ClientKey> key = clientKey(signed, at).toCompletableFuture();
    CompletableFuture<Set<Address>> names =
        chain
            .lookupId(proposal.client(), at)
            .thenApply(id -> Set.of(Address.ofId(id)))
            .toCompletableFuture();
    CompletableFuture<Long> sectorBytes =
        chain
            .minerInfo(provider.requireId(), at)
            .thenApply(info -> info.sectorSize().bytes())
            .toCompletableFuture();
    CompletableFuture<TokenAmount> least =
        chain
            .dealCollateralBounds(proposal.paddedBytes(), proposal.verified(), at)
            .thenApply(bounds -> bounds.min())
            .toCompletableFuture();
    CompletableFuture<TokenAmount> escrow =
        chain
            .marketBalance(proposal.client(), at)
            .thenApply(FactFinder::available)
            .toCompletableFuture();
    CompletableFuture<Optional<BigInteger>> dataCap =
        proposal.verified()
            ? chain.dataCap(proposal.client(), at).toCompletableFuture()
            : CompletableFuture.completedFuture(Optional.empty());
    CompletableFuture<Boolean> canPay =
        canPay(proposal.providerCollateral(), at).toCompletableFuture();
    return CompletableFuture.allOf(key, names, sectorBytes, least, escrow, dataCap, canPay)
        .thenApply(
            all ->
                new DealFacts(
                    head.height(),
                    key.getNow(new ClientKey.Actor(false)),
                    names.getNow(Set.of()),
                    sectorBytes.getNow(0L),
                    least.getNow(TokenAmount.ZERO),
                    escrow.getNow(TokenAmount.ZERO),
                    dataCap.getNow(Optional.empty()),
                    canPay.getNow(false),
                    stagingFreeBytes,
                    Optional.empty(),
                    Optional.empty()));
  }

  private static TokenAmount available(MarketBalance balance) {
    return balance.escrow().minus(balance.locked());
  }

  /** The client's key; of a client without one, whether it stands to the signature. */
  private CompletionStage<ClientKey> clientKey(ClientDealProposal signed, TipSetKey at) {
    Address client = signed.proposal().client();
    return chain
        .accountKey(client, at)
        .<ClientKey>thenApply(ClientKey.Key::new)
        .exceptionallyCompose(
            failure ->
                Answers.cause(failure) instanceof ChainException refused && refused.isAnswer()
                    ? authenticated(signed, at)
                    : CompletableFuture.failedStage(Answers.cause(failure)));
  }

  private CompletionStage<ClientKey> authenticated(ClientDealProposal signed, TipSetKey at) {
    Bytes params =
        new CborWriter()
            .array(2)
            .bytes(signed.clientSignature().data())
            .bytes(signed.proposal().toCbor())
            .toBytes();
    Message question =
        Message.of(
            BuiltinActors.STORAGE_MARKET,
            signed.proposal().client(),
            TokenAmount.ZERO,
            AUTHENTICATE_MESSAGE,
            params);
    return chain
        .call(question, at)
        .thenApply(
            result ->
                new ClientKey.Actor(
                    result.receipt().exitCode() == 0
                        && result.receipt().returnValue().equals(TRUE)));
  }

  /** From the provider's escrow, and from what the publisher would add to it. */
  private CompletionStage<Boolean> canPay(TokenAmount collateral, TipSetKey at) {
    return chain
        .marketBalance(provider, at)
        .thenCompose(
            balance -> {
              TokenAmount lack = collateral.minus(available(balance));
              return lack.isNegative() || lack.isZero()
                  ? CompletableFuture.completedStage(true)
                  : reach.covers(lack, lack, at);
            });
  }
}
