package io.granary.protocol.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.machine.TransitionTable;
import io.granary.protocol.sender.MessageIntent;
import java.util.List;

/** Where the declaration of recovered sectors stands; one at a time in a deadline. */
public sealed interface RecoveryState {
  /** The allowed steps; docs/flows/deadline.md shows them. */
  TransitionTable<RecoveryState, DeadlineEvent> TABLE =
      TransitionTable.<RecoveryState, DeadlineEvent>builder()
          .row(NotDeclared.class, DeadlineEvent.RecoveryAsked.class, Declaring.class)
          .row(Declaring.class, DeadlineEvent.RecoveryDeclared.class, Declared.class)
          .row(Declaring.class, DeadlineEvent.RecoveryFailed.class, NotDeclared.class)
          .row(Declared.class, DeadlineEvent.RecoveryReverted.class, Declaring.class)
          .row(Declared.class, DeadlineEvent.RecoveryAsked.class, Declaring.class)
          .row(Declared.class, DeadlineEvent.RecoveryEnded.class, NotDeclared.class)
          .build();

  /** How many declarations this deadline has ever begun: the last one's number. */
  long declarations();

  /**
   * The state after {@code event}.
   *
   * @throws IllegalStateException when the event cannot come here
   */
  default RecoveryState on(DeadlineEvent event) {
    TABLE.requireAllowed(this, event);
    return TABLE.check(this, event, next(event));
  }

  /** The step itself; only called for events that {@link #TABLE} allows here. */
  RecoveryState next(DeadlineEvent event);

  /**
   * Nothing is declared.
   *
   * @param notBefore first epoch to declare at: the back-off after a failure
   */
  record NotDeclared(long declarations, int failures, Epoch notBefore) implements RecoveryState {
    static final NotDeclared FIRST = new NotDeclared(0, 0, Epoch.UNSET);

    @Override
    public RecoveryState next(DeadlineEvent event) {
      return Declaring.of((DeadlineEvent.RecoveryAsked) event, failures);
    }
  }

  /** The declaration is with the sender. */
  record Declaring(
      long declarations,
      ProvingWindow window,
      List<DeadlineEvent.PartitionSectors> sectors,
      MessageIntent intent,
      int failures)
      implements RecoveryState {
    public Declaring {
      sectors = List.copyOf(sectors);
    }

    static Declaring of(DeadlineEvent.RecoveryAsked asked, int failures) {
      return new Declaring(
          asked.declaration(), asked.window(), asked.sectors(), asked.intent(), failures);
    }

    @Override
    public RecoveryState next(DeadlineEvent event) {
      if (event instanceof DeadlineEvent.RecoveryDeclared) {
        return new Declared(this);
      }
      long wait = Math.min(failures + 1L, PartitionState.BACKOFF_MAX_EPOCHS);
      return new NotDeclared(declarations, failures + 1, event.epoch().plus(wait));
    }
  }

  /**
   * The chain knows; the window it is for has not passed. More sectors may be declared for the same
   * window.
   */
  record Declared(Declaring declaring) implements RecoveryState {
    @Override
    public long declarations() {
      return declaring.declarations();
    }

    @Override
    public RecoveryState next(DeadlineEvent event) {
      if (event instanceof DeadlineEvent.RecoveryReverted) {
        return declaring;
      }
      if (event instanceof DeadlineEvent.RecoveryAsked asked) {
        return Declaring.of(asked, 0);
      }
      return new NotDeclared(declarations(), 0, event.epoch());
    }
  }
}
