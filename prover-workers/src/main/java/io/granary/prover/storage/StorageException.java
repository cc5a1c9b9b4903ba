package io.granary.prover.storage;

/** A storage path cannot do what was asked: not attachable, full, or its disk failed. */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message) {
    super(message);
  }

  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
