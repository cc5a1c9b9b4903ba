package io.granary.protocol.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.VerifiedAllocation;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether a direct deal that an operator brings is taken (boost storagemarket,
 * direct_deals_provider; market.md 9): what its sector is going to claim must be there to be
 * claimed, or the commit fails with everything else in that sector. Beyond Boost's rules the deal's
 * epochs must leave room for a sector that can claim whenever it is activated, now or at the deal's
 * start (builtin-actors verifreg/src/lib.rs, can_claim_alloc). Pure; the first rule that is broken
 * answers.
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
   * What is wrong with {@code deal}; empty when nothing is.
   *
   * @param allocation the one the deal names, as the chain has it
   */
  public Optional<DealVerdict.Refused> check(
      DealTerms.Contract.Direct deal, Epoch head, Optional<VerifiedAllocation> allocation) {
    List<Supplier<Optional<DealVerdict.Refused>>> rules =
        List.of(
            () -> provider(deal),
            () -> deal.allocation().flatMap(id -> sameData(deal, id, allocation)),
            () -> epochs(deal, head),
            () -> deal.allocation().flatMap(id -> allocation.flatMap(of -> term(deal, head, of))));
    return rules.stream().map(Supplier::get).flatMap(Optional::stream).findFirst();
  }

  private Optional<DealVerdict.Refused> provider(DealTerms.Contract.Direct deal) {
    return DealRules.refuseIf(
        !deal.provider().equals(provider),
        DealRefusal.PROVIDER,
        "provider " + deal.provider() + " is not " + provider);
  }

  private Optional<DealVerdict.Refused> epochs(DealTerms.Contract.Direct deal, Epoch head) {
    Epoch start = deal.startEpoch();
    Epoch end = deal.endEpoch();
    if (head.plus(sealEpochs).isAfter(start)) {
      return refused(
          DealRefusal.START_TOO_EARLY,
          "start epoch "
              + start
              + " is less than the "
              + sealEpochs
              + " epochs after the head "
              + head
              + " that sealing takes");
    }
    if (!end.isAfter(start)) {
      return refused(DealRefusal.EPOCHS, "proposal end " + end + " before proposal start " + start);
    }
    long longest = network.maxSectorExpirationExtension();
    if (end.since(head) > longest) {
      return refused(
          DealRefusal.END_TOO_LATE,
          "end epoch " + end + " is more than " + longest + " after the head, as no sector ends");
    }
    return DealRules.refuseIf(
        deal.allocation().isEmpty() && end.since(start) < network.minSectorLifetime(),
        DealRefusal.DURATION,
        "deal duration must be at least " + network.minSectorLifetime() + " without allocation");
  }

  private Optional<DealVerdict.Refused> sameData(
      DealTerms.Contract.Direct deal, long id, Optional<VerifiedAllocation> allocation) {
    if (allocation.isEmpty() || !Address.ofId(allocation.get().client()).equals(deal.client())) {
      return refused(
          DealRefusal.ALLOCATION, "allocation " + id + " not found for client " + deal.client());
    }
    VerifiedAllocation found = allocation.get();
    if (!Address.ofId(found.provider()).equals(provider)) {
      return refused(
          DealRefusal.ALLOCATION,
          "allocation provider "
              + Address.ofId(found.provider())
              + " does not match miner address "
              + provider);
    }
    if (!found.data().equals(deal.pieceCid())) {
      return refused(
          DealRefusal.PIECE_CID,
          "allocation " + id + " is for piece " + found.data() + ", not " + deal.pieceCid());
    }
    return DealRules.refuseIf(
        found.paddedBytes() != deal.paddedBytes(),
        DealRefusal.PIECE_SIZE,
        "allocation "
            + id
            + " is for a piece of "
            + found.paddedBytes()
            + " padded bytes, not "
            + deal.paddedBytes());
  }

  private Optional<DealVerdict.Refused> term(
      DealTerms.Contract.Direct deal, Epoch head, VerifiedAllocation found) {
    if (found.expiration().isBefore(deal.startEpoch())) {
      return refused(
          DealRefusal.ALLOCATION,
          "allocation expires at epoch "
              + found.expiration()
              + " before the deal's start "
              + deal.startEpoch());
    }
    long longest = network.maxSectorExpirationExtension() - network.sealRandomnessLookback();
    if (found.termMin() > longest) {
      return refused(
          DealRefusal.ALLOCATION,
          "allocation term min "
              + found.termMin()
              + " is longer than the sector lifetime "
              + longest);
    }
    long duration = deal.endEpoch().since(deal.startEpoch());
    if (duration < found.termMin()) {
      return refused(
          DealRefusal.DURATION,
          "deal duration "
              + duration
              + " is shorter than the allocation's term min "
              + found.termMin());
    }
    long life = deal.endEpoch().since(head);
    return DealRules.refuseIf(
        life > found.termMax(),
        DealRefusal.END_TOO_LATE,
        "end epoch "
            + deal.endEpoch()
            + " is "
            + life
            + " epochs after the head, beyond the allocation's term max "
            + found.termMax());
  }

  private static Optional<DealVerdict.Refused> refused(DealRefusal refusal, String message) {
    return Optional.of(new DealVerdict.Refused(refusal, message));
  }
}
