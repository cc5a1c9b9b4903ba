package io.granary.protocol.deadline;

import static io.granary.protocol.sender.SenderFixtures.block;
import static io.granary.protocol.sender.SenderFixtures.stamp;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.miner.MinerFixtures;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.SenderFixtures;
import java.util.List;

/** Deadline 1 of the demo's grid in its period from 0: challenge 7, open 15, close 30. */
public final class DeadlineFixtures {
  public static final ProvingWindow WINDOW = MinerFixtures.GRID.next(1, new Epoch(0));
  public static final Bytes RANDOMNESS = Bytes.of(new byte[32]);
  public static final JobId JOB = new JobId("ab".repeat(32));
  public static final PartitionPlan PLAN =
      new PartitionPlan(0, BitField.of(2, 3), BitField.empty(), BitField.of(3));

  private DeadlineFixtures() {}

  public static VanillaProofs.Proven proven(long sector) {
    return new VanillaProofs.Proven(
        new SectorNumber(sector),
        new BlobRef("storage-1", "post/" + sector, 5680, Bytes.of(new byte[32])));
  }

  public static VanillaProofs.Unreadable unreadable(long sector) {
    return new VanillaProofs.Unreadable(new SectorNumber(sector), "sealed file is too short");
  }

  public static MessageIntent intent(long submission) {
    return SenderFixtures.intent(
        "f01000/d/1/period0/p0/post/" + submission, MessagePurpose.WINDOW_POST, 29);
  }

  public static DeadlineEvent.RunOpened opened() {
    return new DeadlineEvent.RunOpened(
        WINDOW,
        RANDOMNESS,
        SectorSize.SIZE_2KIB.windowPoStV1_1(),
        new TipSetKey(List.of(block(8))),
        List.of(PLAN),
        stamp(8));
  }

  public static DeadlineEvent.VanillaMade vanilla(
      List<VanillaProofs.Proven> proofs, List<VanillaProofs.Unreadable> skipped) {
    return new DeadlineEvent.VanillaMade(0, 1, proofs, skipped, "worker-1", 12, stamp(9));
  }

  public static DeadlineEvent.ProofJobFailed failed(JobFailure.Kind kind) {
    return new DeadlineEvent.ProofJobFailed(
        0, 1, new JobFailure(kind, "it failed: " + kind), "worker-1", stamp(9));
  }

  public static DeadlineEvent.ProvenInPeriod provenInPeriod() {
    return new DeadlineEvent.ProvenInPeriod(
        0,
        WINDOW.periodStart(),
        1,
        BitField.of(2),
        BitField.of(3),
        block(16),
        new Epoch(17),
        stamp(18));
  }

  /** A rehearsal of {@code partition} in which one of two sectors failed. */
  public static DeadlineEvent.RehearsalDone rehearsed(long partition, long epoch) {
    return new DeadlineEvent.RehearsalDone(
        partition,
        2,
        BitField.of(3),
        List.of(unreadable(3)),
        "no worker",
        "worker-1",
        12,
        5000,
        stamp(epoch));
  }

  /** At least one of every event of a partition, some with more than one outcome. */
  public static List<DeadlineEvent.OfPartition> partitionEvents() {
    return List.of(
        new DeadlineEvent.VanillaAsked(0, JOB, 1, stamp(8)),
        vanilla(List.of(proven(2)), List.of(unreadable(3))),
        vanilla(List.of(), List.of(unreadable(2), unreadable(3))),
        new DeadlineEvent.SnarkAsked(0, JOB, 1, stamp(9)),
        new DeadlineEvent.SnarkMade(0, 1, Bytes.of(new byte[192]), "worker-1", 5000, stamp(11)),
        failed(JobFailure.Kind.DATA),
        failed(JobFailure.Kind.CHILD_DIED),
        new DeadlineEvent.PartitionParked(0, "took 2 processes down", stamp(12)),
        new DeadlineEvent.PartitionRetried(0, stamp(13)),
        new DeadlineEvent.SubmissionAsked(0, 1, intent(1), stamp(16)),
        provenInPeriod(),
        new DeadlineEvent.SubmissionFailed(0, 1, "exit code 16", stamp(18)),
        new DeadlineEvent.SubmissionReverted(0, 1, block(16), stamp(19)));
  }

  /** One of every other event. */
  public static List<DeadlineEvent> deadlineEvents() {
    List<PartitionSectors> sectors = List.of(new PartitionSectors(0, BitField.of(3)));
    return List.of(
        opened(),
        new DeadlineEvent.RunReplanned(
            RANDOMNESS, new TipSetKey(List.of(block(10))), List.of(PLAN), stamp(10)),
        new DeadlineEvent.RunClosed(
            WINDOW.periodStart(),
            List.of(1L),
            List.of(new DeadlineEvent.MissedPartition(0, "no worker")),
            stamp(35)),
        new DeadlineEvent.FaultsFound(sectors, stamp(36)),
        new DeadlineEvent.FaultsEnded(sectors, stamp(90)),
        new DeadlineEvent.RecoveryAsked(
            1, MinerFixtures.GRID.next(1, new Epoch(36)), sectors, intent(1), stamp(37)),
        new DeadlineEvent.RecoveryDeclared(1, block(40), new Epoch(39), stamp(40)),
        new DeadlineEvent.RecoveryFailed(1, "exit code 19", stamp(40)),
        new DeadlineEvent.RecoveryReverted(1, block(40), stamp(41)),
        new DeadlineEvent.RecoveryEnded(1, stamp(75)),
        new DeadlineEvent.LandingLost("f01000/d/1/period0/p0/post/1", block(16), stamp(38)),
        rehearsed(0, 40));
  }
}
