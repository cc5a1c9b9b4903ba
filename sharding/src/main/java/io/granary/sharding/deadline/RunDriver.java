package io.granary.sharding.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.PartitionPlan;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.Messages;
import io.granary.protocol.sender.MessageIntent;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run does next: which jobs and messages are due, as intents to be persisted, and what is
 * ordered of pool and sender for what is under way. Holds no state.
 */
final class RunDriver {
  private final DeadlineOrders orders;
  private final JobPool pool;
  private final Messages messages;
  private final Recipient.Deadline self;
  private final String node;

  RunDriver(DeadlineOrders orders, DeadlinePorts ports, Recipient.Deadline self) {
    this.orders = orders;
    this.pool = ports.pool();
    this.messages = ports.messages();
    this.self = self;
    this.node = ports.node();
  }

  /** Every sector the run has to prove. */
  static BitField sectors(DeadlineRun run) {
    return run.partitions().values().stream()
        .map(state -> state.plan().toProve())
        .reduce(BitField.empty(), BitField::union);
  }

  /** The jobs that are due, as intents; only of partitions whose sectors are known. */
  List<DeadlineEvent> asks(DeadlineRun run, DeadlineOrders.Replicas replicas, Stamp stamp) {
    List<DeadlineEvent> events = new ArrayList<>();
    for (PartitionState state : run.partitions().values()) {
      long partition = state.plan().partition();
      if (!replicas.covers(state.plan().toProve())) {
        continue;
      }
      if (state instanceof PartitionState.Planned planned && isDue(planned, stamp.epoch())) {
        long attempt = planned.tries().vanilla() + 1;
        events.add(
            new DeadlineEvent.VanillaAsked(
                partition, spec(run, state, replicas).id(), attempt, stamp));
      } else if (state instanceof PartitionState.VanillaRead read && isDue(read, stamp.epoch())) {
        long attempt = read.tries().snark() + 1;
        events.add(
            new DeadlineEvent.SnarkAsked(
                partition, spec(run, state, replicas).id(), attempt, stamp));
      } else if (state instanceof PartitionState.Working working
          && !working.job().equals(spec(run, state, replicas).id())) {
        events.add(
            new DeadlineEvent.ProofJobFailed(
                partition,
                working.attempt(),
                new JobFailure(JobFailure.Kind.CANCELLED, "the chain changed its inputs"),
                node,
                stamp));
      }
    }
    return events;
  }

  private static boolean isDue(PartitionState.Waiting waiting, Epoch epoch) {
    return !epoch.isBefore(waiting.notBefore());
  }

  private JobSpec spec(DeadlineRun run, PartitionState state, DeadlineOrders.Replicas replicas) {
    if (state instanceof PartitionState.VanillaRead read) {
      return orders.snark(run, read, replicas);
    }
    if (state instanceof PartitionState.ProvingSnark proving) {
      return orders.snark(run, proving.vanilla(), replicas);
    }
    return orders.vanilla(run, state.plan().toProve(), state.plan().partition(), replicas);
  }

  /** Asks for every job under way and every message submitted; both know what they have. */
  void order(DeadlineRun run, DeadlineOrders.Replicas replicas) {
    Epoch lastUseful = run.window().close().minus(1);
    for (PartitionState state : run.partitions().values()) {
      if (state instanceof PartitionState.Working working
          && replicas.covers(state.plan().toProve())) {
        pool.request(
            new JobRequest(
                working.job(), working.attempt(), spec(run, state, replicas), self, lastUseful));
      }
    }
    submit(run);
  }

  /** Hands every message submitted to the sender once more. */
  void submit(DeadlineRun run) {
    for (PartitionState state : run.partitions().values()) {
      if (state instanceof PartitionState.Submitted submitted) {
        messages.submit(submitted.intent(), self);
      }
    }
  }

  /** Hands a declaration to the sender once more. */
  void submit(MessageIntent intent) {
    messages.submit(intent, self);
  }

  /** Cancels what is under way: nobody waits for it any more. */
  void cancel(DeadlineRun run) {
    for (PartitionState state : run.partitions().values()) {
      if (state instanceof PartitionState.Working working) {
        pool.cancel(working.job(), working.attempt());
      }
    }
  }

  /** Whether a proof lies ready to be submitted. */
  static boolean hasReady(DeadlineRun run, Epoch epoch) {
    return run.partitions().values().stream()
        .anyMatch(state -> state instanceof PartitionState.ProofMade made && isDue(made, epoch));
  }

  /** The submissions of ready proofs, or a new plan when the chain asks for something else now. */
  List<DeadlineEvent> submissions(
      DeadlineRun run, DeadlineChain.Submission now, Address from, Stamp stamp) {
    boolean challenged = !now.challenge().equals(run.randomness());
    List<PartitionPlan> changed =
        now.plans().stream().filter(plan -> isChanged(run, plan, challenged)).toList();
    if (!changed.isEmpty()) {
      return List.of(new DeadlineEvent.RunReplanned(now.challenge(), now.readAt(), changed, stamp));
    }
    List<DeadlineEvent> events = new ArrayList<>();
    for (PartitionState partition : run.partitions().values()) {
      if (partition instanceof PartitionState.ProofMade made && isDue(made, stamp.epoch())) {
        long submission = made.submissions() + 1;
        MessageIntent intent = orders.submit(run, made, submission, now.commitRand(), from);
        events.add(
            new DeadlineEvent.SubmissionAsked(made.plan().partition(), submission, intent, stamp));
      }
    }
    return events;
  }

  /** A message on its way stays; what is not yet sent must fit the chain. */
  private static boolean isChanged(DeadlineRun run, PartitionPlan plan, boolean challenged) {
    PartitionState state = run.partitions().get(plan.partition());
    if (state == null) {
      return true;
    }
    if (state instanceof PartitionState.Proven || state instanceof PartitionState.Submitted) {
      return false;
    }
    return challenged
        || !state.plan().toProve().equals(plan.toProve())
        || !state.plan().recovering().equals(plan.recovering());
  }
}
