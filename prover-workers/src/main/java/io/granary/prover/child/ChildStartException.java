package io.granary.prover.child;

/** No child could be started: no binary, a refused environment, another protocol version. */
public final class ChildStartException extends ChildException {
  private static final long serialVersionUID = 1L;

  ChildStartException(String message, Throwable cause) {
    super(message, cause);
  }

  ChildStartException(String message) {
    super(message);
  }
}
