package io.granary.protocol.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.machine.TransitionTable;
import java.util.List;

/** A proving deadline: between runs, or in one. Faults and recoveries go on in both. */
public sealed interface ProvingDeadlineState {
  /** The allowed steps; docs/flows/deadline.md shows them. */
  TransitionTable<ProvingDeadlineState, DeadlineEvent> TABLE = table();

  /** The faulty sectors and their recovery. */
  FaultBook faults();

  /** How the last rehearsals went. */
  Rehearsals rehearsals();

  /** The period of the run now or, between runs, of the last one; unset before the first. */
  Epoch lastPeriodStart();

  /** Before anything happened. */
  static ProvingDeadlineState first() {
    return new Resting(Epoch.UNSET, false, FaultBook.EMPTY);
  }

  /**
   * The state after {@code event}.
   *
   * @throws IllegalStateException when the event cannot come here
   */
  default ProvingDeadlineState on(DeadlineEvent event) {
    TABLE.requireAllowed(this, event);
    return TABLE.check(this, event, next(event));
  }

  /** The step itself; only called for events that {@link #TABLE} allows here. */
  ProvingDeadlineState next(DeadlineEvent event);

  /**
   * No run.
   *
   * @param ran whether {@code lastPeriodStart} is set: a period may start at any epoch, even −1
   */
  record Resting(Epoch lastPeriodStart, boolean ran, FaultBook faults, Rehearsals rehearsals)
      implements ProvingDeadlineState {
    /** With no rehearsal so far. */
    public Resting(Epoch lastPeriodStart, boolean ran, FaultBook faults) {
      this(lastPeriodStart, ran, faults, Rehearsals.NONE);
    }

    @Override
    public ProvingDeadlineState next(DeadlineEvent event) {
      if (event instanceof DeadlineEvent.RunOpened opened) {
        return new Running(DeadlineRun.opened(opened), faults, rehearsals);
      }
      if (event instanceof DeadlineEvent.LandingLost) {
        return this;
      }
      if (event instanceof DeadlineEvent.RehearsalDone done) {
        return new Resting(lastPeriodStart, ran, faults, rehearsals.on(done));
      }
      return new Resting(lastPeriodStart, ran, faults.on(event), rehearsals);
    }
  }

  /** A run is under way. */
  record Running(DeadlineRun run, FaultBook faults, Rehearsals rehearsals)
      implements ProvingDeadlineState {
    /** With no rehearsal so far. */
    public Running(DeadlineRun run, FaultBook faults) {
      this(run, faults, Rehearsals.NONE);
    }

    @Override
    public Epoch lastPeriodStart() {
      return run.window().periodStart();
    }

    @Override
    public ProvingDeadlineState next(DeadlineEvent event) {
      if (event instanceof DeadlineEvent.OfPartition ofPartition) {
        return new Running(run.on(ofPartition), faults, rehearsals);
      }
      if (event instanceof DeadlineEvent.RunReplanned replanned) {
        return new Running(run.replanned(replanned), faults, rehearsals);
      }
      if (event instanceof DeadlineEvent.RunClosed) {
        return new Resting(lastPeriodStart(), true, faults, rehearsals);
      }
      if (event instanceof DeadlineEvent.LandingLost) {
        return this;
      }
      return new Running(run, faults.on(event), rehearsals);
    }
  }

  private static TransitionTable<ProvingDeadlineState, DeadlineEvent> table() {
    TransitionTable.Builder<ProvingDeadlineState, DeadlineEvent> table =
        TransitionTable.<ProvingDeadlineState, DeadlineEvent>builder()
            .row(Resting.class, DeadlineEvent.RunOpened.class, Running.class)
            .row(Running.class, DeadlineEvent.RunReplanned.class, Running.class)
            .row(Running.class, DeadlineEvent.RunClosed.class, Resting.class);
    for (Class<?> event : DeadlineEvent.OfPartition.class.getPermittedSubclasses()) {
      table.row(Running.class, event.asSubclass(DeadlineEvent.class), Running.class);
    }
    for (Class<? extends DeadlineEvent> event :
        List.of(
            DeadlineEvent.LandingLost.class,
            DeadlineEvent.FaultsFound.class,
            DeadlineEvent.FaultsEnded.class,
            DeadlineEvent.RecoveryAsked.class,
            DeadlineEvent.RecoveryDeclared.class,
            DeadlineEvent.RecoveryFailed.class,
            DeadlineEvent.RecoveryReverted.class,
            DeadlineEvent.RecoveryEnded.class)) {
      table.row(Resting.class, event, Resting.class);
      table.row(Running.class, event, Running.class);
    }
    table.row(Resting.class, DeadlineEvent.RehearsalDone.class, Resting.class);
    return table.build();
  }
}
