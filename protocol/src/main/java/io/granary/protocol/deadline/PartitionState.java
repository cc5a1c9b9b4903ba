package io.granary.protocol.deadline;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineEvent.OfPartition;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.machine.TransitionTable;
import io.granary.protocol.sender.MessageIntent;
import java.util.List;

/** Where one partition stands within a run. */
public sealed interface PartitionState {
  /** How often a job may take its process down with it before the partition is parked. */
  int CRASHES_MAX = 2;

  /** The longest wait between two tries, in epochs: shorter than any window. */
  long BACKOFF_MAX_EPOCHS = 4;

  /** The allowed steps; docs/flows/deadline.md shows them. */
  TransitionTable<PartitionState, OfPartition> TABLE =
      TransitionTable.<PartitionState, OfPartition>builder()
          .row(Planned.class, DeadlineEvent.VanillaAsked.class, ReadingVanilla.class)
          .row(Planned.class, DeadlineEvent.PartitionParked.class, Parked.class)
          .row(ReadingVanilla.class, DeadlineEvent.VanillaMade.class, VanillaRead.class)
          .row(ReadingVanilla.class, DeadlineEvent.VanillaMade.class, Planned.class)
          .row(ReadingVanilla.class, DeadlineEvent.ProofJobFailed.class, Planned.class)
          .row(VanillaRead.class, DeadlineEvent.SnarkAsked.class, ProvingSnark.class)
          .row(VanillaRead.class, DeadlineEvent.PartitionParked.class, Parked.class)
          .row(ProvingSnark.class, DeadlineEvent.SnarkMade.class, ProofMade.class)
          .row(ProvingSnark.class, DeadlineEvent.ProofJobFailed.class, VanillaRead.class)
          .row(ProvingSnark.class, DeadlineEvent.ProofJobFailed.class, Planned.class)
          .row(ProofMade.class, DeadlineEvent.SubmissionAsked.class, Submitted.class)
          .row(Submitted.class, DeadlineEvent.ProvenInPeriod.class, Proven.class)
          .row(Submitted.class, DeadlineEvent.SubmissionFailed.class, ProofMade.class)
          .row(Proven.class, DeadlineEvent.SubmissionReverted.class, Submitted.class)
          .row(Parked.class, DeadlineEvent.PartitionRetried.class, Planned.class)
          .row(Parked.class, DeadlineEvent.PartitionRetried.class, VanillaRead.class)
          .build();

  PartitionPlan plan();

  /** The sectors that were last found unreadable, with why. */
  List<VanillaProofs.Unreadable> skipped();

  /** What keeps it from being proven, for people; empty when nothing went wrong. */
  String problem();

  /**
   * The state after {@code event}.
   *
   * @throws IllegalStateException when the event cannot come here
   */
  default PartitionState on(OfPartition event) {
    TABLE.requireAllowed(this, event);
    return TABLE.check(this, event, next(event));
  }

  /** The step itself; only called for events that {@link #TABLE} allows here. */
  PartitionState next(OfPartition event);

  /**
   * Attempts used and what became of them.
   *
   * @param vanilla attempts of the vanilla job; the next fencing number is one more
   * @param snark attempts of the SNARK job
   * @param crashes how often in a row the job of the present stage took its process down
   * @param failures failures in a row, of jobs or submissions: the back-off grows with them
   */
  record Tries(long vanilla, long snark, int crashes, int failures) {
    static final Tries NONE = new Tries(0, 0, 0, 0);

    Tries succeeded() {
      return new Tries(vanilla, snark, 0, 0);
    }

    Tries failed(boolean crashed) {
      return new Tries(vanilla, snark, crashed ? crashes + 1 : crashes, failures + 1);
    }

    /** First epoch to try again after a failure at {@code epoch}: at once after the first. */
    Epoch notBefore(Epoch epoch) {
      return epoch.plus(Math.min(Math.max(failures - 1L, 0), BACKOFF_MAX_EPOCHS));
    }
  }

  /** A state whose next step the deadline takes by itself, from {@code notBefore} on. */
  sealed interface Waiting extends PartitionState {
    Epoch notBefore();

    Tries tries();
  }

