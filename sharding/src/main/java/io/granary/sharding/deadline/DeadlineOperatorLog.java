package io.granary.sharding.deadline;

import io.granary.protocol.ActorId;
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

  /** The next head asks again. */
  void unread(DeadlineReads.Question question, Throwable cause) {
    log.info(
        "deadline {} of {}: could not read {}: {}", index, miner, question.words, cause.toString());
  }
}
