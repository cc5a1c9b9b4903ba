package io.granary.sharding.deadline;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.deadline.ProvingWindow;
import java.util.List;
import java.util.Optional;

/** What a deadline answers. */
public sealed interface DeadlineReply {
  /**
   * A deadline as it stands.
   *
   * @param window of the run under way, if one is
   * @param faultySectors how many sectors the chain holds faulty, as last read
   * @param recovery NotDeclared, Declaring or Declared
   * @param rehearsals the last one of each partition
   */
  record Overview(
      ActorId miner,
      long index,
      Optional<ProvingWindow> window,
      List<PartitionStatus> partitions,
      long faultySectors,
      String recovery,
      List<RehearsalStatus> rehearsals)
      implements DeadlineReply {
    public Overview {
      partitions = List.copyOf(partitions);
      rehearsals = List.copyOf(rehearsals);
    }
  }

  /**
   * How the last rehearsal of a partition went.
   *
   * @param epoch it ended in
   * @param failing how many of its {@code sectors} a window would have skipped
   * @param reasons of the first of them, each with its sector
   * @param problem what else would have kept the partition from being proven; empty when nothing
   * @param snarkMillis 0 when no proof was made
   */
  record RehearsalStatus(
      long partition,
      Epoch epoch,
      long sectors,
      long failing,
      List<String> reasons,
      String problem,
      String worker,
      long vanillaMillis,
      long snarkMillis) {
    public RehearsalStatus {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * One partition of the run.
   *
   * @param state the name of its state
   * @param sectors how many it has to prove
   * @param skipped how many of them were last unreadable
   * @param problem what keeps it from being proven; empty when nothing does
   * @param progress what the job under way last said; empty when none is or it said nothing
   * @param worker the worker that runs the job under way; empty when none does or it said nothing
   * @param attempts tries so far in this run, of jobs and messages
   * @param slackEpochs how many epochs are left in which its message can be included, 0 when none
   *     is or no head is known yet
   */
  record PartitionStatus(
      long partition,
      String state,
      long sectors,
      long skipped,
      String problem,
      String progress,
      String worker,
      long attempts,
      long slackEpochs) {}

  /** The command was taken. */
  record Done() implements DeadlineReply {}

  /** The command was refused. */
  record Rejected(Code code, String detail) implements DeadlineReply {
    /** Why. */
    public enum Code {
      NO_RUN,
      NO_SUCH_PARTITION,
      /** It is under way, or done. */
      NOT_PARKED,
      WINDOW_CLOSED,
      NO_HEAD_YET
    }

    static Rejected noHeadYet() {
      return new Rejected(Code.NO_HEAD_YET, "no head is known yet");
    }
  }
}
