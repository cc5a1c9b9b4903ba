package io.granary.protocol.deadline;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.Stamp;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput.VanillaProofs.Proven;
import io.granary.protocol.job.JobOutput.VanillaProofs.Unreadable;
import io.granary.protocol.sender.MessageIntent;
import java.util.List;

/** What happened to one proving deadline of a miner. */
public sealed interface DeadlineEvent {
  /** When and where it was decided. */
  Stamp stamp();

  /** The height of the head it was decided at. */
  default Epoch epoch() {
    return stamp().epoch();
  }

  /** The name, as histories and the diagram show it. */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * The challenge is known and the partitions are read: a period's run begins.
   *
   * @param randomness the challenge, top two bits of byte 31 cleared
   * @param readAt the tipset the partitions were read at
   */
  record RunOpened(
      ProvingWindow window,
      Bytes randomness,
      RegisteredPoStProof postProof,
      TipSetKey readAt,
      List<PartitionPlan> partitions,
      Stamp stamp)
      implements DeadlineEvent {
    public RunOpened {
      randomness.requireLength(32, "randomness");
      partitions = List.copyOf(partitions);
    }
  }

  /**
   * A re-org changed the challenge or what partitions owe: the partitions given start anew, the
   * others keep what they have.
   */
  record RunReplanned(
      Bytes randomness, TipSetKey readAt, List<PartitionPlan> partitions, Stamp stamp)
      implements DeadlineEvent {
    public RunReplanned {
      randomness.requireLength(32, "randomness");
      partitions = List.copyOf(partitions);
    }
  }

  /** The window is over. Missed partitions are faulty from here on. */
  record RunClosed(Epoch periodStart, List<Long> proven, List<MissedPartition> missed, Stamp stamp)
      implements DeadlineEvent {
    public RunClosed {
      proven = List.copyOf(proven);
      missed = List.copyOf(missed);
    }
  }

  /** A partition that was not proven in its window, with the reason last known. */
  record MissedPartition(long partition, String reason) {}

  /** An event of one partition's run. */
  sealed interface OfPartition extends DeadlineEvent {
    long partition();
  }

  /** The vanilla proofs are asked for; {@code attempt} fences the answer. */
  record VanillaAsked(long partition, JobId job, long attempt, Stamp stamp)
      implements OfPartition {}

  /** The vanilla proofs are kept durably; unreadable sectors will be skipped. */
  record VanillaMade(
      long partition,
      long attempt,
      List<Proven> proofs,
      List<Unreadable> skipped,
      String worker,
      long millis,
      Stamp stamp)
      implements OfPartition {
    public VanillaMade {
      proofs = List.copyOf(proofs);
      skipped = List.copyOf(skipped);
    }
  }

  /** The SNARK is asked for; {@code attempt} fences the answer. */
  record SnarkAsked(long partition, JobId job, long attempt, Stamp stamp) implements OfPartition {}

  /** The proof is made, and verified by another process. */
  record SnarkMade(
      long partition, long attempt, Bytes proof, String worker, long millis, Stamp stamp)
      implements OfPartition {}

  /** The job of the stage the partition is in failed; it is tried again after a back-off. */
  record ProofJobFailed(
      long partition, long attempt, JobFailure failure, String worker, Stamp stamp)
      implements OfPartition {}

  /** The window closed before its proof was sent: the next period takes it up. */
  record PartitionParked(long partition, String reason, Stamp stamp) implements OfPartition {}

  /**
   * An operator has it tried again now, whatever its back-off, or a re-org opened the window again.
   */
  record PartitionRetried(long partition, Stamp stamp) implements OfPartition {}

  /**
   * The proof is handed to the sender. Partitions whose proofs go in one message hold the same
   * intent, each in its own event.
   */
  record SubmissionAsked(long partition, long submission, MessageIntent intent, Stamp stamp)
      implements OfPartition {}

