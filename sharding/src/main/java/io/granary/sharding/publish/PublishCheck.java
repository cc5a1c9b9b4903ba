package io.granary.sharding.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.CollateralBounds;
import io.granary.protocol.chain.MarketBalance;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deal.DealFacts.ClientKey;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.publish.EscrowShortage;
import io.granary.protocol.publish.PublishFacts;
import io.granary.protocol.publish.PublishFailure;
import io.granary.protocol.publish.PublishMessages;
import io.granary.protocol.publish.PublishOutcome;
import io.granary.protocol.publish.PublishRules;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.sharding.address.Payers;
import io.granary.sharding.entity.Answers;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Looks whether deals can be published, right before: our rules on facts of one head, then the
 * chain's own simulation of the very message, which also knows the proposals that are pending.
 * Holds no state; its stages run anywhere.
 */
final class PublishCheck {
  private final ChainGateway chain;
  private final Payers payers;
  private final ActorId provider;
  private final PublishRules rules;

  PublishCheck(ChainGateway chain, Payers payers, ActorId provider, PublishRules rules) {
    this.chain = chain;
    this.payers = payers;
    this.provider = provider;
    this.rules = rules;
  }

  /**
   * What a look found.
   *
   * @param good in the order of {@code message}
   * @param message with them; empty when none is good, or its simulation failed
   * @param failure of the simulation
   * @param shortage what of the held deals only waits for the provider's money
   */
  record Result(
      Map<DealId, ClientDealProposal> good,
      Map<DealId, String> held,
      Map<DealId, String> refused,
      Optional<Message> message,
      Optional<PublishFailure> failure,
      Optional<EscrowShortage> shortage) {
    Result {
      good = Collections.unmodifiableMap(new LinkedHashMap<>(good));
      held = Map.copyOf(held);
      refused = Map.copyOf(refused);
    }
  }

  /** Looks at {@code deals}; fails as the chain does. */
  CompletionStage<Result> look(Map<DealId, ClientDealProposal> deals, int goodMax, Tick head) {
    return facts(deals, head)
        .thenCompose(
            facts -> {
              PublishRules.Choice choice = rules.choose(deals, facts, goodMax);
              if (choice.good().isEmpty()) {
                return CompletableFuture.completedStage(
                    result(choice, choice.good(), Map.of(), Optional.empty(), Optional.empty()));
              }
              return payers
                  .payer(provider, MessagePurpose.PUBLISH, TokenAmount.ZERO, head.head())
                  .thenCompose(from -> rehearse(choice, choice.good(), Map.of(), from, head));
            });
  }

  /** The simulation of {@code good}, and again without what it leaves out. */
  private CompletionStage<Result> rehearse(
      PublishRules.Choice choice,
      Map<DealId, ClientDealProposal> good,
      Map<DealId, String> dropped,
      Address from,
      Tick head) {
    Message message = PublishMessages.message(from, List.copyOf(good.values()));
    return chain
        .call(message, head.head())
        .thenCompose(
            said -> {
              Receipt receipt = said.receipt();
              if (!receipt.succeeded()) {
                PublishFailure failure =
                    PublishOutcome.failure(receipt.exitCode(), "simulated: " + said.error());
                return CompletableFuture.completedStage(
                    result(choice, good, dropped, Optional.empty(), Optional.of(failure)));
              }
              Map<DealId, ClientDealProposal> kept = kept(good, receipt);
              if (kept.size() == good.size()) {
                return CompletableFuture.completedStage(
                    result(choice, good, dropped, Optional.of(message), Optional.empty()));
              }
              Map<DealId, String> out = new HashMap<>(dropped);
              good.keySet().stream()
                  .filter(deal -> !kept.containsKey(deal))
                  .forEach(deal -> out.put(deal, LEFT_OUT));
              return rehearse(choice, kept, out, from, head);
            });
  }

  private static final String LEFT_OUT =
      "the market would leave it out, for none of the reasons we know to check: the same proposal"
          + " may be published already";

  /** Never empty: with no valid deal the message fails. */
  private static Map<DealId, ClientDealProposal> kept(
      Map<DealId, ClientDealProposal> good, Receipt receipt) {
    Map<Integer, Long> ids = PublishOutcome.ids(receipt, good.size());
    Map<DealId, ClientDealProposal> kept = new LinkedHashMap<>();
    int place = 0;
    for (Map.Entry<DealId, ClientDealProposal> each : good.entrySet()) {
      if (ids.containsKey(place++)) {
        kept.put(each.getKey(), each.getValue());
      }
    }
    if (kept.isEmpty()) {
      throw new IllegalArgumentException("publication: success without a valid deal");
    }
    return kept;
  }

