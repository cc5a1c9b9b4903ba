package io.granary.protocol.sector;

import io.granary.protocol.Stamp;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.job.JobId;
import io.granary.protocol.sector.SectorEvent.JobRequested;
import io.granary.protocol.sector.SectorEvent.SealingStarted;
import io.granary.protocol.sector.SectorEvent.SectorParked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a sector does next by itself, without a word from the chain. */
final class NextStep {
  private final NetworkPolicy network;

  NextStep(NetworkPolicy network) {
    this.network = network;
  }

  /**
   * {@code events} and what follows from the state after them: the next job, as its intent. The
   * SNARK is not asked for here: that takes a fresh look at precommit and seed.
   */
  List<SectorEvent> after(SectorState state, Stamp stamp, List<SectorEvent> events) {
    List<SectorEvent> all = new ArrayList<>(events);
    SectorState now = state;
    for (SectorEvent event : events) {
      now = now.on(event);
    }
    Optional<SectorEvent> next = next(now, stamp);
    while (next.isPresent()) {
      all.add(next.get());
      now = now.on(next.get());
      next = next(now, stamp);
    }
    return all;
  }

  private Optional<SectorEvent> next(SectorState state, Stamp stamp) {
    if (!(state instanceof SectorState.AtWork work) || !work.job().due(stamp.time())) {
      return Optional.empty();
    }
    if (work instanceof Filling filling && filling.complete()) {
      return Optional.of(new SealingStarted(stamp));
    }
    if (work instanceof Commit2
        || (work instanceof PreCommit1 pc1 && pc1.ticket().isEmpty())
        || (work instanceof Finalizing finalizing && !settled(finalizing, stamp))) {
      return Optional.empty();
    }
    return Optional.of(request(work, stamp));
  }

  /**
   * Layers and trees are what another seed would need: they go only when the commit lies deep
   * enough not to come back.
   */
  private boolean settled(Finalizing state, Stamp stamp) {
    return stamp.epoch().since(state.committed().activation()) >= network.messageConfidence();
  }

  /** The intent for the job of {@code state}. */
  JobRequested request(SectorState.AtWork state, Stamp stamp) {
    JobId id = SectorJobs.spec(state).id();
    return new JobRequested(
        stamp,
        id,
        state.core().jobsRequested() + 1,
        SectorJobs.lastUseful(state, stamp.epoch(), network));
  }

  static SectorParked park(Stamp stamp, String reason) {
    return new SectorParked(stamp, reason, true);
  }
}
