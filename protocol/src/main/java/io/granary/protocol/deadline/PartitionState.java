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
  /**
   * The longest wait between two tries, in epochs: shorter than any window. Tries are bounded by
   * the window's close, never by their number (ADR 13).
   */
  long BACKOFF_MAX_EPOCHS = 4;

  /** The allowed steps; docs/flows/deadline.md shows them. */
  TransitionTable<PartitionState, OfPartition> TABLE =
      TransitionTable.<PartitionState, OfPartition>builder()
          .row(Planned.class, DeadlineEvent.VanillaAsked.class, ReadingVanilla.class)
          .row(Planned.class, DeadlineEvent.PartitionParked.class, Parked.class)
          .row(Planned.class, DeadlineEvent.PartitionRetried.class, Planned.class)
          .row(ReadingVanilla.class, DeadlineEvent.VanillaMade.class, VanillaRead.class)
          .row(ReadingVanilla.class, DeadlineEvent.VanillaMade.class, Planned.class)
          .row(ReadingVanilla.class, DeadlineEvent.ProofJobFailed.class, Planned.class)
          .row(ReadingVanilla.class, DeadlineEvent.PartitionParked.class, Parked.class)
          .row(VanillaRead.class, DeadlineEvent.SnarkAsked.class, ProvingSnark.class)
          .row(VanillaRead.class, DeadlineEvent.PartitionParked.class, Parked.class)
          .row(VanillaRead.class, DeadlineEvent.PartitionRetried.class, VanillaRead.class)
          .row(ProvingSnark.class, DeadlineEvent.SnarkMade.class, ProofMade.class)
          .row(ProvingSnark.class, DeadlineEvent.ProofJobFailed.class, VanillaRead.class)
          .row(ProvingSnark.class, DeadlineEvent.ProofJobFailed.class, Planned.class)
          .row(ProvingSnark.class, DeadlineEvent.PartitionParked.class, Parked.class)
          .row(ProofMade.class, DeadlineEvent.SubmissionAsked.class, Submitted.class)
          .row(ProofMade.class, DeadlineEvent.PartitionParked.class, Parked.class)
          .row(ProofMade.class, DeadlineEvent.PartitionRetried.class, ProofMade.class)
          .row(Submitted.class, DeadlineEvent.ProvenInPeriod.class, Proven.class)
          .row(Submitted.class, DeadlineEvent.SubmissionFailed.class, ProofMade.class)
          .row(Proven.class, DeadlineEvent.SubmissionReverted.class, Submitted.class)
          .row(Parked.class, DeadlineEvent.PartitionRetried.class, Planned.class)
          .row(Parked.class, DeadlineEvent.PartitionRetried.class, VanillaRead.class)
          .row(Parked.class, DeadlineEvent.PartitionRetried.class, ProofMade.class)
          .build();

  PartitionPlan plan();

  /** The sectors that were last found unreadable, with why. */
  List<VanillaProofs.Unreadable> skipped();

  /** What keeps it from being proven, for people; empty when nothing went wrong. */
  String problem();

  /** Attempts used in this run, and what became of them. */
  Tries tries();

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

  /** A state whose next step the deadline takes by itself, from {@code notBefore} on. */
  sealed interface Waiting extends PartitionState {
    Epoch notBefore();

    /** The same, due at {@code epoch} and with a clean record: somebody saw to it. */
    Waiting dueAt(Epoch epoch);
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

    /** {@code plan} in place of what {@code before} had; the fencing numbers go on. */
    static Planned anew(PartitionPlan plan, PartitionState before, Epoch epoch) {
      return new Planned(plan, List.of(), before.tries().succeeded(), epoch, "");
    }

    @Override
    public Planned dueAt(Epoch epoch) {
      return new Planned(plan, skipped, tries.succeeded(), epoch, problem);
    }

    @Override
    public PartitionState next(OfPartition event) {
      if (event instanceof DeadlineEvent.PartitionParked parked) {
        return new Parked(this, parked.reason());
      }
      if (event instanceof DeadlineEvent.PartitionRetried retried) {
        return dueAt(retried.epoch());
      }
      DeadlineEvent.VanillaAsked asked = (DeadlineEvent.VanillaAsked) event;
      return new ReadingVanilla(this, asked.job(), tries.vanillaAsked(asked.attempt()));
    }
  }

  /** A state with a job under way; it is asked for again on each tick. */
  sealed interface Working extends PartitionState {
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
      if (event instanceof DeadlineEvent.PartitionParked parked) {
        return new Parked(
            new Planned(plan(), skipped(), tries, parked.epoch(), problem()), parked.reason());
      }
      if (event instanceof DeadlineEvent.VanillaMade made) {
        if (made.proofs().isEmpty()) {
          Tries after = tries.failed();
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
      Tries after = tries.failed(failed);
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
    public VanillaRead dueAt(Epoch epoch) {
      return new VanillaRead(plan, proofs, skipped, tries.succeeded(), epoch, problem);
    }

    @Override
    public PartitionState next(OfPartition event) {
      if (event instanceof DeadlineEvent.PartitionParked parked) {
        return new Parked(this, parked.reason());
      }
      if (event instanceof DeadlineEvent.PartitionRetried retried) {
        return dueAt(retried.epoch());
      }
      DeadlineEvent.SnarkAsked asked = (DeadlineEvent.SnarkAsked) event;
      return new ProvingSnark(this, asked.job(), tries.snarkAsked(asked.attempt()));
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
      if (event instanceof DeadlineEvent.PartitionParked parked) {
        return new Parked(
            new VanillaRead(plan(), vanilla.proofs(), skipped(), tries, parked.epoch(), problem()),
            parked.reason());
      }
      if (event instanceof DeadlineEvent.SnarkMade made) {
        return new ProofMade(
            plan(),
            BitField.of(
                vanilla.proofs().stream().mapToLong(proven -> proven.sector().value()).toArray()),
            vanilla.skipped(),
            made.proof(),
            tries.succeeded(),
            made.epoch(),
            "");
      }
      DeadlineEvent.ProofJobFailed failed = (DeadlineEvent.ProofJobFailed) event;
      Tries after = tries.failed(failed);
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
   */
  record ProofMade(
      PartitionPlan plan,
      BitField sectors,
      List<VanillaProofs.Unreadable> skipped,
      Bytes proof,
      Tries tries,
      Epoch notBefore,
      String problem)
      implements Waiting {
    public ProofMade {
      skipped = List.copyOf(skipped);
    }

    /** The sectors the submission skips. */
    public BitField skippedSectors() {
      return BitField.of(skipped.stream().mapToLong(skip -> skip.sector().value()).toArray());
    }

    @Override
    public ProofMade dueAt(Epoch epoch) {
      return new ProofMade(plan, sectors, skipped, proof, tries.succeeded(), epoch, problem);
    }

    @Override
    public PartitionState next(OfPartition event) {
      if (event instanceof DeadlineEvent.PartitionParked parked) {
        return new Parked(this, parked.reason());
      }
      if (event instanceof DeadlineEvent.PartitionRetried retried) {
        return dueAt(retried.epoch());
      }
      DeadlineEvent.SubmissionAsked asked = (DeadlineEvent.SubmissionAsked) event;
      return new Submitted(this, asked.submission(), asked.intent());
    }
  }

  /**
   * Its message is with the sender; a message may carry the proofs of several partitions, which all
   * hold the same intent.
   */
  record Submitted(ProofMade made, long submission, MessageIntent intent)
      implements PartitionState {
    @Override
    public Tries tries() {
      return made.tries();
    }

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
      Tries after = made.tries().submissionFailed(submission);
      return new ProofMade(
          made.plan(),
          made.sectors(),
          made.skipped(),
          made.proof(),
          after,
          after.notBefore(failed.epoch()),
          failed.reason());
    }
  }

  /** Its proof landed. */
  record Proven(Submitted submitted, DeadlineEvent.ProvenInPeriod landing)
      implements PartitionState {
    @Override
    public Tries tries() {
      return submitted.tries();
    }

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
   * Its window closed before its proof was sent: nothing is tried any more. The next period begins
   * anew; a re-org that opens the window again lets it go on.
   *
   * @param before what it goes on from
   */
  record Parked(Waiting before, String reason) implements PartitionState {
    @Override
    public Tries tries() {
      return before.tries();
    }

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
      return reason;
    }

    @Override
    public PartitionState next(OfPartition event) {
      return before.dueAt(event.epoch());
    }
  }
}
