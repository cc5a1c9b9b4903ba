package io.granary.sharding.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.address.Address;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.PartitionPlan;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.Messages;
import io.granary.protocol.sender.MessageIntent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a run does next: which jobs and messages are due, as intents to be persisted, and what is
 * ordered of pool and sender for what is under way. Holds no state of its own.
 */
final class RunDriver {
  private final DeadlineOrders orders;
  private final RunJobs jobs;
  private final JobPool pool;
  private final Messages messages;
  private final Recipient.Deadline self;
  private final String node;

  RunDriver(DeadlineOrders orders, RunJobs jobs, DeadlinePorts ports, Recipient.Deadline self) {
    this.orders = orders;
    this.jobs = jobs;
    this.pool = ports.pool();
    this.messages = ports.messages();
    this.self = self;
    this.node = ports.node();
  }

  /** The jobs of {@code among} that are due, as intents; only where the sectors are known. */
  List<DeadlineEvent> asks(DeadlineRun run, Collection<PartitionState> among, Stamp stamp) {
    List<DeadlineEvent> events = new ArrayList<>();
    for (PartitionState state : among) {
      jobs.of(run, state).flatMap(job -> ask(state, job, stamp)).ifPresent(events::add);
    }
    return events;
  }

  private Optional<DeadlineEvent> ask(PartitionState state, RunJobs.Job job, Stamp stamp) {
    long partition = state.plan().partition();
    if (state instanceof PartitionState.Planned planned && isDue(planned, stamp.epoch())) {
      long attempt = planned.tries().vanilla() + 1;
      return Optional.of(new DeadlineEvent.VanillaAsked(partition, job.id(), attempt, stamp));
    }
    if (state instanceof PartitionState.VanillaRead read && isDue(read, stamp.epoch())) {
      long attempt = read.tries().snark() + 1;
      return Optional.of(new DeadlineEvent.SnarkAsked(partition, job.id(), attempt, stamp));
    }
    if (state instanceof PartitionState.Working working && !working.job().equals(job.id())) {
      JobFailure failure =
          new JobFailure(JobFailure.Kind.CANCELLED, "the chain changed its inputs");
      return Optional.of(
          new DeadlineEvent.ProofJobFailed(partition, working.attempt(), failure, node, stamp));
    }
    return Optional.empty();
  }

  private static boolean isDue(PartitionState.Waiting waiting, Epoch epoch) {
    return !epoch.isBefore(waiting.notBefore());
  }

  /** Asks for the jobs and messages of {@code among} under way; both know what they have. */
  void order(DeadlineRun run, Collection<PartitionState> among) {
    Epoch lastUseful = run.window().close().minus(1);
    Set<String> submitted = new HashSet<>();
    for (PartitionState state : among) {
      if (state instanceof PartitionState.Working working) {
        jobs.of(run, state).ifPresent(job -> request(working, job, lastUseful));
      } else if (state instanceof PartitionState.Submitted sent
          && submitted.add(sent.intent().intentId())) {
        messages.submit(sent.intent(), self);
      }
    }
  }

  /**
   * Only a SNARK avoids the workers that failed it: vanilla proofs are read where the files lie,
   * whoever that is.
   */
  private void request(PartitionState.Working working, RunJobs.Job job, Epoch lastUseful) {
    JobRequest request =
        new JobRequest(working.job(), working.attempt(), job.spec(), self, lastUseful);
    pool.request(
        working instanceof PartitionState.ProvingSnark
            ? request.avoiding(Set.copyOf(working.tries().avoid()))
            : request);
  }

  /** Hands a declaration to the sender once more. */
  void submit(MessageIntent intent) {
    messages.submit(intent, self);
  }

  /** Cancels what of {@code among} is under way: nobody waits for it any more. */
  void cancel(Collection<PartitionState> among) {
    for (PartitionState state : among) {
      if (state instanceof PartitionState.Working working) {
        pool.cancel(working.job(), working.attempt());
      }
    }
  }

  /** The window is over: what is not sent by now is not sent any more. */
  static List<DeadlineEvent> parked(DeadlineRun run, Stamp stamp) {
    List<DeadlineEvent> events = new ArrayList<>();
    for (PartitionState state : run.partitions().values()) {
      if (state instanceof PartitionState.Waiting || state instanceof PartitionState.Working) {
        events.add(
            new DeadlineEvent.PartitionParked(
                state.plan().partition(), DeadlineRun.reason(state), stamp));
      }
    }
    return events;
  }

  /** A re-org took the close back, or an older release parked what may still go on. */
  static List<DeadlineEvent> resumed(DeadlineRun run, Stamp stamp) {
    List<DeadlineEvent> events = new ArrayList<>();
    for (PartitionState state : run.partitions().values()) {
      if (state instanceof PartitionState.Parked) {
        events.add(new DeadlineEvent.PartitionRetried(state.plan().partition(), stamp));
      }
    }
    return events;
  }

  /** A new plan where the chain asks for something else now than the run does. */
  static Optional<DeadlineEvent> replan(
      DeadlineRun run, DeadlineChain.Submission now, Stamp stamp) {
    boolean challenged = !now.challenge().equals(run.randomness());
    List<PartitionPlan> changed =
        now.plans().stream().filter(plan -> isChanged(run, plan, challenged)).toList();
    return changed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new DeadlineEvent.RunReplanned(now.challenge(), now.readAt(), changed, stamp));
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

  /** The messages of {@code batches}, one event for each of their partitions. */
  List<DeadlineEvent> submissions(
      DeadlineRun run,
      List<List<PartitionState.ProofMade>> batches,
      DeadlineChain.Submission now,
      Address from,
      Stamp stamp) {
    List<DeadlineEvent> events = new ArrayList<>();
    for (List<PartitionState.ProofMade> batch : batches) {
      MessageIntent intent = orders.submit(run, batch, now.commitRand(), from);
      for (PartitionState.ProofMade made : batch) {
        events.add(
            new DeadlineEvent.SubmissionAsked(
                made.plan().partition(), DeadlineOrders.submission(made), intent, stamp));
      }
    }
    return events;
  }
}
