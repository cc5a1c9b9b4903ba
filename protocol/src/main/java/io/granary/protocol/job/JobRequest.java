package io.granary.protocol.job;

import io.granary.protocol.Epoch;
import java.util.Set;

/**
 * One ask for a job. Asking again with the same id and attempt while it waits or runs changes
 * nothing; a higher attempt supersedes the one before it.
 *
 * @param attempt the fencing number: 1, 2, … per job id; a report of another attempt is refused by
 *     the entity
 * @param lastUsefulEpoch after this epoch the outcome is worthless; jobs with least slack go first
 * @param avoid names of the workers that failed this work before, at most {@link #AVOID_MAX}:
 *     another one is to be preferred, but one of these is better than none
 * @param rehearsal whether it is work that only rehearses a proof: it goes after everything with a
 *     deadline and never takes what is reserved for proving
 */
public record JobRequest(
    JobId id,
    long attempt,
    JobSpec spec,
    Recipient recipient,
    Epoch lastUsefulEpoch,
    Set<String> avoid,
    boolean rehearsal) {
  /** How many workers may be named in {@code avoid}. */
  public static final int AVOID_MAX = 8;

  public JobRequest {
    avoid = Set.copyOf(avoid);
    if (avoid.size() > AVOID_MAX) {
      throw new IllegalArgumentException(
          "avoid: at most " + AVOID_MAX + " workers, got " + avoid.size());
    }
  }

  /** A request that any worker may take. */
  public JobRequest(
      JobId id, long attempt, JobSpec spec, Recipient recipient, Epoch lastUsefulEpoch) {
    this(id, attempt, spec, recipient, lastUsefulEpoch, Set.of(), false);
  }

  /** The same, with {@code workers} to be avoided. */
  public JobRequest avoiding(Set<String> workers) {
    return new JobRequest(id, attempt, spec, recipient, lastUsefulEpoch, workers, rehearsal);
  }

  /** The same, as a rehearsal. */
  public JobRequest asRehearsal() {
    return new JobRequest(id, attempt, spec, recipient, lastUsefulEpoch, avoid, true);
  }
}
