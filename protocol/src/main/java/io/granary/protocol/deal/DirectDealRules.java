package io.granary.protocol.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.cid.Cid;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether a direct deal that an operator brings is taken (boost storagemarket,
 * direct_deals_provider; market.md 9): what its sector is going to claim must be there to be
 * claimed, or the commit fails with everything else in that sector. Pure; the first rule that is
 * broken answers.
 */
public final class DirectDealRules {
  private final Address provider;
  private final NetworkPolicy network;
  private final long sealEpochs;

  /**
   * @param provider in its f0 form
   * @param sealEpochs how long it takes from acceptance to an active sector
   */
  public DirectDealRules(Address provider, NetworkPolicy network, long sealEpochs) {
    this.provider = provider;
    this.network = network;
    this.sealEpochs = sealEpochs;
  }

  /**
   * An allocation in the verified registry (builtin-actors verifreg).
   *
   * @param provider in its f0 form, as is the client
   * @param termMin epochs from the claim that the data is to be kept, at least
   * @param expiration the last epoch it can be claimed
   */
  public record Allocation(
      Address client,
      Address provider,
      Cid data,
      long paddedBytes,
      long termMin,
      Epoch expiration) {}

  /**
   * What is wrong with {@code deal}; empty when nothing is.
   *
   * @param allocation the one the deal names, as the chain has it
   * @param otherInProcess whether another deal of ours is about to claim the same one
   */
  public Optional<DealVerdict.Refused> check(
      DealTerms.Contract.Direct deal,
      Epoch head,
      Optional<Allocation> allocation,
      boolean otherInProcess) {
    return first(
        List.of(
            () -> terms(deal, head),
            () -> deal.allocation().flatMap(id -> claimable(deal, id, allocation)),
            () ->
                DealRules.refuseIf(
                    otherInProcess && deal.allocation().isPresent(),
                    DealRefusal.DUPLICATE,
                    "another deal for client "
                        + deal.client()
                        + " and allocation "
                        + deal.allocation().orElse(0L)
                        + " is already in process")));
  }

  private static Optional<DealVerdict.Refused> first(
      List<Supplier<Optional<DealVerdict.Refused>>> rules) {
    return rules.stream().map(Supplier::get).flatMap(Optional::stream).findFirst();
  }

  private Optional<DealVerdict.Refused> terms(DealTerms.Contract.Direct deal, Epoch head) {
    Epoch start = deal.startEpoch();
    Epoch end = deal.endEpoch();
    if (!deal.provider().equals(provider)) {
      return refused(DealRefusal.PROVIDER, "provider " + deal.provider() + " is not " + provider);
    }
    if (head.plus(sealEpochs).isAfter(start)) {
      return refused(
          DealRefusal.START_TOO_EARLY,
          "cannot propose direct deal with piece CID "
              + deal.pieceCid()
              + ": current epoch "
              + head
              + " has passed direct deal proposal start epoch "
              + start);
    }
    if (!end.isAfter(start)) {
      return refused(DealRefusal.EPOCHS, "proposal end " + end + " before proposal start " + start);
    }
    return DealRules.refuseIf(
        deal.allocation().isEmpty() && end.since(start) < network.minSectorLifetime(),
        DealRefusal.DURATION,
        "deal duration must be at least " + network.minSectorLifetime() + " without allocation");
  }

  private Optional<DealVerdict.Refused> claimable(
      DealTerms.Contract.Direct deal, long id, Optional<Allocation> allocation) {
    if (allocation.isEmpty() || !allocation.get().client().equals(deal.client())) {
      return refused(
          DealRefusal.ALLOCATION, "allocation " + id + " not found for client " + deal.client());
    }
    Allocation found = allocation.get();
    if (!found.provider().equals(provider)) {
      return refused(
          DealRefusal.ALLOCATION,
          "allocation provider " + found.provider() + " does not match miner address " + provider);
    }
    if (!found.data().equals(deal.pieceCid()) || found.paddedBytes() != deal.paddedBytes()) {
      return refused(
          DealRefusal.ALLOCATION,
          "allocation is for piece " + found.data() + " of " + found.paddedBytes() + " bytes");
    }
    return claimableInTime(deal, found);
  }

  private Optional<DealVerdict.Refused> claimableInTime(
      DealTerms.Contract.Direct deal, Allocation found) {
    if (found.expiration().isBefore(deal.startEpoch())) {
      return refused(
          DealRefusal.ALLOCATION,
          "allocation expires at epoch " + found.expiration() + " before the deal's start");
    }
    long longest = network.maxSectorExpirationExtension() - network.sealRandomnessLookback();
    return DealRules.refuseIf(
        found.termMin() > longest,
        DealRefusal.ALLOCATION,
        "allocation term min "
            + found.termMin()
            + " is longer than the sector lifetime "
            + longest);
  }

  private static Optional<DealVerdict.Refused> refused(DealRefusal refusal, String message) {
    return Optional.of(new DealVerdict.Refused(refusal, message));
  }
}
