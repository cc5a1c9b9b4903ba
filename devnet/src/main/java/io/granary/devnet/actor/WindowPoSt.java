package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.LedgerCause;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerDeadline.OptimisticPost;
import io.granary.devnet.state.MinerLedger;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.job.ReplicaRef;
import java.util.ArrayList;
import java.util.List;

/** SubmitWindowedPoSt (chain.md 5.3). */
final class WindowPoSt {
  private static final int PROOF_BYTES = 192;
  private static final int COMMIT_RANDOMNESS_BYTES_MAX = 32;

  private WindowPoSt() {}

  static Bytes submit(Invocation call) {
    SubmitWindowedPoStParams params = call.decode(SubmitWindowedPoStParams::readFrom);
    requireWellFormed(params, call.policy());
    call.requireControlling();
    MinerState miner = call.miner();
    requireProof(params, miner);
    DeadlineInfo open = miner.grid(call.policy()).current(call.epoch());
    if (params.deadline() != open.index()) {
      throw ActorAbort.illegalArgument(
          "invalid deadline "
              + params.deadline()
              + " at epoch "
              + call.epoch()
              + ", expected "
              + open.index());
    }
    requireChainCommit(params, open, call);
    record(call, params, open);
    return Bytes.empty();
  }

  private static void requireWellFormed(SubmitWindowedPoStParams params, ChainPolicy policy) {
    if (params.proofs().size() != 1) {
      throw ActorAbort.illegalArgument("expected exactly one proof, got " + params.proofs().size());
    }
    if (params.deadline() >= policy.deadlines()) {
      throw ActorAbort.illegalArgument(
          "invalid deadline " + params.deadline() + " of " + policy.deadlines());
    }
    if (params.chainCommitRand().length() > COMMIT_RANDOMNESS_BYTES_MAX) {
      throw ActorAbort.illegalArgument(
          "expected at most "
              + COMMIT_RANDOMNESS_BYTES_MAX
              + " bytes of randomness, got "
              + params.chainCommitRand().length());
    }
    if (params.partitions().size() > ChainPolicy.POSTED_PARTITIONS_MAX) {
      throw ActorAbort.illegalArgument(
          "too many partitions "
              + params.partitions().size()
              + ", limit "
              + ChainPolicy.POSTED_PARTITIONS_MAX);
    }
  }

  private static void requireProof(SubmitWindowedPoStParams params, MinerState miner) {
    RegisteredPoStProof type = params.proofs().get(0).type();
    if (!type.equals(miner.profile().windowPoStProof())) {
      throw ActorAbort.illegalArgument("proof type Invalid(" + type.number() + ") not allowed");
    }
    int longest = PROOF_BYTES * params.partitions().size();
    if (params.proofs().get(0).proof().length() > longest) {
      throw ActorAbort.illegalArgument("expected proof to be smaller than " + longest + " bytes");
    }
  }

  private static void requireChainCommit(
      SubmitWindowedPoStParams params, DeadlineInfo open, Invocation call) {
    long commit = params.chainCommitEpoch().value();
    if (commit < open.challenge().value()) {
      throw ActorAbort.illegalArgument(
          "expected chain commit epoch " + commit + " to be after " + open.challenge());
    }
    if (commit >= call.epoch()) {
      throw ActorAbort.illegalArgument(
          "chain commit epoch " + commit + " must be less than the current epoch " + call.epoch());
    }
    Bytes drawn =
        call.environment()
            .randomness()
            .fromTickets(RandomnessTag.POST_CHAIN_COMMIT, commit, Bytes.empty());
    if (!drawn.equals(params.chainCommitRand())) {
      throw ActorAbort.illegalArgument("post commit randomness mismatched");
    }
  }