  /**
   * The period's outcome: the proof landed with a good receipt.
   *
   * @param sectors proven by it
   * @param skipped faulty from here on
   * @param message its CID on chain
   * @param inclusionEpoch the epoch of the tipset that includes it
   */
  record ProvenInPeriod(
      long partition,
      Epoch periodStart,
      long submission,
      BitField sectors,
      BitField skipped,
      Cid message,
      Epoch inclusionEpoch,
      Stamp stamp)
      implements OfPartition {}

  /** The message was refused, given up, or landed with a bad receipt; sent again while open. */
  record SubmissionFailed(long partition, long submission, String reason, Stamp stamp)
      implements OfPartition {}

  /** A re-org took the landing back; the sender pushes the same message again. */
  record SubmissionReverted(long partition, long submission, Cid message, Stamp stamp)
      implements OfPartition {}

  /**
   * A re-org took back a landing of a run that is closed: its sectors are faulty unless the chain
   * includes {@code message} in another tipset of that window.
   */
  record LandingLost(String intentId, Cid message, Stamp stamp) implements DeadlineEvent {}

  /**
   * A partition was proven for practice, with a challenge of our own and nothing sent.
   *
   * @param sectors that a window would ask for
   * @param failing those of them that gave no vanilla proof: a window would skip them
   * @param reasons of the first of {@code failing}, at most {@link #REASONS_MAX}
   * @param problem what else would keep the partition from being proven; empty when nothing would
   * @param worker that did the last job of it
   * @param vanillaMillis the reading took
   * @param snarkMillis the proof took, its verification included; 0 when none was made
   */
  record RehearsalDone(
      long partition,
      long sectors,
      BitField failing,
      List<Unreadable> reasons,
      String problem,
      String worker,
      long vanillaMillis,
      long snarkMillis,
      Stamp stamp)
      implements DeadlineEvent {
    /** How many sectors' reasons are kept. */
    public static final int REASONS_MAX = 20;

    public RehearsalDone {
      reasons = List.copyOf(reasons);
    }

    /** Whether the partition would have been proven whole. */
    public boolean wentWell() {
      return failing.isEmpty() && problem.isEmpty();
    }
  }

  /** The chain holds these sectors faulty, which we did not know. */
  record FaultsFound(List<PartitionSectors> sectors, Stamp stamp) implements DeadlineEvent {
    public FaultsFound {
      sectors = List.copyOf(sectors);
    }
  }

  /** The chain holds these sectors faulty no more: recovered, terminated or expired. */
  record FaultsEnded(List<PartitionSectors> sectors, Stamp stamp) implements DeadlineEvent {
    public FaultsEnded {
      sectors = List.copyOf(sectors);
    }
  }

  /** Sectors of one partition. */
  record PartitionSectors(long partition, BitField sectors) {}

  /** The files of these faulty sectors read well again; their recovery is to be declared. */
  record RecoveryAsked(
      long declaration,
      ProvingWindow window,
      List<PartitionSectors> sectors,
      MessageIntent intent,
      Stamp stamp)
      implements DeadlineEvent {
    public RecoveryAsked {
      sectors = List.copyOf(sectors);
    }
  }

  /** The declaration landed with a good receipt. */
  record RecoveryDeclared(long declaration, Cid message, Epoch inclusionEpoch, Stamp stamp)
      implements DeadlineEvent {}

  /**
   * The declaration was refused, given up, or landed with a bad receipt; made again after a
   * back-off while the cut-off allows.
   */
  record RecoveryFailed(long declaration, String reason, Stamp stamp) implements DeadlineEvent {}

  /** A re-org took the declaration back; the sender pushes the same message again. */
  record RecoveryReverted(long declaration, Cid message, Stamp stamp) implements DeadlineEvent {}

  /** The window it was declared for has passed: what it did not recover is declared anew. */
  record RecoveryEnded(long declaration, Stamp stamp) implements DeadlineEvent {}
}
