package io.granary.prover.child;

/** A request to a child process came to nothing. */
public abstract sealed class ChildException extends RuntimeException
    permits ChildStartException, ChildDiedException, ChildErrorException {
  private static final long serialVersionUID = 1L;

  ChildException(String message, Throwable cause) {
    super(message, cause);
  }

  ChildException(String message) {
    super(message);
  }
}
