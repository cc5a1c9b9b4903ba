package io.granary.devnet.actor;

import io.granary.devnet.state.Allocation;
import io.granary.devnet.state.Claim;
import io.granary.devnet.state.RegistryState;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.AllocationClaim;
import io.granary.protocol.actor.BatchReturn;
import io.granary.protocol.actor.ClaimTerm;
import io.granary.protocol.actor.ExtendClaimTermsParams;
import io.granary.protocol.actor.GetClaimsParams;
import io.granary.protocol.actor.SectorAllocationClaims;
import io.granary.protocol.cbor.CborWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Claims of the verified registry: made by sectors, asked for, and lengthened by their clients. */
final class ClaimBook {
  private ClaimBook() {}

  /**
   * Claims all that {@code sector} asks for, or nothing of it (ClaimAllocations).
   *
   * @return why not: 17 for an allocation that is not there, 18 for one that does not fit
   */
  static Optional<ExitCode> claim(
      StateDraft draft, ActorId provider, SectorAllocationClaims sector, long epoch) {
    RegistryState before = draft.registry();
    RegistryState registry = before;
    for (AllocationClaim claim : sector.claims()) {
      Optional<Allocation> found = before.allocation(claim.client(), claim.allocationId());
      if (found.isEmpty()) {
        return Optional.of(ExitCode.NOT_FOUND);
      }
      boolean twice = !registry.allocations().containsKey(claim.allocationId());
      if (twice || !fits(found.get(), claim, provider, sector.expiration().value(), epoch)) {
        return Optional.of(ExitCode.FORBIDDEN);
      }
      registry =
          registry
              .withoutAllocation(claim.allocationId())
              .withClaim(claim.allocationId(), claimOf(found.get(), sector, epoch));
    }
    draft.put(registry);
    return Optional.empty();
  }

  private static boolean fits(
      Allocation allocation, AllocationClaim claim, ActorId provider, long expiration, long epoch) {
    long lifetime = expiration - epoch;
    return allocation.provider().equals(provider)
        && allocation.data().equals(claim.data())
        && allocation.size() == claim.paddedBytes()
        && epoch <= allocation.expiration()
        && lifetime >= allocation.termMin()
        && lifetime <= allocation.termMax();
  }

  private static Claim claimOf(Allocation allocation, SectorAllocationClaims sector, long epoch) {
    return new Claim(
        allocation.provider(),
        allocation.client(),
        allocation.data(),
        allocation.size(),
        allocation.termMin(),
        allocation.termMax(),
        epoch,
        sector.sector());
  }

  /** GetClaims: those that are there, with 17 for the others. */
  static Bytes get(Invocation call) {
    GetClaimsParams params = call.decode(GetClaimsParams::readFrom);
    List<Claim> claims = new ArrayList<>();
    List<BatchReturn.Failure> failures = new ArrayList<>();
    for (int i = 0; i < params.claimIds().size(); i++) {
      Optional<Claim> claim =
          call.state().registry().claim(params.provider(), params.claimIds().get(i));
      if (claim.isPresent()) {
        claims.add(claim.get());
      } else {
        failures.add(new BatchReturn.Failure(i, ExitCode.NOT_FOUND.code()));
      }
    }
    return new CborWriter()
        .array(2)
        .value(new BatchReturn(claims.size(), failures))
        .list(claims)
        .toBytes();
  }

  /** ExtendClaimTerms: a client lengthens its own claims for nothing. */
  static Bytes extend(Invocation call) {
    List<ClaimTerm> terms = call.decode(ExtendClaimTermsParams::readFrom).terms();
    List<BatchReturn.Failure> failures = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      Optional<ExitCode> problem = extend(call, terms.get(i));
      if (problem.isPresent()) {
        failures.add(new BatchReturn.Failure(i, problem.get().code()));
      }
    }
    return new BatchReturn(terms.size() - failures.size(), failures).toCbor();
  }

  private static Optional<ExitCode> extend(Invocation call, ClaimTerm term) {
    RegistryState registry = call.state().registry();
    if (term.termMax() > Allocations.TERM_MAX) {
      return Optional.of(ExitCode.ILLEGAL_ARGUMENT);
    }
    Optional<Claim> claim = registry.claim(term.provider(), term.claimId());
    if (claim.isEmpty()) {
      return Optional.of(ExitCode.NOT_FOUND);
    }
    if (!claim.get().client().equals(call.caller())) {
      return Optional.of(ExitCode.FORBIDDEN);
    }
    if (term.termMax() < claim.get().termMax()) {
      return Optional.of(ExitCode.ILLEGAL_ARGUMENT);
    }
    call.state().put(registry.withClaim(term.claimId(), claim.get().withTermMax(term.termMax())));
    return Optional.empty();
  }
}
