package io.granary.sharding.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.sector.ActiveJob;
import io.granary.protocol.sector.Faulty;
import io.granary.protocol.sector.OutgoingMessage;
import io.granary.protocol.sector.Parked;
import io.granary.protocol.sector.Proving;
import io.granary.protocol.sector.Recovering;
import io.granary.protocol.sector.Removed;
import io.granary.protocol.sector.SectorJobs;
import io.granary.protocol.sector.SectorMessages;
import io.granary.protocol.sector.SectorState;
import java.util.Optional;

/**
 * What a state waits for, asked of the world. Everything here may be done any number of times with
 * one effect, and follows from the state alone.
 *
 * <p>Belongs to one entity and its thread: it remembers when a faulty sector's files were last
 * read.
 */
final class SectorActions {
  private final SectorWorld world;
  private final long recheckEpochs;
  private Optional<Epoch> lastCheck = Optional.empty();

  SectorActions(SectorWorld world, long recheckEpochs) {
    this.world = world;
    this.recheckEpochs = recheckEpochs;
  }

  /** Asks for what {@code state} waits for. */
  void pursue(SectorState.Living state) {
    Recipient self = new Recipient.Sector(state.core().sector());
    if (state instanceof SectorState.AtWork work) {
      work.job().active().ifPresent(job -> request(work, job, self));
    }
    if (state instanceof SectorState.Posting posting && awaitsLanding(posting)) {
      SectorMessages.intent(posting).ifPresent(intent -> world.messages().submit(intent, self));
    }
  }

  private void request(SectorState.AtWork state, ActiveJob job, Recipient self) {
    world
        .pool()
        .request(
            new JobRequest(
                job.id(), job.attempt(), SectorJobs.spec(state), self, job.lastUsefulEpoch()));
  }

  private static boolean awaitsLanding(SectorState.Posting state) {
    return state.message().outgoing().flatMap(OutgoingMessage::landing).isEmpty();
  }

  /** What is asked only when time passes. */
  void onTick(SectorState.Living state, Tick tick) {
    if (atRest(state)) {
      world.miners().sectorAtRest(state.core().sector());
    }
    if (state instanceof Faulty faulty) {
      readAgain(faulty, tick.epoch());
    } else {
      lastCheck = Optional.empty();
    }
    if (state instanceof Recovering recovering && recovering.declared().isEmpty()) {
      recovering
          .committed()
          .location()
          .ifPresent(where -> world.deadlines().readableAgain(recovering.core().sector(), where));
    }
  }

  /** The epoch is the fencing number: it grows, and no event is needed to keep it. */
  private void readAgain(Faulty state, Epoch now) {
    boolean due =
        lastCheck.map(last -> now.since(last) >= recheckEpochs).orElse(true) && now.value() > 0;
    if (due) {
      lastCheck = Optional.of(now);
      JobSpec spec = SectorJobs.check(state);
      world
          .pool()
          .request(
              new JobRequest(
                  spec.id(),
                  now.value(),
                  spec,
                  new Recipient.Sector(state.core().sector()),
                  now.plus(recheckEpochs)));
    }
  }

  /** Takes back what {@code before} had asked for and {@code after} does not want any more. */
  void withdraw(SectorState before, SectorState after) {
    activeJob(before)
        .filter(job -> !activeJob(after).equals(Optional.of(job)))
        .ifPresent(job -> world.pool().cancel(job.id(), job.attempt()));
  }

  private static Optional<ActiveJob> activeJob(SectorState state) {
    return state instanceof SectorState.AtWork work ? work.job().active() : Optional.empty();
  }

  /** Tells the miner whether it has to tick this sector. */
  void tellMotion(SectorState.Living state) {
    if (atRest(state)) {
      world.miners().sectorAtRest(state.core().sector());
    } else {
      world.miners().sectorInMotion(state.core().sector());
    }
  }

  /** Whether {@code state} waits for nothing that the chain's time brings. */
  static boolean atRest(SectorState state) {
    return state instanceof Parked
        || state instanceof Removed
        || (state instanceof Proving proving && proving.committed().location().isPresent());
  }
}
