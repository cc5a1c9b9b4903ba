package io.granary.sharding.deadline;

import io.granary.protocol.ActorId;
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
   */
  record Overview(
      ActorId miner,
      long index,
      Optional<ProvingWindow> window,
      List<PartitionStatus> partitions,
      long faultySectors,
      String recovery)
      implements DeadlineReply {
    public Overview {
      partitions = List.copyOf(partitions);
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
   */
  record PartitionStatus(
      long partition, String state, long sectors, long skipped, String problem, String progress) {}

  /** The command was taken. */
  record Done() implements DeadlineReply {}

  /** The command was refused. */
  record Rejected(Code code, String detail) implements DeadlineReply {
    /** Why. */
    public enum Code {
      NO_RUN,
      NO_SUCH_PARTITION,
      NOT_PARKED,
      NO_HEAD_YET
    }

    static Rejected noHeadYet() {
      return new Rejected(Code.NO_HEAD_YET, "no head is known yet");
    }
  }
}
