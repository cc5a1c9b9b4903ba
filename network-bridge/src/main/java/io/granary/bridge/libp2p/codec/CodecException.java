package io.granary.bridge.libp2p.codec;

/** Bytes or text from outside that are not in the form they should have; names the field. */
public final class CodecException extends RuntimeException {
  /** Says what is wrong with which field. */
  public CodecException(String message) {
    super(message);
  }

  /** Says what is wrong with which field, and what found it. */
  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
