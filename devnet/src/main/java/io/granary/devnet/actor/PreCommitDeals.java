package io.granary.devnet.actor;

import io.granary.devnet.state.MarketState;
import io.granary.devnet.state.StorageDeal;
import io.granary.protocol.SectorSize;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The deals that a precommit names: the miner asks the market whether they could be activated, and
 * compares what their pieces hash to with the precommit's own word (builtin-actors market,
 * VerifyDealsForActivation; texts as recorded).
 */
final class PreCommitDeals {
  private PreCommitDeals() {}

  /**
   * Exits as the market does unless all of a sector's deals could be activated in it.
   *
   * @return the data commitment that their pieces make, in the order of {@code ids}; empty when
   *     there are none
   */
  static Optional<Cid> commD(Invocation call, List<Long> ids, SectorSize size, long expiration) {
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    List<PieceInfo> pieces = pieces(call, ids, expiration);
    try {
      return Optional.of(Cid.commD(SectorLayout.of(size.bytes(), pieces).commD()));
    } catch (IllegalArgumentException e) {
      throw refused(
          ExitCode.ILLEGAL_ARGUMENT, "failed to compute unsealed sector CID: " + e.getMessage());
    }
  }

  /** Exits 16 unless {@code computed}, when there is one, is what the precommit says. */
  static void requireEqual(Optional<Cid> computed, Optional<Cid> passed) {
    if (computed.isPresent() && !computed.equals(passed)) {
      throw ActorAbort.illegalArgument(
          "computed Cid("
              + computed.get()
              + ") and passed CompactCommD("
              + passed.map(cid -> "Some(Cid(" + cid + "))").orElse("None")
              + ") CommDs not equal");
    }
  }

  private static List<PieceInfo> pieces(Invocation call, List<Long> ids, long expiration) {
    MarketState market = call.state().market();
    Set<Long> seen = new HashSet<>();
    List<PieceInfo> pieces = new ArrayList<>();
    for (long id : ids) {
      if (!seen.add(id)) {
        throw refused(ExitCode.ILLEGAL_ARGUMENT, "duplicate deal ID " + id + " in sector");
      }
    }
    for (long id : ids) {
      StorageDeal deal =
          market
              .deal(id)
              .orElseThrow(
                  () ->
                      id < market.nextDealId()
                          ? refused(ExitCode.DEAL_EXPIRED, "deal " + id + " expired")
                          : refused(ExitCode.NOT_FOUND, "no such deal " + id));
      requireActivatable(call, id, deal.proposal(), expiration);
      pieces.add(
          new PieceInfo(
              deal.proposal().piece().toUnsealedCommitment(), deal.proposal().paddedBytes()));
    }
    return pieces;
  }

  private static void requireActivatable(
      Invocation call, long id, DealProposal proposal, long expiration) {
    if (!proposal.provider().equals(Address.ofId(call.receiver()))) {
      throw cannot(
          id,
          ExitCode.FORBIDDEN,
          "proposal has provider " + proposal.provider() + ", must be " + call.receiver());
    }
    if (call.epoch() > proposal.startEpoch().value()) {
      throw cannot(
          id,
          ExitCode.DEAL_EXPIRED,
          "proposal start epoch "
              + proposal.startEpoch()
              + " has already elapsed at "
              + call.epoch());
    }
    if (proposal.endEpoch().value() > expiration) {
      throw cannot(
          id,
          ExitCode.ILLEGAL_ARGUMENT,
          "proposal expiration "
              + proposal.endEpoch()
              + " exceeds sector expiration "
              + expiration);
    }
  }

  private static ActorAbort cannot(long id, ExitCode code, String why) {
    return refused(
        code,
        "failed to validate deal proposals for activation: cannot activate deal "
            + id
            + ": "
            + why);
  }

  /** What the market says, as the miner that asked it passes it on. */
  private static ActorAbort refused(ExitCode code, String message) {
    return new ActorAbort(
        code,
        "send aborted with code " + code.code(),
        List.of("f05 (method 5) -- " + message + " (" + code.code() + ")"));
  }
}
