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
import io.granary.protocol.port.DealBook;
import io.granary.sharding.entity.Answers;
import io.granary.sharding.publish.EscrowReach;
import java.math.BigInteger;
import java.util.List;
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

  /**
   * What is known of {@code signed}; of the same proposal before nothing, for the desk knows that
   * itself. The chain is asked while {@code others} are read.
   *
   * @param others under way: what they need, and was not taken on chain, is not free
   */
  CompletionStage<DealFacts> find(ClientDealProposal signed, CompletionStage<Others> others) {
    return chain.head().thenCompose(head -> find(signed, head, others));
  }

  /** The other deals under way, and what they leave of the staging space. */
  record Others(List<DealBook.UnderWay> underWay, long stagingFreeBytes) {}

  /** What the deals of {@code clients} need together. */
  private static DealBook.Needs needs(List<DealBook.UnderWay> others, Set<Address> clients) {
    return others.stream()
        .filter(each -> clients.contains(each.client()))
        .map(DealBook.UnderWay::needs)
        .reduce(DealBook.Needs.NONE, DealBook.Needs::plus);
  }

  /** Less what the client's other deals will take. */
  private static DealFacts promised(DealFacts found, Address client, Others others) {
    DealBook.Needs taken = needs(others.underWay(), found.namesOf(client));
    TokenAmount escrow = found.clientEscrow().minus(taken.clientFunds());
    return new DealFacts(
        found.head(),
        found.client(),
        found.clientNames(),
        found.sectorBytes(),
        found.collateralMin(),
        escrow.isNegative() ? TokenAmount.ZERO : escrow,
        found
            .dataCapBytes()
            .map(
                cap -> cap.subtract(BigInteger.valueOf(taken.dataCapBytes())).max(BigInteger.ZERO)),
        found.providerCanPay(),
        others.stagingFreeBytes(),
        found.sameProposal(),
        found.sameId());
  }

  private CompletionStage<DealFacts> find(
      ClientDealProposal signed, TipSet head, CompletionStage<Others> others) {
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
        canPay(proposal.providerCollateral(), others, at).toCompletableFuture();
    return CompletableFuture.allOf(key, names, sectorBytes, least, escrow, dataCap, canPay)
        .thenCombine(
            others,
            (all, promised) ->
                promised(
                    new DealFacts(
                        head.height(),
                        key.getNow(new ClientKey.Actor(false)),
                        names.getNow(Set.of()),
                        sectorBytes.getNow(0L),
                        least.getNow(TokenAmount.ZERO),
                        escrow.getNow(TokenAmount.ZERO),
                        dataCap.getNow(Optional.empty()),
                        canPay.getNow(false),
                        promised.stagingFreeBytes(),
                        Optional.empty(),
                        Optional.empty()),
                    proposal.client(),
                    promised));
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
        .exceptionallyCompose(Answers.onChainRefusal(refused -> authenticated(signed, at)));
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

  /**
   * From what the other deals leave of the provider's escrow, and from what the publisher would add
   * to it.
   */
  private CompletionStage<Boolean> canPay(
      TokenAmount collateral, CompletionStage<Others> others, TipSetKey at) {
    return chain
        .marketBalance(provider, at)
        .thenCombine(
            others,
            (balance, promised) ->
                promised.underWay().stream()
                    .map(each -> each.needs().collateral())
                    .reduce(collateral, TokenAmount::plus)
                    .minus(available(balance)))
        .thenCompose(
            lack ->
                lack.isNegative() || lack.isZero()
                    ? CompletableFuture.completedStage(true)
                    : reach.covers(lack, least(lack, collateral), at));
  }

  private static TokenAmount least(TokenAmount one, TokenAmount other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
