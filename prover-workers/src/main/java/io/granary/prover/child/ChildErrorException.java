package io.granary.prover.child;

/** The child answered with an error. */
public final class ChildErrorException extends ChildException {
  private static final long serialVersionUID = 1L;

  private final String method;
  private final transient ChildError error;

  ChildErrorException(String method, ChildError error) {
    super(method + ": " + error.describe());
    this.method = method;
    this.error = error;
  }

  public String method() {
    return method;
  }

  public ChildError error() {
    return error;
  }
}
