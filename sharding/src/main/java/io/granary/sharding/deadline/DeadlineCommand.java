package io.granary.sharding.deadline;

import akka.actor.typed.ActorRef;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.deadline.RecoveryState;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.sender.MessageReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a deadline hears. */
public sealed interface DeadlineCommand {

  /** A new head, and what the miner is bound to. */
  record HeadSeen(MinerConfig miner, Tick tick) implements DeadlineCommand {}

  /** The files of a faulty sector read well again; said again until the recovery is declared. */
  record ReadableAgain(SectorId sector, SectorLocation location) implements DeadlineCommand {}

  /** A worker's word on a job. */
  record JobReported(JobReport report) implements DeadlineCommand {}

  /** The sender's word on a message. */
  record MessageReported(MessageReport report) implements DeadlineCommand {}

  /** An operator has a partition tried again at once; answered with Done or Rejected. */
  record RetryPartition(long partition, ActorRef<DeadlineReply> replyTo)
      implements DeadlineCommand {}

  /** Asks for {@link DeadlineReply.Overview}. */
  record Describe(ActorRef<DeadlineReply> replyTo) implements DeadlineCommand {}

  /** What comes back to this very actor; never leaves its node. */
  sealed interface Own extends DeadlineCommand {}

  record HeadKnown(Tick tick) implements Own {}

  /** Something was persisted: {@code partitions} may go on; all and everything when empty. */
  record Continue(List<Long> partitions) implements Own {
    public Continue {
      partitions = List.copyOf(partitions);
    }
  }

  record PlanRead(ProvingWindow window, DeadlineChain.Plan plan) implements Own {}

  record ReplicasRead(Map<SectorNumber, ReplicaRef> replicas) implements Own {}

  record FaultsRead(Epoch afterPeriod, DeadlineChain.Faults faults, RecoveryState asOf)
      implements Own {}

  record Prepared(ProvingWindow window, DeadlineChain.Submission submission) implements Own {}

  /** Nothing is left to rehearse after that period when {@code part} is empty. */
  record RehearsalRead(Epoch afterPeriod, Optional<DeadlineChain.Part> part) implements Own {}

  record ScrubRead(List<ReplicaRef> sectors) implements Own {}

  record ReadFailed(DeadlineReads.Question question, Throwable cause) implements Own {}
}
