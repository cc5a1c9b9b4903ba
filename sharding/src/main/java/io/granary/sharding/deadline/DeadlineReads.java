package io.granary.sharding.deadline;

import akka.actor.typed.javadsl.ActorContext;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.deadline.RecoveryState;
import io.granary.sharding.entity.Answers;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What a deadline reads from the chain: each question is under way at most once, and its answer
 * comes back as one of the deadline's own commands. Decides nothing. Belongs to the one actor.
 */
final class DeadlineReads {
  /** What is asked, in the words of the log. */
  enum Question {
    HEAD("the head"),
    PLAN("the plan"),
    SECTORS("the sectors"),
    COMMIT_RANDOMNESS("the commit randomness"),
    FAULTS("the faults"),
    REHEARSAL("a partition to rehearse"),
    SCRUB("the sectors to check");

    final String words;

    Question(String words) {
      this.words = words;
    }
  }

  private final Answers<DeadlineCommand> answers;
  private final DeadlinePorts ports;
  private final DeadlineChain chain;
  private final Set<Question> underWay = EnumSet.noneOf(Question.class);

  DeadlineReads(
      ActorContext<DeadlineCommand> context, DeadlinePorts ports, ActorId miner, long index) {
    this.answers = new Answers<>(context);
    this.ports = ports;
    this.chain = new DeadlineChain(ports.chain(), miner, index);
  }

  /** Begins a life: answers to the questions of an earlier one may still come, and are harmless. */
  void beginWithHead() {
    underWay.clear();
    answers.bringHead(
        ports.chain(), ports.clock(), DeadlineCommand.HeadKnown::new, failed(Question.HEAD));
  }

  /** {@code question} was answered, well or not. */
  void answered(Question question) {
    underWay.remove(question);
  }

  void plan(ProvingWindow window, Tick at) {
    if (underWay.add(Question.PLAN)) {
      bring(
          Question.PLAN,
          chain.plan(window.challenge(), at.head()),
          plan -> new DeadlineCommand.PlanRead(window, plan));
    }
  }

  void replicas(BitField sectors, Tick at) {
    if (underWay.add(Question.SECTORS)) {
      bring(
          Question.SECTORS, chain.replicas(sectors, at.head()), DeadlineCommand.ReplicasRead::new);
    }
  }

  /** What the submission of ready proofs needs, and whether the chain still asks for them. */
  void submission(ProvingWindow window, Tick at) {
    if (underWay.add(Question.COMMIT_RANDOMNESS)) {
      bring(
          Question.COMMIT_RANDOMNESS,
          chain.submission(window.challenge(), at.head()),
          submission -> new DeadlineCommand.Prepared(window, submission));
    }
  }

  void faults(Epoch afterPeriod, RecoveryState asOf, Tick at) {
    if (underWay.add(Question.FAULTS)) {
      bring(
          Question.FAULTS,
          chain.faults(at.head()),
          faults -> new DeadlineCommand.FaultsRead(afterPeriod, faults, asOf));
    }
  }

  /** The first partition that owes a proof and is not in {@code done}. */
  void rehearsal(Epoch afterPeriod, Set<Long> done, Tick at) {
    if (underWay.add(Question.REHEARSAL)) {
      bring(
          Question.REHEARSAL,
          chain.rehearsal(done, at.head()),
          part -> new DeadlineCommand.RehearsalRead(afterPeriod, part));
    }
  }

  /** {@code count} proving sectors from {@code cursor} on, round and round. */
  void scrub(long cursor, int count, Tick at) {
    if (underWay.add(Question.SCRUB)) {
      bring(Question.SCRUB, chain.scrub(cursor, count, at.head()), DeadlineCommand.ScrubRead::new);
    }
  }

  private <T> void bring(
      Question question, CompletionStage<T> stage, Function<T, DeadlineCommand> heard) {
    answers.bring(stage, heard, failed(question));
  }

  private static Function<Throwable, DeadlineCommand> failed(Question question) {
    return cause -> new DeadlineCommand.ReadFailed(question, cause);
  }
}
