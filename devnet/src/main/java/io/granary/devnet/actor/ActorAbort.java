package io.granary.devnet.actor;

import java.util.List;

/** A method gave up: its message fails with this exit code and changes nothing. */
public final class ActorAbort extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ExitCode exitCode;
  private final transient List<String> innerFrames;

  public ActorAbort(ExitCode exitCode, String message) {
    this(exitCode, message, List.of());
  }

  /**
   * An abort that came from calls the method made.
   *
   * @param innerFrames what the called actors said, outermost first
   */
  ActorAbort(ExitCode exitCode, String message, List<String> innerFrames) {
    super(message, null, false, false);
    this.exitCode = exitCode;
    this.innerFrames = List.copyOf(innerFrames);
  }

  static ActorAbort illegalArgument(String message) {
    return new ActorAbort(ExitCode.ILLEGAL_ARGUMENT, message);
  }

  static ActorAbort notFound(String message) {
    return new ActorAbort(ExitCode.NOT_FOUND, message);
  }

  static ActorAbort forbidden(String message) {
    return new ActorAbort(ExitCode.FORBIDDEN, message);
  }

  static ActorAbort insufficientFunds(String message) {
    return new ActorAbort(ExitCode.INSUFFICIENT_FUNDS, message);
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  List<String> innerFrames() {
    return innerFrames;
  }
}