  /**
   * Its vanilla proofs are to be asked for.
   *
   * @param skipped what an earlier try could not read, when nothing else was left to prove
   */
  record Planned(
      PartitionPlan plan,
      List<VanillaProofs.Unreadable> skipped,
      Tries tries,
      Epoch notBefore,
      String problem)
      implements Waiting {
    public Planned {
      skipped = List.copyOf(skipped);
    }

    static Planned fresh(PartitionPlan plan, Epoch epoch) {
      return new Planned(plan, List.of(), Tries.NONE, epoch, "");
    }

    @Override
    public PartitionState next(OfPartition event) {
      if (event instanceof DeadlineEvent.PartitionParked parked) {
        return new Parked(this, parked.reason());
      }
      DeadlineEvent.VanillaAsked asked = (DeadlineEvent.VanillaAsked) event;
      return new ReadingVanilla(
          this,
          asked.job(),
          new Tries(asked.attempt(), tries.snark(), tries.crashes(), tries.failures()));
    }
  }

  /** A state with a job under way; it is asked for again on each tick. */
  sealed interface Working extends PartitionState {
    Tries tries();

    /** The job under way. */
    JobId job();

    /** Its fencing number. */
    long attempt();
  }

  /** Its vanilla proofs are being read where the files are. */
  record ReadingVanilla(Planned planned, JobId job, Tries tries) implements Working {
    @Override
    public PartitionPlan plan() {
      return planned.plan();
    }

    @Override
    public List<VanillaProofs.Unreadable> skipped() {
      return planned.skipped();
    }

    @Override
    public String problem() {
      return planned.problem();
    }

    @Override
    public long attempt() {
      return tries.vanilla();
    }

    @Override
    public PartitionState next(OfPartition event) {
      if (event instanceof DeadlineEvent.VanillaMade made) {
        if (made.proofs().isEmpty()) {
          Tries after = tries.failed(false);
          return new Planned(
              plan(),
              made.skipped(),
              after,
              after.notBefore(made.epoch()),
              "no sector is readable: " + reasons(made));
        }
        return new VanillaRead(
            plan(), made.proofs(), made.skipped(), tries.succeeded(), made.epoch(), "");
      }
      DeadlineEvent.ProofJobFailed failed = (DeadlineEvent.ProofJobFailed) event;
      Tries after = tries.failed(crashed(failed));
      return new Planned(
          plan(), skipped(), after, after.notBefore(failed.epoch()), failed.failure().message());
    }

    private static String reasons(DeadlineEvent.VanillaMade made) {
      return made.skipped().stream()
          .limit(3)
          .map(skip -> skip.sector() + ": " + skip.reason())
          .reduce((left, right) -> left + "; " + right)
          .orElse("none was asked for");
    }
  }

  /** Its vanilla proofs lie ready; the SNARK is to be asked for. */
  record VanillaRead(
      PartitionPlan plan,
      List<VanillaProofs.Proven> proofs,
      List<VanillaProofs.Unreadable> skipped,
      Tries tries,
      Epoch notBefore,
      String problem)
      implements Waiting {
    public VanillaRead {
      proofs = List.copyOf(proofs);
      skipped = List.copyOf(skipped);
    }

    @Override
    public PartitionState next(OfPartition event) {
      if (event instanceof DeadlineEvent.PartitionParked parked) {
        return new Parked(this, parked.reason());
      }
      DeadlineEvent.SnarkAsked asked = (DeadlineEvent.SnarkAsked) event;
      return new ProvingSnark(
          this,
          asked.job(),
          new Tries(tries.vanilla(), asked.attempt(), tries.crashes(), tries.failures()));
    }
  }

  /** Its SNARK is being made. */
  record ProvingSnark(VanillaRead vanilla, JobId job, Tries tries) implements Working {
    @Override
    public List<VanillaProofs.Unreadable> skipped() {
      return vanilla.skipped();
    }

    @Override
    public PartitionPlan plan() {
      return vanilla.plan();
    }

    @Override
    public String problem() {
      return vanilla.problem();
    }

    @Override
    public long attempt() {
      return tries.snark();
    }

