package io.granary.sharding.deadline;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.Stamp;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineEvent.RehearsalDone;
import io.granary.protocol.deadline.PartitionPlan;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.deadline.Rehearsals;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.port.JobPool;
import java.util.List;
import java.util.Optional;

/**
 * Proves a deadline for practice once a period, between its windows: one partition after another,
 * with a challenge of our own, through the same jobs, and sends nothing. What a window would skip
 * is known hours before, and so is how long it takes.
 *
 * <p>It begins at an epoch that miner and deadline decide, so that deadlines of many miners spread
 * over the day, and stops well before the next challenge. The act under way is forgotten when the
 * deadline dies; its jobs have the same names when it is begun again. Belongs to the one actor.
 */
final class Rehearsal {
  /** Tries of one job before its failure is the outcome. */
  private static final int TRIES_MAX = 3;

  private final Recipient.Deadline self;
  private final DeadlineSettings settings;
  private final DeadlineReads reads;
  private final DeadlineOrders orders;
  private final JobPool pool;
  private Optional<Epoch> doneAfter = Optional.empty();
  private Optional<Act> act = Optional.empty();

  /**
   * A partition's rehearsal under way.
   *
   * @param spec of its present job, vanilla proofs or the SNARK
   * @param unreadable as the vanilla proofs brought; empty before
   * @param until the last epoch it is of use
   */
  private record Act(
      DeadlineChain.Part part,
      Bytes randomness,
      JobSpec spec,
      JobId id,
      long attempt,
      List<VanillaProofs.Unreadable> unreadable,
      long vanillaMillis,
      Epoch until) {
    PartitionPlan plan() {
      return part.plan();
    }

    Act again() {
      return new Act(part, randomness, spec, id, attempt + 1, unreadable, vanillaMillis, until);
    }

    Act proving(JobSpec snark, VanillaProofs heard, long millis) {
      return new Act(part, randomness, snark, snark.id(), 1, heard.unreadable(), millis, until);
    }
  }

  Rehearsal(
      Recipient.Deadline self,
      DeadlineSettings settings,
      DeadlineReads reads,
      DeadlineOrders orders,
      JobPool pool) {
    this.self = self;
    this.settings = settings;
    this.reads = reads;
    this.orders = orders;
    this.pool = pool;
  }

  /** A life begins: nothing is under way that is known of. */
  void clear() {
    doneAfter = Optional.empty();
    act = Optional.empty();
  }

  /** Between runs: begins, goes on, or stops when the next window comes near. */
  void look(Rehearsals known, MinerConfig miner, ProvingWindow next, Tick at) {
    ProvingWindow closed = miner.grid().lastClosed(self.index(), at.epoch());
    if (!isTime(miner, closed, next, at.epoch())) {
      stop();
    } else if (act.isPresent()) {
      ask(act.get());
    } else if (!doneAfter.equals(Optional.of(closed.periodStart()))) {
      reads.rehearsal(closed.periodStart(), known.since(closed.close()), at);
    }
  }

  private boolean isTime(MinerConfig miner, ProvingWindow closed, ProvingWindow next, Epoch now) {
    DeadlineSettings.Rehearsing rehearsing = settings.rehearsing();
    Epoch earliest = closed.close().plus(settings.closeGrace());
    Epoch until = until(next);
    long room = until.since(earliest);
    if (!rehearsing.on()
        || miner.grid().provingPeriod() < rehearsing.periodEpochsMin()
        || room < 2) {
      return false;
    }
    Epoch from = earliest.plus(Math.floorMod(spread(), room / 2));
    return !now.isBefore(from) && now.isBefore(until);
  }

  private Epoch until(ProvingWindow next) {
    return next.challenge().minus(settings.rehearsing().clearEpochs());
  }

  /** The same for the same deadline, and unlike for its neighbours. */
  private long spread() {
    long mixed = (self.miner().value() * 48 + self.index() + 1) * 0x9E3779B97F4A7C15L;
    return mixed >>> 17;
  }

  /** Nobody waits for it any more. */
  void stop() {
    act.ifPresent(each -> pool.cancel(each.id(), each.attempt()));
    act = Optional.empty();
  }

