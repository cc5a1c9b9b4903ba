package io.granary.sharding.deadline;

import com.typesafe.config.Config;

/**
 * How a deadline waits. All are epochs.
 *
 * @param challengeConfidence from the challenge to the run's opening: what a small re-org may cost
 * @param challengeSettled from the challenge on, how long each new head is asked whether it still
 *     has the same challenge and partitions
 * @param submitAfterOpen from open to the first submission, so that a small re-org does not put the
 *     message before the window
 * @param closeGrace from close to the end of the run: a landing may be heard of, or taken back,
 *     that much later
 * @param recoveriesMax most sectors one message declares as recovered; not epochs
 * @param scrubSectorsPerHour proving sectors of the deadline whose files are read in an hour
 *     between its windows; 0 for none; not epochs
 */
public record DeadlineSettings(
    long challengeConfidence,
    long challengeSettled,
    long submitAfterOpen,
    long closeGrace,
    Batching batching,
    Rehearsing rehearsing,
    long recoveriesMax,
    long scrubSectorsPerHour) {
  /** Most sectors and partitions one message may declare (chain.md 5.4, go-state-types policy). */
  static final long DECLARED_SECTORS_MAX = 25_000;

  static final int DECLARED_PARTITIONS_MAX = 3_000;

  public DeadlineSettings {
    if (challengeConfidence < 1 || submitAfterOpen < 0 || closeGrace < 1) {
      throw new IllegalArgumentException(
          "deadline settings: confidence and grace must be at least 1, submit at least 0");
    }
    if (scrubSectorsPerHour < 0) {
      throw new IllegalArgumentException(
          "deadline settings: scrub-sectors-per-hour must not be negative");
    }
    if (recoveriesMax < 1 || recoveriesMax > DECLARED_SECTORS_MAX) {
      throw new IllegalArgumentException(
          "deadline settings: recoveries-per-message-max must be 1 to "
              + DECLARED_SECTORS_MAX
              + ", got "
              + recoveriesMax);
    }
    if (challengeSettled < challengeConfidence) {
      throw new IllegalArgumentException(
          "deadline settings: challenge-settled-epochs must not be below"
              + " challenge-confidence-epochs");
    }
  }

  /**
   * How proofs share messages.
   *
   * @param partitionsMax most partitions in one message, 1 to 3
   * @param waitEpochs how long after the first submission could be made a ready proof waits for a
   *     sibling
   * @param hurryEpochs with less than this to the close nothing waits
   */
  public record Batching(int partitionsMax, long waitEpochs, long hurryEpochs) {
    public Batching {
      if (partitionsMax < 1 || partitionsMax > Batches.PARTITIONS_MAX) {
        throw new IllegalArgumentException(
            "deadline settings: partitions-per-message-max must be 1 to "
                + Batches.PARTITIONS_MAX
                + ", got "
                + partitionsMax);
      }
      if (waitEpochs < 0 || hurryEpochs < 0) {
        throw new IllegalArgumentException(
            "deadline settings: batch-wait-epochs and batch-hurry-epochs must not be negative");
      }
    }
  }

  /**
   * How deadlines rehearse.
   *
   * @param withSnark whether the proof is made too, and not only the vanilla proofs
   * @param clearEpochs this long before a challenge nothing is rehearsed
   * @param periodEpochsMin with shorter proving periods than this nothing is rehearsed
   */
  public record Rehearsing(boolean on, boolean withSnark, long clearEpochs, long periodEpochsMin) {
    /** No rehearsals. */
    public static final Rehearsing OFF = new Rehearsing(false, false, 0, 0);

    public Rehearsing {
      if (clearEpochs < 0 || periodEpochsMin < 0) {
        throw new IllegalArgumentException(
            "deadline settings: rehearsal.clear-epochs and rehearsal.period-epochs-min must not be"
                + " negative");
      }
    }
  }

  /**
   * Reads {@code granary.sharding.deadline} of {@code root}. Lotus waits 1 and 4 epochs
   * (storage/wdpost); one after open is enough where a message is sent again.
   */
  public static DeadlineSettings from(Config root) {
    Config config = root.getConfig("granary.sharding.deadline");
    return new DeadlineSettings(
        config.getLong("challenge-confidence-epochs"),
        config.getLong("challenge-settled-epochs"),
        config.getLong("submit-after-open-epochs"),
        config.getLong("close-grace-epochs"),
        new Batching(
            config.getInt("partitions-per-message-max"),
            config.getLong("batch-wait-epochs"),
            config.getLong("batch-hurry-epochs")),
        new Rehearsing(
            config.getBoolean("rehearsal.enabled"),
            config.getBoolean("rehearsal.with-snark"),
            config.getLong("rehearsal.clear-epochs"),
            config.getLong("rehearsal.period-epochs-min")),
        config.getLong("recoveries-per-message-max"),
        config.getLong("scrub-sectors-per-hour"));
  }
}