  private static Result result(
      PublishRules.Choice choice,
      Map<DealId, ClientDealProposal> good,
      Map<DealId, String> dropped,
      Optional<Message> message,
      Optional<PublishFailure> failure) {
    Map<DealId, String> refused = new HashMap<>(choice.refused());
    refused.putAll(dropped);
    return new Result(good, choice.held(), refused, message, failure, choice.shortage());
  }

  // Facts

  private CompletionStage<PublishFacts> facts(Map<DealId, ClientDealProposal> deals, Tick head) {
    TipSetKey at = head.head();
    CompletionStage<Map<DealId, PublishFacts.OfDeal>> ofDeals =
        each(deals, signed -> ofDeal(signed.proposal(), at));
    CompletionStage<Long> sectorBytes =
        chain.minerInfo(provider, at).thenApply(info -> info.sectorSize().bytes());
    CompletionStage<TokenAmount> providerFree = free(Address.ofId(provider), at);
    return ofDeals.thenCompose(
        known ->
            ofClients(deals, known, at)
                .thenCompose(
                    clients ->
                        providerFree.thenCombine(
                            sectorBytes,
                            (free, size) ->
                                new PublishFacts(head.epoch(), size, free, known, clients))));
  }

  private CompletionStage<Map<ActorId, PublishFacts.OfClient>> ofClients(
      Map<DealId, ClientDealProposal> deals, Map<DealId, PublishFacts.OfDeal> known, TipSetKey at) {
    Map<ActorId, Boolean> verified = new HashMap<>();
    known.forEach(
        (deal, of) -> {
          ClientDealProposal signed = deals.get(deal);
          verified.merge(
              of.client(), signed != null && signed.proposal().verified(), Boolean::logicalOr);
        });
    return each(
        verified,
        (id, needsCap) -> {
          Address client = Address.ofId(id);
          CompletionStage<Optional<BigInteger>> cap =
              needsCap
                  ? chain.dataCap(client, at)
                  : CompletableFuture.completedStage(Optional.empty());
          return free(client, at)
              .thenCombine(
                  cap, (free, bytes) -> Optional.of(new PublishFacts.OfClient(free, bytes)));
        });
  }

  private CompletionStage<TokenAmount> free(Address address, TipSetKey at) {
    return chain.marketBalance(address, at).thenApply(PublishCheck::free);
  }

  private static TokenAmount free(MarketBalance balance) {
    return balance.escrow().minus(balance.locked());
  }

  /** Empty for a deal whose client the chain does not know. */
  private CompletionStage<Optional<PublishFacts.OfDeal>> ofDeal(
      DealProposal proposal, TipSetKey at) {
    CompletionStage<CollateralBounds> bounds =
        chain.dealCollateralBounds(proposal.paddedBytes(), proposal.verified(), at);
    return answered(chain.lookupId(proposal.client(), at))
        .thenCompose(
            id ->
                id.isEmpty()
                    ? CompletableFuture.completedStage(Optional.<PublishFacts.OfDeal>empty())
                    : key(proposal.client(), at)
                        .thenCombine(
                            bounds,
                            (key, range) ->
                                Optional.of(new PublishFacts.OfDeal(id.get(), key, range))));
  }

  /** Of an actor without a key the simulation asks whether it stands to the signature. */
  private CompletionStage<ClientKey> key(Address client, TipSetKey at) {
    return answered(chain.accountKey(client, at))
        .thenApply(
            key ->
                key.<ClientKey>map(ClientKey.Key::new).orElseGet(() -> new ClientKey.Actor(true)));
  }

  /** Empty when the chain answered that there is no such thing. */
  private static <T> CompletionStage<Optional<T>> answered(CompletionStage<T> stage) {
    return stage
        .thenApply(Optional::of)
        .exceptionallyCompose(Answers.chainRefusalAs(Optional.empty()));
  }

  private static <K, V, R> CompletionStage<Map<K, R>> each(
      Map<K, V> of, Function<V, CompletionStage<Optional<R>>> ask) {
    return each(of, (key, value) -> ask.apply(value));
  }

  private static <K, V, R> CompletionStage<Map<K, R>> each(
      Map<K, V> of, BiFunction<K, V, CompletionStage<Optional<R>>> ask) {
    List<CompletionStage<Map<K, R>>> asked = new ArrayList<>();
    of.forEach(
        (key, value) ->
            asked.add(
                ask.apply(key, value)
                    .thenApply(
                        found -> found.map(there -> Map.of(key, there)).orElseGet(Map::of))));
    CompletionStage<Map<K, R>> all = CompletableFuture.completedStage(Map.of());
    for (CompletionStage<Map<K, R>> one : asked) {
      all =
          all.thenCombine(
              one,
              (before, more) -> {
                Map<K, R> both = new HashMap<>(before);
                both.putAll(more);
                return both;
              });
    }
    return all;
  }
}
