package io.granary.devnet.actor;

/**
 * The process that verifies proofs did not answer. The message that needed it is neither good nor
 * bad: it stays in the pool and is tried again in a later block.
 */
public final class VerifierUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public VerifierUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
