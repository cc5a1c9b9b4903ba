package io.granary.sharding.deadline;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The jobs of a run's partitions. A spec names every sector of its partition, so each is made, and
 * its id derived, once and not on every tick: looking at a partition then costs the same however
 * many sectors it has. Forgotten when the deadline dies. Belongs to the one actor.
 */
final class RunJobs {
  /**
   * The job of a partition's present stage.
   *
   * @param inputs of the stage, compared by identity: states pass them on unchanged
   */
  record Job(Bytes randomness, Object inputs, JobSpec spec, JobId id) {}

  private final DeadlineOrders orders;
  private final Map<Long, Job> jobs = new HashMap<>();
  private DeadlineOrders.Replicas replicas = DeadlineOrders.Replicas.NONE;

  RunJobs(DeadlineOrders orders) {
    this.orders = orders;
  }

  /** Adds commitments read from the chain. */
  void know(Map<SectorNumber, ReplicaRef> read) {
    replicas = replicas.with(read);
  }

  void clear() {
    jobs.clear();
    replicas = DeadlineOrders.Replicas.NONE;
  }

  /** The job of {@code state}; empty when it needs none, or its sectors are not known yet. */
  Optional<Job> of(DeadlineRun run, PartitionState state) {
    long partition = state.plan().partition();
    Optional<Object> inputs = inputs(state);
    if (inputs.isEmpty()) {
      jobs.remove(partition);
      return Optional.empty();
    }
    Job known = jobs.get(partition);
    if (known != null && isCurrent(known, run, inputs.get())) {
      return Optional.of(known);
    }
    if (!replicas.covers(state.plan().toProve())) {
      return Optional.empty();
    }
    JobSpec spec =
        vanillaOf(state)
            .map(read -> orders.snark(run, read, replicas))
            .orElseGet(() -> orders.vanilla(run, state.plan().toProve(), partition, replicas));
    Job job = new Job(run.randomness(), inputs.get(), spec, spec.id());
    jobs.put(partition, job);
    return Optional.of(job);
  }

  @SuppressWarnings("ReferenceEquality") // comparing thousands of sectors is what this avoids
  private static boolean isCurrent(Job known, DeadlineRun run, Object inputs) {
    return known.inputs() == inputs && known.randomness().equals(run.randomness());
  }

  private static Optional<Object> inputs(PartitionState state) {
    Optional<PartitionState.VanillaRead> read = vanillaOf(state);
    if (read.isPresent()) {
      return Optional.of(read.get().proofs());
    }
    boolean reads =
        state instanceof PartitionState.Planned || state instanceof PartitionState.ReadingVanilla;
    return reads ? Optional.of(state.plan()) : Optional.empty();
  }

  private static Optional<PartitionState.VanillaRead> vanillaOf(PartitionState state) {
    if (state instanceof PartitionState.VanillaRead read) {
      return Optional.of(read);
    }
    return state instanceof PartitionState.ProvingSnark proving
        ? Optional.of(proving.vanilla())
        : Optional.empty();
  }

  /** The sectors whose commitments have to be read before their partitions can go on. */
  BitField missing(DeadlineRun run) {
    BitField missing = BitField.empty();
    for (PartitionState state : run.partitions().values()) {
      if (inputs(state).isPresent() && of(run, state).isEmpty()) {
        missing = missing.union(state.plan().toProve());
      }
    }
    return missing;
  }
}
