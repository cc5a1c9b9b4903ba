package io.granary.devnet.actor;

import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.Allocation;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MarketState;
import io.granary.devnet.state.RegistryState;
import io.granary.devnet.state.StateDraft;
import io.granary.devnet.state.StorageDeal;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.PublishStorageDealsParams;
import io.granary.protocol.actor.PublishStorageDealsReturn;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * PublishStorageDeals: what is wrong with the message fails it, what is wrong with one deal drops
 * that deal silently. Deals are taken in their order, each against what those before it left of
 * escrow and DataCap; funds are locked and allocations made at once, so that the next deal sees it.
 */
final class DealPublishing {
  private DealPublishing() {}

  static Bytes publish(Invocation call) {
    List<ClientDealProposal> deals = call.decode(PublishStorageDealsParams::readFrom).deals();
    if (deals.stream().anyMatch(d -> d.proposal().label() instanceof DealLabel.BrokenText)) {
      throw new ActorAbort(
          ExitCode.SERIALIZATION, "Serialization error for Cbor protocol: label is not UTF-8");
    }
    if (deals.isEmpty()) {
      throw ActorAbort.illegalArgument("Empty deals parameter");
    }
    Address first = deals.get(0).proposal().provider();
    ActorId provider = provider(call, first);
    Optional<String> refusedSignature = Optional.empty();
    List<Long> ids = new ArrayList<>();
    List<Long> valid = new ArrayList<>();
    for (int i = 0; i < deals.size(); i++) {
      Optional<String> bad = DealChecks.badSignature(call.state(), deals.get(i));
      refusedSignature = bad.isPresent() ? bad : refusedSignature;
      if (bad.isEmpty() && DealChecks.termsHold(deals.get(i).proposal(), call)) {
        Optional<Long> id = publish(call, deals.get(i).proposal(), first, provider);
        if (id.isPresent()) {
          ids.add(id.get());
          valid.add((long) i);
        }
      }
    }
    if (ids.isEmpty()) {
      throw new ActorAbort(
          ExitCode.ILLEGAL_ARGUMENT,
          "All deal proposals invalid",
          refusedSignature.map(List::of).orElse(List.of()));
    }
    return new PublishStorageDealsReturn(ids, BitField.of(valid)).toCbor();
  }

  /** The provider of the first deal, for whom the caller must be allowed to speak. */
  private static ActorId provider(Invocation call, Address address) {
    ActorId id =
        call.state()
            .resolve(address)
            .orElseThrow(() -> ActorAbort.notFound("failed to resolve provider " + address));
    ActorKind kind = call.state().actor(id).map(LedgerActor::kind).orElseThrow();
    if (kind != ActorKind.MINER) {
      throw ActorAbort.illegalArgument("deal provider is not a storage miner actor");
    }
    boolean controlling =
        call.state().miner(id).orElseThrow().profile().isControlling(call.caller());
    if (!controlling) {
      throw ActorAbort.forbidden(
          "caller "
              + call.caller()
              + " is not worker or control address of provider "
              + id.value());
    }
    return id;
  }

  /** Publishes one deal whose terms hold; empty when it drops for another reason. */
  private static Optional<Long> publish(
      Invocation call, DealProposal given, Address first, ActorId provider) {
    StateDraft state = call.state();
    boolean sameProvider =
        given.provider().equals(first) || given.provider().equals(Address.ofId(provider));
    Optional<ActorId> client = state.resolve(given.client());
    if (!sameProvider || client.isEmpty()) {
      return Optional.empty();
    }
    DealProposal proposal = DealChecks.withIds(given, client.get(), provider);
    MarketState market = state.market();
    if (market.freeOf(client.get()).compareTo(proposal.clientRequirement()) < 0
        || market.freeOf(provider).compareTo(proposal.providerCollateral()) < 0
        || market.hasPending(proposal.cid())) {
      return Optional.empty();
    }
    MarketState locked =
        market
            .locking(client.get(), proposal.clientRequirement())
            .locking(provider, proposal.providerCollateral());
    OptionalLong allocation = allocate(call, proposal, client.get(), provider);
    if (allocation.isEmpty()) {
      return Optional.empty();
    }
    long id = locked.nextDealId();
    state.put(locked.adding(StorageDeal.published(proposal, allocation.getAsLong())));
    return Optional.of(id);
  }

  /** Sets DataCap aside for a verified deal: the allocation, 0 for other deals, none without. */
  private static OptionalLong allocate(
      Invocation call, DealProposal proposal, ActorId client, ActorId provider) {
    if (!proposal.verified()) {
      return OptionalLong.of(0);
    }
    BigInteger bytes = BigInteger.valueOf(proposal.paddedBytes());
    RegistryState registry = call.state().registry();
    if (registry.dataCapOf(client).compareTo(bytes) < 0) {
      return OptionalLong.empty();
    }
    call.state()
        .put(
            registry
                .granting(client, bytes.negate())
                .adding(allocation(proposal, client, provider, call.epoch())));
    return OptionalLong.of(registry.nextAllocationId());
  }

  /**
   * The allocation of a verified deal: 90 days longer than the deal, to be claimed by its start.
   */
  private static Allocation allocation(
      DealProposal proposal, ActorId client, ActorId provider, long now) {
    long duration = proposal.duration();
    return new Allocation(
        client,
        provider,
        proposal.piece(),
        proposal.paddedBytes(),
        duration,
        Math.min(duration + Allocations.DEAL_TERM_SLACK, Allocations.TERM_MAX),
        Math.min(proposal.startEpoch().value(), now + Allocations.EXPIRATION_MAX));
  }
}
