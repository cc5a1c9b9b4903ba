package io.granary.bridge.unixfs;

/** Files, folders or DAGs that cannot be read, made or walked; {@link #kind} says why. */
public final class UnixFsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What stands in the way. */
  public enum Kind {
    /** A block is no dag-pb, dag-cbor or UnixFS, or contradicts its parent. */
    MALFORMED,
    /** The source has no block for the root that was asked for. */
    ROOT_MISSING,
    /** No entry has the name that the path asks for. */
    PATH_MISSING,
    /** The source has no block for a link. */
    BLOCK_MISSING,
    /** A codec, hash or kind of node that is not handled. */
    UNSUPPORTED,
    /** A bound of the settings is reached. */
    LIMIT,
    /** A name that must not become a file, or a file that must not become part of a DAG. */
    UNSAFE,
    /** A file is not what it was when it was first read. */
    CHANGED
  }

  /** Says what is wrong. */
  public UnixFsException(Kind kind, String problem) {
    super(problem);
    this.kind = kind;
  }

  UnixFsException(Kind kind, String problem, Exception cause) {
    super(problem + ": " + cause.getMessage(), cause);
    this.kind = kind;
  }

  static UnixFsException malformed(String problem) {
    return new UnixFsException(Kind.MALFORMED, problem);
  }

  /** What stands in the way. */
  public Kind kind() {
    return kind;
  }
}
