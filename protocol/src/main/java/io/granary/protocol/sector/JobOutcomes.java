package io.granary.protocol.sector;

import io.granary.protocol.Stamp;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.SectorLayout;
import io.granary.protocol.sector.SectorEvent.Commit1Completed;
import io.granary.protocol.sector.SectorEvent.Commit2Completed;
import io.granary.protocol.sector.SectorEvent.FilesRemoved;
import io.granary.protocol.sector.SectorEvent.Finalized;
import io.granary.protocol.sector.SectorEvent.PieceAdded;
import io.granary.protocol.sector.SectorEvent.PieceDiffered;
import io.granary.protocol.sector.SectorEvent.PreCommit1Completed;
import io.granary.protocol.sector.SectorEvent.PreCommit2Completed;
import io.granary.protocol.sector.SectorEvent.ReplicaReadable;
import io.granary.protocol.sector.SectorEvent.UnsealedDropped;
import java.util.List;
import java.util.Optional;

/** What a job's report makes of a sector. */
final class JobOutcomes {
  private final JobFailures failures;

  JobOutcomes(SectorPolicy policy) {
    this.failures = new JobFailures(policy);
  }

  /** Empty when the report is of a job, or an attempt, that the sector does not wait for. */
  Optional<List<SectorEvent>> reported(SectorState state, Stamp stamp, JobReport report) {
    if (state instanceof Faulty faulty) {
      return checked(faulty, stamp, report);
    }
    if (!(state instanceof SectorState.AtWork work) || !waitsFor(work, report)) {
      return Optional.empty();
    }
    if (report instanceof JobReport.Succeeded succeeded) {
      return Optional.of(succeeded(work, stamp, succeeded));
    }
    if (report instanceof JobReport.Failed failed) {
      return Optional.of(failures.failed(work, stamp, JobRun.of(failed), failed.failure()));
    }
    return Optional.of(List.of());
  }

  private static boolean waitsFor(SectorState.AtWork state, JobReport report) {
    return state
        .job()
        .active()
        .map(job -> job.id().equals(report.id()) && job.attempt() == report.attempt())
        .orElse(false);
  }

  private static Optional<List<SectorEvent>> checked(Faulty state, Stamp stamp, JobReport report) {
    if (!report.id().equals(SectorJobs.check(state).id())) {
      return Optional.empty();
    }
    if (report instanceof JobReport.Succeeded succeeded
        && succeeded.output() instanceof JobOutput.ReplicaChecked) {
      return Optional.of(List.of(new ReplicaReadable(stamp, JobRun.of(succeeded))));
    }
    return Optional.of(List.of());
  }

  private List<SectorEvent> succeeded(
      SectorState.AtWork state, Stamp stamp, JobReport.Succeeded report) {
    JobRun run = JobRun.of(report);
    JobOutput output = report.output();
    Optional<String> wrong = problem(state, output);
    if (wrong.isPresent()) {
      return failures.failed(state, stamp, run, new JobFailure(JobFailure.Kind.DATA, wrong.get()));
    }
    if (state instanceof Filling filling && output instanceof JobOutput.PieceAdded added) {
      return List.of(pieceTaken(filling, stamp, run, added));
    }
    if (state instanceof PreCommit1 && output instanceof JobOutput.PreCommit1Done done) {
      return List.of(new PreCommit1Completed(stamp, run, done.cache()));
    }
    if (state instanceof PreCommit2 && output instanceof JobOutput.PreCommit2Done done) {
      return List.of(
          new PreCommit2Completed(
              stamp, run, done.commR(), done.commD(), done.sealed(), done.cache()));
    }
    if (state instanceof Commit1 && output instanceof JobOutput.Commit1Done done) {
      return List.of(new Commit1Completed(stamp, run, done.record()));
    }
    if (state instanceof Commit2 && output instanceof JobOutput.Commit2Done done) {
      return List.of(new Commit2Completed(stamp, run, done.proof()));
    }
    if (state instanceof Finalizing && output instanceof JobOutput.Finalized) {
      return List.of(new Finalized(stamp, run));
    }
    if (state instanceof DroppingUnsealed && output instanceof JobOutput.UnsealedDropped) {
      return List.of(new UnsealedDropped(stamp, run));
    }
    if (state instanceof Removing && output instanceof JobOutput.FilesRemoved) {
      return List.of(new FilesRemoved(stamp, run));
    }
    return failures.failed(
        state,
        stamp,
        run,
        new JobFailure(
            JobFailure.Kind.INPUT,
            "the job of " + state.name() + " answered " + output.getClass().getSimpleName()));
  }

  /** The data is in the sector's file; whether it is the right one is known only now. */
  private static SectorEvent pieceTaken(
      Filling state, Stamp stamp, JobRun run, JobOutput.PieceAdded added) {
    SectorOrder.PieceSource ordered = state.nextImport();
    return ordered.differs(added.piece().commP())
        ? new PieceDiffered(
            stamp,
            run,
            ordered.source(),
            added.piece(),
            added.unsealed(),
            difference(state.core().pieces().size(), ordered, added.piece().commP()))
        : new PieceAdded(stamp, run, added.piece(), added.unsealed());
  }

  private static String difference(int index, SectorOrder.PieceSource ordered, Commitment found) {
    return "piece "
        + index
        + ordered.activation().map(deal -> " (" + deal.name() + ")").orElse("")
        + " from "
        + ordered.source()
        + ": commP mismatch, expected "
        + Cid.commP(ordered.commP().orElseThrow())
        + ", actual "
        + Cid.commP(found)
        + ": the data is damaged";
  }

  /** What a success must not be believed for. */
  private static Optional<String> problem(SectorState.AtWork state, JobOutput output) {
    if (state instanceof Filling filling && output instanceof JobOutput.PieceAdded added) {
      long expected = filling.nextImport().paddedBytes();
      return added.piece().paddedBytes() == expected
          ? Optional.empty()
          : Optional.of(
              "piece of " + added.piece().paddedBytes() + " padded bytes, expected " + expected);
    }
    if (state instanceof PreCommit2 pc2 && output instanceof JobOutput.PreCommit2Done done) {
      return wrongReplica(pc2, done);
    }
    if (state instanceof Commit2 && output instanceof JobOutput.Commit2Done done) {
      int expected = state.core().sealProof().proofBytes();
      return done.proof().length() == expected
          ? Optional.empty()
          : Optional.of("proof of " + done.proof().length() + " bytes, expected " + expected);
    }
    return Optional.empty();
  }

  /** CommD follows from the pieces; CommR from all that went before, if there was a before. */
  private static Optional<String> wrongReplica(PreCommit2 state, JobOutput.PreCommit2Done done) {
    SectorCore core = state.core();
    Commitment commD =
        SectorLayout.of(core.sealProof().sectorSize().bytes(), core.pieceInfos()).commD();
    if (!commD.equals(done.commD())) {
      return Optional.of(
          "CommD " + done.commD() + " is not that of the pieces, " + commD + ": data are damaged");
    }
    return state
        .required()
        .filter(required -> !required.commR().equals(done.commR()))
        .map(
            required ->
                "CommR "
                    + done.commR()
                    + " is not the precommitted "
                    + required.commR()
                    + ": layers or data are damaged");
  }
}
