package io.granary.prover.child;

/** The child ended, or was killed, before it answered. */
public final class ChildDiedException extends ChildException {
  private static final long serialVersionUID = 1L;

  /** What ended it. */
  public enum Reason {
    /** It ended by itself or by a signal that was not ours. */
    CRASHED,
    /** We killed it, because it gave no sign of life or ran past the request's limit. */
    HUNG,
    /** We killed it, because it sent bytes that are no frame. */
    PROTOCOL,
    /** We killed it, because somebody asked us to. */
    KILLED
  }

  private final Reason reason;

  ChildDiedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
