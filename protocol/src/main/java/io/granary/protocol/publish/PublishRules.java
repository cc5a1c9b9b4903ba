package io.granary.protocol.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealVerdict;
import io.granary.protocol.deal.MarketRules;
import java.math.BigInteger;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which deals the market would publish now. As the actor does, each deal is judged against what
 * those before it in the message leave of escrow and DataCap (builtin-actors market/src/lib.rs,
 * publish_storage_deals), so that a deal that is chosen stays good in the batch. Pure.
 */
public final class PublishRules {
  /** What money or DataCap that comes later helps against. */
  private static final Set<DealRefusal> WAITS =
      Set.of(DealRefusal.CLIENT_FUNDS, DealRefusal.DATA_CAP);

  private final MarketRules rules;
  private final long startSlackEpochs;

  /**
   * @param startSlackEpochs how many epochs from the head on a deal has to start at the earliest
   */
  public PublishRules(MarketRules rules, long startSlackEpochs) {
    this.rules = rules;
    this.startSlackEpochs = startSlackEpochs;
  }

  /**
   * The choice.
   *
   * @param good in the order given
   * @param held what may be good later, and why it is not now
   * @param refused what will not, and why
   * @param shortage what of the held ones only waits for the provider's money
   */
  public record Choice(
      Map<DealId, ClientDealProposal> good,
      Map<DealId, String> held,
      Map<DealId, String> refused,
      Optional<EscrowShortage> shortage) {
    public Choice {
      good = Collections.unmodifiableMap(new LinkedHashMap<>(good));
      held = Map.copyOf(held);
      refused = Map.copyOf(refused);
    }
  }

  /**
   * Judges {@code deals} in their order.
   *
   * @param goodMax after so many good ones the rest is not looked at
   */
  public Choice choose(Map<DealId, ClientDealProposal> deals, PublishFacts facts, int goodMax) {
    Round round = new Round(facts);
    deals.forEach(
        (deal, signed) -> {
          if (round.good.size() < goodMax) {
            round.judge(deal, signed);
          }
        });
    return new Choice(round.good, round.held, round.refused, round.shortage());
  }

  private final class Round {
    private final PublishFacts facts;
    private final Map<DealId, ClientDealProposal> good = new LinkedHashMap<>();
    private final Map<DealId, String> held = new LinkedHashMap<>();
    private final Map<DealId, String> refused = new LinkedHashMap<>();
    private final Map<ActorId, PublishFacts.OfClient> clients;
    private final Set<Cid> proposals = new HashSet<>();
    private final Map<Cid, DealId> wanting = new LinkedHashMap<>();
    private TokenAmount wanted = TokenAmount.ZERO;
    private Optional<TokenAmount> least = Optional.empty();
    private TokenAmount providerFree;

    Round(PublishFacts facts) {
      this.facts = facts;
      this.clients = new HashMap<>(facts.clients());
      this.providerFree = facts.providerFree();
    }

    void judge(DealId deal, ClientDealProposal signed) {
      PublishFacts.OfDeal known = facts.deals().get(deal);
      PublishFacts.OfClient client = known == null ? null : clients.get(known.client());
      if (known == null || client == null) {
        refused.put(deal, "the chain knows no client " + signed.proposal().client());
        return;
      }
      DealProposal proposal = signed.proposal();
      Optional<DealVerdict.Refused> wrong =
          rules.check(
              signed,
              facts.head(),
              known.key(),
              client.free(),
              client.dataCapBytes(),
              known.collateral());
      if (wrong.isPresent()) {
        (WAITS.contains(wrong.get().refusal()) ? held : refused).put(deal, wrong.get().message());
      } else if (proposal.paddedBytes() > facts.sectorBytes()) {
        refused.put(
            deal,
            "no sector takes a piece of "
                + proposal.paddedBytes()
                + " padded bytes: the provider's have "
                + facts.sectorBytes());
      } else if (proposal.startEpoch().isBefore(facts.head().plus(startSlackEpochs))) {
        refused.put(
            deal,
            "start epoch "
                + proposal.startEpoch()
                + " is less than "
                + startSlackEpochs
                + " epochs from "
                + facts.head());
      } else if (providerFree.compareTo(proposal.providerCollateral()) < 0) {
        held.put(
            deal,
            "the provider's escrow has "
                + providerFree
                + " free, its collateral is "
                + proposal.providerCollateral());
        want(deal, proposal, known.client());
      } else if (!proposals.add(identity(proposal, known.client()))) {
        refused.put(deal, "the same proposal is in the batch already");
      } else {
        take(deal, signed, known.client(), client);
      }
    }

    private void want(DealId deal, DealProposal proposal, ActorId client) {
      Cid identity = identity(proposal, client);
      if (proposals.contains(identity) || wanting.putIfAbsent(identity, deal) != null) {
        return;
      }
      TokenAmount collateral = proposal.providerCollateral();
      wanted = wanted.plus(collateral);
      least = Optional.of(least.filter(one -> one.compareTo(collateral) <= 0).orElse(collateral));
    }

    /** Against what the good ones leave. */
    Optional<EscrowShortage> shortage() {
      return least.map(
          smallest ->
              new EscrowShortage(
                  facts.head(),
                  Set.copyOf(wanting.values()),
                  smallest.minus(providerFree),
                  wanted.minus(providerFree)));
    }

    private void take(
        DealId deal, ClientDealProposal signed, ActorId id, PublishFacts.OfClient client) {
      DealProposal proposal = signed.proposal();
      providerFree = providerFree.minus(proposal.providerCollateral());
      Optional<BigInteger> cap =
          proposal.verified()
              ? client
                  .dataCapBytes()
                  .map(bytes -> bytes.subtract(BigInteger.valueOf(proposal.paddedBytes())))
              : client.dataCapBytes();
      clients.put(
          id, new PublishFacts.OfClient(client.free().minus(proposal.clientRequirement()), cap));
      good.put(deal, signed);
    }
  }

  /** The market compares proposals after it has put ids in place of addresses. */
  private static Cid identity(DealProposal given, ActorId client) {
    return new DealProposal(
            given.piece(),
            given.paddedBytes(),
            given.verified(),
            Address.ofId(client),
            given.provider(),
            given.label(),
            given.startEpoch(),
            given.endEpoch(),
            given.pricePerEpoch(),
            given.providerCollateral(),
            given.clientCollateral())
        .cid();
  }
}
