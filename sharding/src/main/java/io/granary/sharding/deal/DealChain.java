package io.granary.sharding.deal;

import io.granary.protocol.SectorId;
import io.granary.protocol.chain.MarketDeal;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.sector.PieceActivation;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.sharding.entity.Answers;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What deals ask the chain, at one head. Holds no state; its stages run anywhere. */
final class DealChain {
  private final ChainGateway chain;

  DealChain(ChainGateway chain) {
    this.chain = chain;
  }

  /** What a sector with the deal's piece is ordered with; fails when nothing can be ordered. */
  CompletionStage<PieceSource> piece(
      DealState.Known state, StagedFile file, String path, Tick head) {
    if (state.terms().contract() instanceof DealTerms.Contract.Direct direct) {
      return allocation(direct, head)
          .thenApply(
              allocation ->
                  DealDecisions.bounds(direct, allocation, head.epoch())
                      .map(bounds -> DealDecisions.piece(direct, bounds, file, path))
                      .orElseThrow(
                          () ->
                              new IllegalStateException(
                                  "allocation "
                                      + direct.allocation().orElse(0L)
                                      + " has too short a term for the deal's end")));
    }
    DealTerms.Contract.Market market = (DealTerms.Contract.Market) state.terms().contract();
    return DealDecisions.publication(state)
        .map(
            publication ->
                activation(market, publication.chainDealId(), head)
                    .thenApply(
                        activation ->
                            DealDecisions.piece(market, activation, file, path, head.epoch())))
        .orElseGet(
            () ->
                CompletableFuture.failedStage(
                    new IllegalStateException("a market deal is published first")));
  }

  private CompletionStage<Optional<VerifiedAllocation>> allocation(
      DealTerms.Contract.Direct direct, Tick head) {
    if (direct.allocation().isEmpty()) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    long id = direct.allocation().get();
    return chain
        .allocation(direct.client(), id, head.head())
        .thenApply(
            found -> {
              if (found.isEmpty()) {
                throw new IllegalStateException(
                    "allocation " + id + " of " + direct.client() + " is not there to be claimed");
              }
              return found;
            });
  }

  private CompletionStage<PieceActivation> activation(
      DealTerms.Contract.Market market, long chainDealId, Tick head) {
    if (!market.signed().proposal().verified()) {
      return CompletableFuture.completedStage(new PieceActivation.MarketDeal(chainDealId));
    }
    return chain
        .lookupId(market.client(), head.head())
        .thenCombine(
            chain.pendingDealAllocation(chainDealId, head.head()),
            (client, allocation) -> {
              if (allocation == 0) {
                throw new IllegalStateException(
                    "chain deal " + chainDealId + " is verified and has no allocation");
              }
              return new PieceActivation.VerifiedDeal(chainDealId, client, allocation);
            });
  }

  /** Empty when the market answered that it keeps no such deal. */
  CompletionStage<Optional<MarketDeal>> marketDeal(long chainDealId, Tick head) {
    return chain
        .marketDeal(chainDealId, head.head())
        .thenApply(Optional::of)
        .exceptionallyCompose(
            failure -> {
              Throwable cause = Answers.cause(failure);
              return cause instanceof ChainException said
                      && said.isAnswer()
                      && String.valueOf(said.getMessage())
                          .contains("deal " + chainDealId + " not found")
                  ? CompletableFuture.completedStage(Optional.empty())
                  : CompletableFuture.failedStage(cause);
            });
  }

  /** What the chain says of a deal that the market does not know. */
  CompletionStage<DirectStanding> direct(DealTerms.Contract contract, SectorId sector, Tick head) {
    CompletionStage<Optional<SectorOnChain>> there =
        chain.sector(sector.miner(), sector.number(), head.head());
    return contract instanceof DealTerms.Contract.Direct direct && direct.allocation().isPresent()
        ? there.thenCombine(
            claims(direct, direct.allocation().get(), head),
            (found, claims) -> new DirectStanding(found, Optional.of(claims)))
        : there.thenApply(found -> new DirectStanding(found, Optional.empty()));
  }

  private CompletionStage<DirectStanding.Claims> claims(
      DealTerms.Contract.Direct direct, long allocation, Tick head) {
    return chain
        .claim(direct.provider().requireId(), allocation, head.head())
        .thenCombine(
            chain.allocation(direct.client(), allocation, head.head()), DirectStanding.Claims::new);
  }
}