  /** A partition to rehearse was read, or none is left. */
  void onRead(DeadlineCommand.RehearsalRead heard, MinerConfig miner, Epoch now) {
    if (act.isPresent()) {
      return;
    }
    if (heard.part().isEmpty()) {
      doneAfter = Optional.of(heard.afterPeriod());
      return;
    }
    DeadlineChain.Part part = heard.part().get();
    Bytes randomness = orders.rehearsalRandomness(heard.afterPeriod());
    RegisteredPoStProof proof = miner.windowPoStProof();
    JobSpec vanilla =
        orders.vanilla(
            proof,
            randomness,
            part.plan().toProve(),
            part.plan().partition(),
            new DeadlineOrders.Replicas(part.replicas()));
    Epoch until = until(miner.grid().next(self.index(), now));
    begin(new Act(part, randomness, vanilla, vanilla.id(), 1, List.of(), 0, until));
  }

  private void begin(Act next) {
    act = Optional.of(next);
    ask(next);
  }

  private void ask(Act now) {
    pool.request(
        new JobRequest(now.id(), now.attempt(), now.spec(), self, now.until()).asRehearsal());
  }

  /** The outcome of a partition, when {@code report} brings it. */
  Optional<RehearsalDone> onJob(JobReport report, MinerConfig miner, Stamp stamp) {
    Optional<Act> asked =
        act.filter(each -> each.id().equals(report.id()) && each.attempt() == report.attempt());
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    Act now = asked.get();
    if (report instanceof JobReport.Failed failed) {
      if (now.attempt() < TRIES_MAX) {
        begin(now.again());
        return Optional.empty();
      }
      return done(now, failed.failure().message(), report, 0, stamp);
    }
    if (report instanceof JobReport.Succeeded succeeded) {
      return succeeded(now, succeeded, miner, stamp);
    }
    return Optional.empty();
  }

  private Optional<RehearsalDone> succeeded(
      Act now, JobReport.Succeeded report, MinerConfig miner, Stamp stamp) {
    if (report.output() instanceof VanillaProofs proofs) {
      VanillaProofs heard = DeadlineDecisions.of(now.plan(), proofs);
      if (heard.proven().isEmpty() || !settings.rehearsing().withSnark()) {
        Act read = now.proving(now.spec(), heard, report.millis());
        String problem = heard.proven().isEmpty() ? "no sector is readable" : "";
        return done(read, problem, report, 0, stamp);
      }
      JobSpec snark =
          orders.snark(
              miner.windowPoStProof(),
              now.randomness(),
              now.plan().partition(),
              heard.proven(),
              new DeadlineOrders.Replicas(now.part().replicas()));
      begin(now.proving(snark, heard, report.millis()));
      return Optional.empty();
    }
    boolean proven =
        report.output() instanceof JobOutput.WindowPoStDone made
            && made.proof().length() == DeadlineDecisions.PROOF_BYTES;
    String problem =
        proven ? "" : "the worker answered with " + report.output().getClass().getSimpleName();
    return done(now, problem, report, report.millis(), stamp);
  }

  private Optional<RehearsalDone> done(
      Act now, String problem, JobReport report, long snarkMillis, Stamp stamp) {
    act = Optional.empty();
    return Optional.of(
        new RehearsalDone(
            now.plan().partition(),
            now.plan().toProve().cardinality(),
            BitField.of(
                now.unreadable().stream()
                    .map(VanillaProofs.Unreadable::sector)
                    .mapToLong(SectorNumber::value)
                    .toArray()),
            now.unreadable().stream().limit(RehearsalDone.REASONS_MAX).toList(),
            problem,
            report.worker(),
            now.vanillaMillis(),
            snarkMillis,
            stamp));
  }

  /** The challenge that the sectors of {@code done} did not answer. */
  Bytes challenge(RehearsalDone done, MinerConfig miner) {
    Epoch after = miner.grid().lastClosed(self.index(), done.epoch()).periodStart();
    return orders.rehearsalRandomness(after);
  }

  /** What is to be persisted of {@code done}. */
  static List<DeadlineEvent> events(Optional<RehearsalDone> done) {
    return done.<List<DeadlineEvent>>map(List::of).orElse(List.of());
  }
}
