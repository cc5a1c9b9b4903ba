package io.granary.protocol.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import java.util.Optional;
import java.util.Set;

/** What the provider wants of a proposal that is valid, in the order Boost looks at it. */
final class AcceptanceRules {
  private final DealPolicy policy;
  private final DealFacts facts;

  AcceptanceRules(DealPolicy policy, DealFacts facts) {
    this.policy = policy;
    this.facts = facts;
  }

  DealVerdict check(DealParams params, ClientDealProposal signed) {
    DealProposal proposal = signed.proposal();
    Optional<TransferSource> source = Optional.empty();
    if (!params.offline()) {
      try {
        source = Optional.of(source(params.transfer()));
      } catch (IllegalArgumentException e) {
        return new DealVerdict.Refused(
            DealRefusal.TRANSFER, "server error: get deal transfer host: " + e.getMessage());
      }
    }
    Optional<DealVerdict.Refused> refused =
        duplicate()
            .or(() -> kind(params.offline(), proposal.verified()))
            .or(() -> client(proposal))
            .or(() -> start(params.offline(), proposal))
            .or(() -> size(params.transfer(), proposal))
            .or(() -> means(params, proposal));
    return refused.isPresent() ? refused.get() : new DealVerdict.Acceptable(signed, source);
  }

  private TransferSource source(Transfer transfer) {
    TransferSource source = TransferSource.parse(transfer.params());
    String expected = source instanceof TransferSource.Http ? Transfer.HTTP : Transfer.LIBP2P;
    if (!transfer.type().equals(expected)) {
      throw new IllegalArgumentException(
          "transfer type '" + transfer.type() + "' with a URL of " + expected);
    }
    if (!policy.transferTypes().contains(expected)) {
      throw new IllegalArgumentException("transfer type " + expected + " is not supported");
    }
    return source;
  }

  private Optional<DealVerdict.Refused> duplicate() {
    return facts
        .sameProposal()
        .map(earlier -> duplicate("deal proposal is identical to deal ", earlier))
        .or(
            () ->
                facts
                    .sameId()
                    .map(earlier -> duplicate("deal has the same uuid as deal ", earlier)));
  }

  private static DealVerdict.Refused duplicate(String what, DealFacts.Earlier earlier) {
    return new DealVerdict.Refused(
        DealRefusal.DUPLICATE, what + earlier.id() + " (proposed at " + earlier.proposed() + ")");
  }

  private Optional<DealVerdict.Refused> kind(boolean offline, boolean verified) {
    DealPolicy.Kinds kinds = policy.kinds();
    if (offline ? !kinds.offline() : !kinds.online()) {
      return notConsidered(offline ? "offline" : "online");
    }
    if (verified ? !kinds.verified() : !kinds.unverified()) {
      return notConsidered(verified ? "verified" : "unverified");
    }
    return Optional.empty();
  }

  private static Optional<DealVerdict.Refused> notConsidered(String kind) {
    return DealRules.refuseIf(
        true, DealRefusal.KIND_NOT_TAKEN, "miner is not considering " + kind + " storage deals");
  }

  private Optional<DealVerdict.Refused> client(DealProposal proposal) {
    Set<Address> names = facts.namesOf(proposal.client());
    boolean denied = names.stream().anyMatch(policy.denied()::contains);
    boolean allowed =
        policy.allowed().isEmpty() || names.stream().anyMatch(policy.allowed()::contains);
    return DealRules.refuseIf(
        denied || !allowed, DealRefusal.CLIENT_NOT_TAKEN, "client not allowed by provider");
  }

  private Optional<DealVerdict.Refused> start(boolean offline, DealProposal proposal) {
    Epoch start = proposal.startEpoch();
    Epoch earliest = facts.head().plus(policy.sealEpochs());
    if (start.isBefore(earliest)) {
      return DealRules.refuseIf(
          true, DealRefusal.START_TOO_EARLY, "cannot seal a sector before " + start);
    }
    Epoch latest = earliest.plus(policy.startAheadEpochsMax());
    return DealRules.refuseIf(
        !offline && start.isAfter(latest),
        DealRefusal.START_TOO_LATE,
        "deal start epoch is too far in the future: " + start + " > " + latest);
  }

  private static Optional<DealVerdict.Refused> size(Transfer transfer, DealProposal proposal) {
    return DealRules.refuseIf(
        !DealRules.fits(transfer.size(), proposal),
        DealRefusal.TRANSFER,
        "transfer size "
            + transfer.size()
            + " does not fit a piece of "
            + proposal.paddedBytes()
            + " padded bytes");
  }

  /** Only the rules that other deals of the provider bear on. */
  Optional<DealVerdict.Refused> means(DealParams params, DealProposal proposal) {
    return funds().or(() -> space(params, proposal));
  }

  private Optional<DealVerdict.Refused> funds() {
    return DealRules.refuseIf(
        !facts.providerCanPay(),
        DealRefusal.PROVIDER_FUNDS,
        "server error: provider has insufficient funds to accept deal");
  }

  /** An offline deal takes no room before its file is imported. */
  private Optional<DealVerdict.Refused> space(DealParams params, DealProposal proposal) {
    long bytes =
        params.transfer().size() > 0 ? params.transfer().size() : DealRules.unpadded(proposal);
    return !params.offline() && bytes > facts.stagingFreeBytes()
        ? Optional.of(DealRules.NO_SPACE)
        : Optional.empty();
  }
}
