package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.state.MinerFunds;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BatchReturn;
import io.granary.protocol.actor.PieceActivationManifest;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.SectorActivationManifest;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * ProveCommitSectors3 (chain.md 3.1, 4.3): every seal proof is verified, good sectors are activated
 * and assigned to a deadline, allocations are claimed and actors notified ({@link
 * PieceActivations}). Aggregates are refused by name: nothing here verifies them (README).
 */
final class ProveCommits {
  private static final long SNARK_PACK_V2 = 1;
  private static final int AGGREGATED_SECTORS_MIN = 4;

  private ProveCommits() {}

  /** One sector of the message with its precommit and what became of it. */
  record Candidate(
      int index,
      SectorActivationManifest manifest,
      SectorPreCommitOnChain preCommit,
      Bytes proof,
      boolean inTime) {
    long number() {
      return manifest.sector().value();
    }

    long expiration() {
      return preCommit.info().expiration().value();
    }

    boolean provable() {
      return inTime && preCommit.info().dealIds().isEmpty();
    }

    /** Bytes of the pieces that claim an allocation, or of those that do not. */
    long bytes(boolean verified) {
      return manifest.pieces().stream()
          .filter(piece -> piece.allocation().isPresent() == verified)
          .mapToLong(PieceActivationManifest::paddedBytes)
          .sum();
    }
  }

  static Bytes proveCommit(Invocation call) {
    ProveCommitSectors3Params params = call.decode(ProveCommitSectors3Params::readFrom);
    call.requireControlling();
    if (params.sectors().isEmpty()) {
      throw ActorAbort.illegalArgument("no sectors to prove");
    }
    if (params.proofs().isEmpty() == params.aggregateProof().isEmpty()) {
      throw ActorAbort.illegalArgument(
          "exactly one of sector proofs or aggregate proof must be non-empty");
    }
    if (!params.aggregateProof().isEmpty()) {
      throw aggregateRefused(params);
    }
    if (params.aggregateProofType().isPresent()) {
      throw ActorAbort.illegalArgument("aggregate proof type given without aggregate proof");
    }
    if (params.proofs().size() != params.sectors().size()) {
      throw ActorAbort.illegalArgument(
          "mismatched lengths: "
              + params.sectors().size()
              + " sector activations, "
              + params.proofs().size()
              + " proofs");
    }
    List<Candidate> candidates = candidates(call, params);
    List<Candidate> open = open(candidates, params.requireActivationSuccess());
    List<Candidate> good = proven(call, open, params.requireActivationSuccess());
    if (good.isEmpty()) {
      throw ActorAbort.illegalArgument("no valid proofs specified");
    }
    for (Candidate candidate : good) {
      requirePiecesMatch(call.miner(), candidate);
    }
    List<Candidate> claimed = PieceActivations.claim(call, good, params.requireActivationSuccess());
    activate(call, claimed);
    PieceActivations.notify(call, claimed, params.requireNotificationSuccess());
    return batchReturn(candidates, claimed).toCbor();
  }

  /** Those whose precommit can be proven at all: not expired, and without deal ids. */
  private static List<Candidate> open(List<Candidate> candidates, boolean required) {
    List<Candidate> open = candidates.stream().filter(Candidate::provable).toList();
    if (required && open.size() < candidates.size()) {
      long first = candidates.stream().filter(c -> !c.provable()).findFirst().orElseThrow().index();
      throw ActorAbort.illegalArgument(
          "invalid pre-commit " + first + " while requiring activation success");
    }
    if (open.isEmpty()) {
      throw ActorAbort.illegalArgument("no valid precommits specified");
    }
    return open;
  }

  /** An aggregate that breaks no rule is refused all the same: nothing here verifies it. */
  private static ActorAbort aggregateRefused(ProveCommitSectors3Params params) {
    if (params.aggregateProofType().filter(type -> type == SNARK_PACK_V2).isEmpty()) {
      return ActorAbort.illegalArgument("aggregate proof type must be SnarkPackV2");
    }
    if (params.sectors().size() < AGGREGATED_SECTORS_MIN) {
      return ActorAbort.illegalArgument(
          "too few sectors addressed, addressed "
              + params.sectors().size()
              + " want >= "
              + AGGREGATED_SECTORS_MIN);
    }
    return ActorAbort.illegalArgument("aggregate proofs are not verified by this chain");
  }

