package io.granary.sharding.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborWriter;
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
   * What the chain knows of {@code signed} at its head; of the same proposal before nothing, for
   * the desk knows that itself.
   */
  CompletionStage<Found> find(ClientDealProposal signed) {
    return chain.head().thenCompose(head -> find(signed, head));
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

  /** What the chain said of a proposal. */
  final class Found {
    private final DealProposal proposal;
    private final TipSetKey at;
    private final TokenAmount providerFree;
    private final DealFacts alone;

    private Found(DealProposal proposal, TipSetKey at, TokenAmount providerFree, DealFacts alone) {
      this.proposal = proposal;
      this.at = at;
      this.providerFree = providerFree;
      this.alone = alone;
    }

    /** Every address of the proposal's client, as far as it is known. */
    Set<Address> clientNames() {
      return alone.namesOf(proposal.client());
    }

    /**
     * The facts beside {@code others}: what they need, and was not taken on chain, is not free. The
     * chain is asked only where the publisher would have to add to the provider's escrow.
     */
    CompletionStage<DealFacts> beside(Others others) {
      DealBook.Needs taken = needs(others.underWay(), clientNames());
      TokenAmount escrow = alone.clientEscrow().minus(taken.clientFunds());
      Optional<BigInteger> dataCap =
          alone
              .dataCapBytes()
              .map(
                  cap ->
                      cap.subtract(BigInteger.valueOf(taken.dataCapBytes())).max(BigInteger.ZERO));
      return canPay(others)
          .thenApply(
              canPay ->
                  new DealFacts(
                      alone.head(),
                      alone.client(),
                      alone.clientNames(),
                      alone.sectorBytes(),
                      alone.collateralMin(),
                      escrow.isNegative() ? TokenAmount.ZERO : escrow,
                      dataCap,
                      canPay,
                      others.stagingFreeBytes(),
                      Optional.empty(),
                      Optional.empty()));
    }

    /**
     * From what the other deals leave of the provider's escrow, and from what the publisher would
     * add to it.
     */
    private CompletionStage<Boolean> canPay(Others others) {
      TokenAmount collateral = proposal.providerCollateral();
      TokenAmount lack =
          others.underWay().stream()
              .map(each -> each.needs().collateral())
              .reduce(collateral, TokenAmount::plus)
              .minus(providerFree);
      return lack.isNegative() || lack.isZero()
          ? CompletableFuture.completedStage(true)
          : reach.covers(lack, least(lack, collateral), at);
    }
  }

  private CompletionStage<Found> find(ClientDealProposal signed, TipSet head) {
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
    CompletableFuture<TokenAmount> escrow = free(proposal.client(), at);
    CompletableFuture<TokenAmount> providerFree = free(provider, at);
    CompletableFuture<Optional<BigInteger>> dataCap =
        proposal.verified()
            ? chain.dataCap(proposal.client(), at).toCompletableFuture()
            : CompletableFuture.completedFuture(Optional.empty());
    return CompletableFuture.allOf(key, names, sectorBytes, least, escrow, providerFree, dataCap)
        .thenApply(
            all ->
                new Found(
                    proposal,
                    at,
                    providerFree.getNow(TokenAmount.ZERO),
                    new DealFacts(
                        head.height(),
                        key.getNow(new ClientKey.Actor(false)),
                        names.getNow(Set.of()),
                        sectorBytes.getNow(0L),
                        least.getNow(TokenAmount.ZERO),
                        escrow.getNow(TokenAmount.ZERO),
                        dataCap.getNow(Optional.empty()),
                        false,
                        0,
                        Optional.empty(),
                        Optional.empty())));
  }

  /** What is not locked of an escrow. */
  private CompletableFuture<TokenAmount> free(Address of, TipSetKey at) {
    return chain
        .marketBalance(of, at)
        .thenApply(balance -> balance.escrow().minus(balance.locked()))
        .toCompletableFuture();
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

  private static TokenAmount least(TokenAmount one, TokenAmount other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
