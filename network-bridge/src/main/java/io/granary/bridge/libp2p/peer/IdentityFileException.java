package io.granary.bridge.libp2p.peer;

/** The identity file can not be used; names the file and what an operator has to mend. */
public final class IdentityFileException extends RuntimeException {
  IdentityFileException(String message) {
    super(message);
  }

  IdentityFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