    @Override
    public PartitionState next(OfPartition event) {
      if (event instanceof DeadlineEvent.SnarkMade made) {
        return new ProofMade(
            plan(),
            BitField.of(vanilla.proofs().stream().map(proven -> proven.sector().value()).toList()),
            vanilla.skipped(),
            made.proof(),
            0,
            tries.succeeded(),
            made.epoch(),
            "");
      }
      DeadlineEvent.ProofJobFailed failed = (DeadlineEvent.ProofJobFailed) event;
      Tries after = tries.failed(crashed(failed));
      Epoch notBefore = after.notBefore(failed.epoch());
      String problem = failed.failure().message();
      if (failed.failure().kind() == JobFailure.Kind.DATA) {
        return new Planned(plan(), List.of(), after, notBefore, problem);
      }
      return new VanillaRead(
          plan(), vanilla.proofs(), vanilla.skipped(), after, notBefore, problem);
    }
  }

  /**
   * Its proof lies ready, to be submitted while the deadline is open.
   *
   * @param sectors the proof covers
   * @param submissions made so far for this proof, all failed
   */
  record ProofMade(
      PartitionPlan plan,
      BitField sectors,
      List<VanillaProofs.Unreadable> skipped,
      Bytes proof,
      long submissions,
      Tries tries,
      Epoch notBefore,
      String problem)
      implements Waiting {
    public ProofMade {
      skipped = List.copyOf(skipped);
    }

    /** The sectors the submission skips. */
    public BitField skippedSectors() {
      return BitField.of(skipped.stream().map(skip -> skip.sector().value()).toList());
    }

    @Override
    public PartitionState next(OfPartition event) {
      DeadlineEvent.SubmissionAsked asked = (DeadlineEvent.SubmissionAsked) event;
      return new Submitted(this, asked.submission(), asked.intent());
    }
  }

  /** Its message is with the sender. */
  record Submitted(ProofMade made, long submission, MessageIntent intent)
      implements PartitionState {
    @Override
    public List<VanillaProofs.Unreadable> skipped() {
      return made.skipped();
    }

    @Override
    public PartitionPlan plan() {
      return made.plan();
    }

    @Override
    public String problem() {
      return made.problem();
    }

    @Override
    public PartitionState next(OfPartition event) {
      if (event instanceof DeadlineEvent.ProvenInPeriod proven) {
        return new Proven(this, proven);
      }
      DeadlineEvent.SubmissionFailed failed = (DeadlineEvent.SubmissionFailed) event;
      Tries after = made.tries().failed(false);
      return new ProofMade(
          made.plan(),
          made.sectors(),
          made.skipped(),
          made.proof(),
          submission,
          after,
          after.notBefore(failed.epoch()),
          failed.reason());
    }
  }

  /** Its proof landed. */
  record Proven(Submitted submitted, DeadlineEvent.ProvenInPeriod landing)
      implements PartitionState {
    @Override
    public List<VanillaProofs.Unreadable> skipped() {
      return submitted.skipped();
    }

    @Override
    public PartitionPlan plan() {
      return submitted.plan();
    }

    @Override
    public String problem() {
      return "";
    }

    @Override
    public PartitionState next(OfPartition event) {
      return submitted;
    }
  }

  /**
   * Waits for an operator.
   *
   * @param before what it goes on from: {@link Planned} or {@link VanillaRead}
   */
  record Parked(Waiting before, String reason) implements PartitionState {
    @Override
    public List<VanillaProofs.Unreadable> skipped() {
      return before.skipped();
    }

    @Override
    public PartitionPlan plan() {
      return before.plan();
    }

    @Override
    public String problem() {
      return "parked: " + reason;
    }

    @Override
    public PartitionState next(OfPartition event) {
      Tries tries = before.tries().succeeded();
      if (before instanceof VanillaRead read) {
        return new VanillaRead(
            read.plan(), read.proofs(), read.skipped(), tries, event.epoch(), reason);
      }
      return new Planned(before.plan(), before.skipped(), tries, event.epoch(), reason);
    }
  }

  private static boolean crashed(DeadlineEvent.ProofJobFailed failed) {
    return failed.failure().kind() == JobFailure.Kind.CHILD_DIED;
  }
}
