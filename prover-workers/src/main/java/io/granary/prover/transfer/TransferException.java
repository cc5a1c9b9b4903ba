package io.granary.prover.transfer;

/** Bytes could not be had from another node. */
public final class TransferException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the caller decides by. */
  public enum Kind {
    /** The node does not answer, or broke off: another try, or another node, may do. */
    UNREACHABLE,
    /**
     * The node is busy, or refuses the request: the configuration differs, or it is our mistake.
     */
    REFUSED,
    /** The node does not have it. */
    MISSING,
    /** What came is not what was named. */
    DAMAGED,
    /** There is no room for it here. */
    NO_ROOM
  }

  private final Kind kind;

  TransferException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  TransferException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
