package io.granary.protocol.sector;

/** An event met a state it cannot happen in. The journal or the code is wrong. */
public final class TransitionRejected extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  TransitionRejected(SectorState state, SectorEvent event, String why) {
    super("sector state " + state.name() + " does not take " + event.name() + ": " + why);
  }
}
