package io.granary.bridge.file;

/** A file must not be used as it is; the message names it and says what to do. */
public final class OwnerOnlyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OwnerOnlyException(String message) {
    super(message);
  }
}
