package io.granary.sharding.deadline;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DeclareFaultsRecoveredParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The jobs and messages a deadline orders, from its state alone, so that the same are ordered
 * again.
 */
final class DeadlineOrders {
  private final ActorId miner;
  private final long index;

  DeadlineOrders(ActorId miner, long index) {
    this.miner = miner;
    this.index = index;
  }

  /** Sectors in ascending order, as the proof has them (proofs.md 2.6). */
  JobSpec vanilla(DeadlineRun run, BitField toProve, long partition, Replicas replicas) {
    return new JobSpec.WindowPoStVanilla(
        miner,
        run.postProof(),
        index,
        partition,
        run.randomness(),
        toProve.stream().mapToObj(number -> replicas.of(new SectorNumber(number))).toList());
  }

  JobSpec snark(DeadlineRun run, PartitionState.VanillaRead read, Replicas replicas) {
    List<VanillaProofs.Proven> ordered =
        read.proofs().stream().sorted(Comparator.comparing(VanillaProofs.Proven::sector)).toList();
    return new JobSpec.WindowPoStSnark(
        miner,
        run.postProof(),
        index,
        read.plan().partition(),
        run.randomness(),
        ordered.stream().map(proven -> replicas.of(proven.sector())).toList(),
        ordered.stream().map(VanillaProofs.Proven::proof).toList());
  }

  /**
   * One partition a message, the simplest safe layout (chain.md 5.3): the proof covers exactly the
   * partition's good sectors, and a bad one sinks no other partition.
   */
  MessageIntent submit(
      DeadlineRun run,
      PartitionState.ProofMade made,
      long submission,
      Bytes commitRand,
      Address from) {
    ProvingWindow window = run.window();
    long partition = made.plan().partition();
    SubmitWindowedPoStParams params =
        new SubmitWindowedPoStParams(
            index,
            List.of(new PoStPartition(partition, made.skippedSectors())),
            List.of(new PoStProof(run.postProof(), made.proof())),
            window.challenge(),
            commitRand);
    return intent(
        "period" + window.periodStart() + "/p" + partition + "/post/" + submission,
        MessagePurpose.WINDOW_POST,
        MinerMethod.SUBMIT_WINDOWED_POST,
        params.toCbor(),
        from,
        window.close().minus(1));
  }

  MessageIntent declareRecovered(
      long declaration,
      ProvingWindow window,
      List<DeadlineEvent.PartitionSectors> sectors,
      Address from) {
    DeclareFaultsRecoveredParams params =
        new DeclareFaultsRecoveredParams(
            sectors.stream()
                .map(each -> new SectorDeclaration(index, each.partition(), each.sectors()))
                .toList());
    return intent(
        "recovery/" + declaration,
        MessagePurpose.RECOVERY,
        MinerMethod.DECLARE_FAULTS_RECOVERED,
        params.toCbor(),
        from,
        window.faultCutoff().minus(1));
  }

  private MessageIntent intent(
      String name,
      MessagePurpose purpose,
      long method,
      Bytes params,
      Address from,
      Epoch lastUseful) {
    return new MessageIntent(
        miner + "/d/" + index + "/" + name,
        purpose,
        Message.of(from, Address.ofId(miner), TokenAmount.ZERO, method, params),
        lastUseful);
  }

  /** The commitments of a run's sectors, read from the chain. */
  record Replicas(Map<SectorNumber, ReplicaRef> byNumber) {
    Replicas {
      byNumber = Map.copyOf(byNumber);
    }

    boolean covers(BitField sectors) {
      return sectors.stream().allMatch(number -> byNumber.containsKey(new SectorNumber(number)));
    }

    ReplicaRef of(SectorNumber number) {
      ReplicaRef replica = byNumber.get(number);
      if (replica == null) {
        throw new IllegalStateException("sector " + number + " was not read from the chain");
      }
      return replica;
    }
  }
}
