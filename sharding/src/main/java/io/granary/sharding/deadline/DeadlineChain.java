package io.granary.sharding.deadline;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deadline.PartitionPlan;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.port.ChainGateway;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a deadline asks the chain, each question as one stage. Stateless. */
final class DeadlineChain {
  private final ChainGateway chain;
  private final ActorId miner;
  private final long index;

  DeadlineChain(ChainGateway chain, ActorId miner, long index) {
    this.chain = chain;
    this.miner = miner;
    this.index = index;
  }

  /** What a period asks of the deadline. */
  record Plan(
      TipSetKey readAt,
      Bytes randomness,
      List<PartitionPlan> partitions,
      Map<SectorNumber, ReplicaRef> replicas) {}

  /** Reads challenge and partitions at {@code head}, which must lie after {@code challenge}. */
  CompletionStage<Plan> plan(Epoch challenge, TipSetKey head) {
    return chain
        .partitions(miner, index, head)
        .thenCompose(
            partitions -> {
              List<PartitionPlan> plans = plans(partitions);
              return plans.isEmpty()
                  ? CompletableFuture.completedStage(
                      new Plan(head, Bytes.of(new byte[32]), plans, Map.of()))
                  : challenge(challenge, head)
                      .thenCombine(
                          replicas(union(plans), head),
                          (randomness, replicas) -> new Plan(head, randomness, plans, replicas));
            });
  }

  /** The partitions that owe a proof. */
  static List<PartitionPlan> plans(List<Partition> partitions) {
    TreeMap<Long, PartitionPlan> plans = new TreeMap<>();
    for (int i = 0; i < partitions.size(); i++) {
      if (PartitionPlan.hasWork(partitions.get(i))) {
        plans.put((long) i, PartitionPlan.of(i, partitions.get(i)));
      }
    }
    return List.copyOf(plans.values());
  }

  private static BitField union(List<PartitionPlan> plans) {
    return plans.stream().map(PartitionPlan::toProve).reduce(BitField.empty(), BitField::union);
  }

  /** The challenge of window PoSt (chain.md 5.2): beacon, tag 4, the miner's entropy. */
  private CompletionStage<Bytes> challenge(Epoch challenge, TipSetKey head) {
    return chain
        .randomnessFromBeacon(
            RandomnessTag.WINDOWED_POST_CHALLENGE_SEED,
            challenge,
            Randomness.minerEntropy(miner),
            head)
        .thenApply(Randomness::forPoSt);
  }

  /** The commitments that the sectors' files must agree with. Fails when one is not on chain. */
  CompletionStage<Map<SectorNumber, ReplicaRef>> replicas(BitField sectors, TipSetKey head) {
    return chain
        .sectors(miner, Optional.of(sectors), head)
        .thenApply(
            found -> {
              Map<SectorNumber, ReplicaRef> replicas =
                  found.stream()
                      .map(DeadlineChain::replica)
                      .collect(Collectors.toMap(ReplicaRef::number, Function.identity()));
              if (replicas.size() != sectors.cardinality()) {
                throw new IllegalStateException(
                    "deadline "
                        + index
                        + ": the chain told of "
                        + replicas.size()
                        + " sectors of "
                        + sectors.cardinality());
              }
              return replicas;
            });
  }

  private static ReplicaRef replica(SectorOnChain sector) {
    return new ReplicaRef(sector.sectorNumber(), sector.sealProof(), sector.sealed());
  }

  /** A partition to rehearse. */
  record Part(PartitionPlan plan, Map<SectorNumber, ReplicaRef> replicas) {}

  /** The first partition that owes a proof at {@code head} and is not in {@code done}. */
  CompletionStage<Optional<Part>> rehearsal(Set<Long> done, TipSetKey head) {
    return chain
        .partitions(miner, index, head)
        .thenCompose(
            partitions -> {
              Optional<PartitionPlan> next =
                  plans(partitions).stream()
                      .filter(plan -> !done.contains(plan.partition()))
                      .findFirst();
              return next.isEmpty()
                  ? CompletableFuture.completedStage(Optional.<Part>empty())
                  : replicas(next.get().toProve(), head)
                      .thenApply(replicas -> Optional.of(new Part(next.get(), replicas)));
            });
  }

  /**
   * Proving sectors, in order, at most {@code count}, beginning with the one at {@code cursor} as
   * if they stood in a circle.
   */
  CompletionStage<List<ReplicaRef>> scrub(long cursor, int count, TipSetKey head) {
    return chain
        .partitions(miner, index, head)
        .thenCompose(
            partitions -> {
              BitField proving =
                  partitions.stream()
                      .map(each -> each.liveSectors().minus(each.faultySectors()))
                      .reduce(BitField.empty(), BitField::union);
              if (proving.isEmpty()) {
                return CompletableFuture.completedStage(List.<ReplicaRef>of());
              }
              long skip = Math.floorMod(cursor, proving.cardinality());
              long some = Math.min(count, proving.cardinality() - skip);
              return replicas(proving.slice(skip, some), head)
                  .thenApply(replicas -> List.copyOf(replicas.values()));
            });
  }

  /**
   * What a submission needs besides the proof.
   *
   * @param commitRand ticket randomness of the challenge epoch, no entropy (chain.md 5.2)
   * @param challenge as the chain has it now
   * @param plans as the chain has them now
   */
  record Submission(
      TipSetKey readAt, Bytes commitRand, Bytes challenge, List<PartitionPlan> plans) {}

  CompletionStage<Submission> submission(Epoch challengeEpoch, TipSetKey head) {
    return chain
        .randomnessFromTickets(RandomnessTag.POST_CHAIN_COMMIT, challengeEpoch, Bytes.empty(), head)
        .thenCompose(
            commitRand ->
                challenge(challengeEpoch, head)
                    .thenCombine(
                        chain.partitions(miner, index, head),
                        (challenge, partitions) ->
                            new Submission(head, commitRand, challenge, plans(partitions))));
  }

  /**
   * The sectors the chain holds faulty and recovering, by partition; partitions with none left out.
   */
  record Faults(SortedMap<Long, BitField> faulty, SortedMap<Long, BitField> recovering) {}

  CompletionStage<Faults> faults(TipSetKey head) {
    return chain
        .partitions(miner, index, head)
        .thenApply(
            partitions -> {
              TreeMap<Long, BitField> faulty = new TreeMap<>();
              TreeMap<Long, BitField> recovering = new TreeMap<>();
              for (int i = 0; i < partitions.size(); i++) {
                put(faulty, i, live(partitions.get(i), partitions.get(i).faultySectors()));
                put(recovering, i, live(partitions.get(i), partitions.get(i).recoveringSectors()));
              }
              return new Faults(faulty, recovering);
            });
  }

  private static BitField live(Partition partition, BitField sectors) {
    return partition.liveSectors().intersect(sectors);
  }

  private static void put(SortedMap<Long, BitField> map, long partition, BitField sectors) {
    if (!sectors.isEmpty()) {
      map.put(partition, sectors);
    }
  }
}