  private static List<Candidate> candidates(Invocation call, ProveCommitSectors3Params params) {
    MinerState miner = call.miner();
    Set<SectorNumber> seen = new HashSet<>();
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < params.sectors().size(); i++) {
      SectorActivationManifest manifest = params.sectors().get(i);
      if (!seen.add(manifest.sector())) {
        throw new ActorAbort(
            ExitCode.ILLEGAL_STATE, "sector " + manifest.sector() + " not pre-committed");
      }
      SectorPreCommitOnChain preCommit = miner.preCommits().get(manifest.sector().value());
      if (preCommit == null) {
        throw ActorAbort.notFound("loading precommits: sector " + manifest.sector() + " not found");
      }
      long since = call.epoch() - preCommit.preCommitEpoch().value();
      if (since <= call.policy().preCommitChallengeDelay()) {
        throw ActorAbort.forbidden("too early to prove sector " + manifest.sector());
      }
      candidates.add(
          new Candidate(
              i,
              manifest,
              preCommit,
              params.proofs().get(i),
              since <= call.policy().proveCommitLimit()));
    }
    return candidates;
  }

  private static List<Candidate> proven(
      Invocation call, List<Candidate> candidates, boolean required) {
    List<Boolean> results = new ArrayList<>();
    List<Candidate> good = new ArrayList<>();
    for (Candidate candidate : candidates) {
      boolean holds = sealHolds(call, candidate);
      results.add(holds);
      if (holds) {
        good.add(candidate);
      } else if (required) {
        throw ActorAbort.illegalArgument(
            "invalid proof for sector "
                + candidate.number()
                + " while requiring activation success: "
                + results);
      }
    }
    return good;
  }

  private static boolean sealHolds(Invocation call, Candidate candidate) {
    MinerState miner = call.miner();
    SectorPreCommitOnChain preCommit = candidate.preCommit();
    if (candidate.proof().length() != preCommit.info().sealProof().proofBytes()) {
      return false;
    }
    long seedEpoch = preCommit.preCommitEpoch().value() + call.policy().preCommitChallengeDelay();
    ChainRandomness randomness = call.environment().randomness();
    Bytes ticket =
        randomness.fromTickets(
            RandomnessTag.SEAL_RANDOMNESS,
            preCommit.info().sealRandEpoch().value(),
            call.minerEntropy());
    Bytes seed =
        randomness.fromBeacon(
            RandomnessTag.INTERACTIVE_SEAL_CHALLENGE_SEED, seedEpoch, call.minerEntropy());
    Commitment commD =
        preCommit
            .info()
            .unsealed()
            .orElseGet(() -> SectorData.commD(List.of(), miner.sectorSize()));
    return call.environment()
        .proofs()
        .sealHolds(
            new SectorId(miner.id(), candidate.manifest().sector()),
            preCommit.info().sealProof(),
            ticket,
            seed,
            preCommit.info().sealed(),
            commD,
            candidate.proof());
  }

  /** The pieces must make up the precommitted CommD; without pieces it is the one of zeroes. */
  private static void requirePiecesMatch(MinerState miner, Candidate candidate) {
    Commitment computed = SectorData.commD(candidate.manifest().pieces(), miner.sectorSize());
    Optional<Commitment> declared = candidate.preCommit().info().unsealed();
    boolean matches =
        declared.map(computed::equals).orElse(candidate.manifest().pieces().isEmpty());
    if (!matches) {
      throw ActorAbort.illegalArgument(
          "unsealed CID does not match pieces for sector "
              + candidate.number()
              + ", computed Cid("
              + Cid.commD(computed)
              + ") declared CompactCommD("
              + declared.map(commD -> "Some(Cid(" + Cid.commD(commD) + "))").orElse("None")
              + ")");
    }
  }

  private static void activate(Invocation call, List<Candidate> good) {
    MinerState miner = call.miner();
    ChainPolicy policy = call.policy();
    NavigableMap<Long, SectorPreCommitOnChain> preCommits = new TreeMap<>(miner.preCommits());
    NavigableMap<Long, SectorOnChain> sectors = new TreeMap<>(miner.sectors());
    TokenAmount released = TokenAmount.ZERO;
    TokenAmount needed = TokenAmount.ZERO;
    for (Candidate candidate : good) {
      preCommits.remove(candidate.number());
      released = released.plus(candidate.preCommit().deposit());
      SectorOnChain sector =
          committed(
              candidate,
              call.epoch(),
              Economics.qualityPower(miner.sectorSize().bytes(), candidate.bytes(true)));
      needed = needed.plus(sector.initialPledge());
      sectors.put(candidate.number(), sector);
    }
    MinerFunds funds =
        miner.funds().withPreCommitDeposits(miner.funds().preCommitDeposits().minus(released));
    TokenAmount available = funds.unlocked(call.balance());
    if (available.compareTo(needed) < 0) {
      throw ActorAbort.insufficientFunds(
          "insufficient funds for aggregate initial pledge requirement "
              + needed
              + ", available: "
              + available);
    }
    MinerState committed =
        miner
            .withPreCommits(preCommits)
            .withSectors(sectors)
            .withFunds(funds.withInitialPledge(funds.initialPledge().plus(needed)));
    BitField numbers = BitField.of(good.stream().map(Candidate::number).toList());
    call.setMiner(SectorAssignment.assign(committed, numbers, call.epoch(), policy));
  }

  private static SectorOnChain committed(Candidate candidate, long now, BigInteger power) {
    long expiration = candidate.expiration();
    BigInteger lifetime = BigInteger.valueOf(expiration - now);
    return new SectorOnChain(
        candidate.manifest().sector(),
        candidate.preCommit().info().sealProof(),
        candidate.preCommit().info().sealed(),
        new Epoch(now),
        new Epoch(expiration),
        BigInteger.valueOf(candidate.bytes(false)).multiply(lifetime),
        BigInteger.valueOf(candidate.bytes(true)).multiply(lifetime),
        Economics.initialPledge(power),
        Optional.empty(),
        Optional.empty(),
        new Epoch(now),
        Optional.empty(),
        Optional.empty(),
        1,
        Economics.dailyFee(power));
  }

  private static BatchReturn batchReturn(List<Candidate> all, List<Candidate> good) {
    List<BatchReturn.Failure> failures =
        all.stream()
            .filter(candidate -> !good.contains(candidate))
            .map(
                candidate ->
                    new BatchReturn.Failure(candidate.index(), ExitCode.ILLEGAL_ARGUMENT.code()))
            .toList();
    return new BatchReturn(good.size(), failures);
  }
}