  /** Marks the partitions proven and verifies or keeps the proof. */
  private static void record(Invocation call, SubmitWindowedPoStParams params, DeadlineInfo open) {
    MinerState miner = call.miner();
    int index = (int) open.index();
    MinerDeadline deadline = miner.deadlines().get(index);
    String context = "failed to process post submission for deadline " + index + ": ";
    requireNotPosted(params, deadline, context);
    BitField proven = BitField.empty();
    boolean recovering = false;
    MinerDeadline after = deadline;
    MinerLedger ledger = miner.ledger();
    for (PoStPartition post : params.partitions()) {
      if (post.index() >= deadline.partitions().size()) {
        throw ActorAbort.notFound(context + "no such partition " + post.index());
      }
      MinerPartition partition = deadline.partitions().get((int) post.index());
      if (!partition.all().containsAll(post.skipped())) {
        throw ActorAbort.illegalArgument(
            context + "failed to add skipped faults to partition " + post.index());
      }
      long faultExpiration = open.close().value() - 1 + call.policy().faultMaxAge();
      MinerPartition skipped = partition.failing(post.skipped(), faultExpiration);
      recovering |= !skipped.recoveries().isEmpty();
      BitField goodBefore = partition.live().minus(partition.faults());
      BitField provable = goodBefore.union(partition.recoveries());
      ledger =
          ledger
              .with(LedgerCause.SKIPPED_FAULT, provable.intersect(post.skipped()).cardinality())
              .with(LedgerCause.RECOVERED, skipped.recoveries().cardinality());
      proven = proven.union(skipped.live().minus(skipped.faults()).union(skipped.recoveries()));
      after = after.withPartition((int) post.index(), skipped.proven());
    }
    if (proven.isEmpty()) {
      throw ActorAbort.illegalArgument("cannot prove partitions with no active sectors");
    }
    BitField posted = BitField.of(params.partitions().stream().map(PoStPartition::index).toList());
    List<OptimisticPost> optimistic = new ArrayList<>(deadline.optimistic());
    Bytes proof = params.proofs().get(0).proof();
    long challenge = open.challenge().value();
    if (recovering || call.environment().verifyAllPosts()) {
      if (!holds(call, miner, proven, challenge, proof)) {
        throw ActorAbort.illegalArgument("invalid post was submitted");
      }
    } else {
      optimistic.add(new OptimisticPost(posted, proven, proof, challenge));
    }
    call.setMiner(
        miner
            .withLedger(ledger)
            .withDeadline(index, after.withPosted(deadline.posted().union(posted), optimistic)));
  }

  private static void requireNotPosted(
      SubmitWindowedPoStParams params, MinerDeadline deadline, String context) {
    List<Long> indexes = params.partitions().stream().map(PoStPartition::index).toList();
    BitField asked = BitField.of(indexes);
    if (asked.cardinality() != indexes.size()) {
      throw ActorAbort.illegalArgument(context + "duplicate partitions proven");
    }
    BitField already = asked.intersect(deadline.posted());
    if (!already.isEmpty()) {
      throw ActorAbort.illegalArgument(
          context + "partition already proven: " + RustText.bitField(already));
    }
  }

  /**
   * Verifies a proof over the distinct good {@code sectors}, ascending. Trusted ones are believed:
   * only what else there is must be proven.
   */
  static boolean holds(
      Invocation call, MinerState miner, BitField sectors, long challenge, Bytes proof) {
    BitField real = sectors.minus(miner.trusted().numbers());
    if (real.isEmpty()) {
      return true;
    }
    Bytes randomness =
        Randomness.forPoSt(
            call.environment()
                .randomness()
                .fromBeacon(
                    RandomnessTag.WINDOWED_POST_CHALLENGE_SEED, challenge, call.minerEntropy()));
    List<ReplicaRef> replicas = real.stream().mapToObj(number -> replica(miner, number)).toList();
    int chunk = miner.partitionSectors();
    int chunks = (replicas.size() + chunk - 1) / chunk;
    return proof.length() == chunks * PROOF_BYTES
        && call.environment()
            .proofs()
            .windowPoStHolds(
                miner.id(), miner.profile().windowPoStProof(), randomness, replicas, proof);
  }

  private static ReplicaRef replica(MinerState miner, long number) {
    SectorOnChain sector =
        miner
            .sector(number)
            .orElseThrow(
                () -> new IllegalStateException("no sector " + number + " of " + miner.id()));
    return new ReplicaRef(sector.sectorNumber(), sector.sealProof(), sector.sealed());
  }
}
