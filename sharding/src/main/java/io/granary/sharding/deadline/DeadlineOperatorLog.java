package io.granary.sharding.deadline;

import io.granary.protocol.ActorId;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineRun;
import org.slf4j.Logger;

/** What an operator reads of a deadline. */
final class DeadlineOperatorLog {
  private final Logger log;
  private final ActorId miner;
  private final long index;

  DeadlineOperatorLog(Logger log, ActorId miner, long index) {
    this.log = log;
    this.miner = miner;
    this.index = index;
  }

  void closed(DeadlineRun run) {
    log.info(
        "deadline {} of {}: period from {} closed, proven {}, missed {}",
        index,
        miner,
        run.window().periodStart(),
        run.proven(),
        run.missed());
  }

  /** Somebody must know: it may have cost power, and nothing can be done for this window. */
  void landingLost(DeadlineEvent.LandingLost lost) {
    log.error(
        "deadline {} of {}: a re-org took back message {} of {} after its run was closed;"
            + " its sectors are faulty unless the message is included elsewhere in that window",
        index,
        miner,
        lost.message(),
        lost.intentId());
  }

  /** As {@link #landingLost}, while the run still waits for its last word. */
  void revertedAfterClose(DeadlineEvent.SubmissionReverted reverted) {
    log.error(
        "deadline {} of {}: a re-org after the close took back message {} of partition {}",
        index,
        miner,
        reverted.message(),
        reverted.partition());
  }

  void recoveryFailed(DeadlineEvent.RecoveryFailed failed) {
    if (DeadlineFaults.isForDebt(failed)) {
      log.error(
          "deadline {} of {}: the recovery of sectors is refused, for the miner owes a fee that its"
              + " balance does not pay; send it the amount. Declared again until the cut-off: {}",
          index,
          miner,
          failed.reason());
    } else {
      log.warn(
          "deadline {} of {}: the recovery of sectors was not declared, and is tried again: {}",
          index,
          miner,
          failed.reason());
    }
  }

  void rehearsed(DeadlineEvent.RehearsalDone done) {
    if (done.wentWell()) {
      log.info(
          "deadline {} of {}: rehearsal of partition {} went well, {} sectors read in {} ms, proven"
              + " in {} ms",
          index,
          miner,
          done.partition(),
          done.sectors(),
          done.vanillaMillis(),
          done.snarkMillis());
    } else {
      log.warn(
          "deadline {} of {}: in the rehearsal of partition {} {} of {} sectors failed ({}); {}",
          index,
          miner,
          done.partition(),
          done.failing().cardinality(),
          done.sectors(),
          done.failing(),
          done.problem().isEmpty() ? "the others were proven" : done.problem());
    }
  }

  /** The next head asks again. */
  void unread(DeadlineReads.Question question, Throwable cause) {
    log.info(
        "deadline {} of {}: could not read {}: {}", index, miner, question.words, cause.toString());
  }
}
