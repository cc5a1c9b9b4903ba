package io.granary.protocol.cbor;

/**
 * CBOR that breaks a rule: says in which field, at which byte, and what was wrong. Either the bytes
 * are not the expected structure, or the structure is right and a value in it is one its type
 * refuses (a proof type that does not exist, a CID of another kind); actors answer the first with
 * exit code 21, the second often with 16.
 */
public final class CborException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final int offset;
  private final boolean valueRefused;

  /**
   * @param field the path of names down to the value, such as {@code params.sectors[3].expiration}
   * @param offset the byte of the input where the value starts
   */
  public CborException(String field, int offset, String problem) {
    super(message(field, offset, problem));
    this.field = field;
    this.offset = offset;
    this.valueRefused = false;
  }

  private CborException(
      String field, int offset, boolean valueRefused, IllegalArgumentException cause) {
    super(message(field, offset, String.valueOf(cause.getMessage())), cause);
    this.field = field;
    this.offset = offset;
    this.valueRefused = valueRefused;
  }

  /** The bytes are no structure of the kind: {@code cause} says why. */
  static CborException malformed(String field, int offset, IllegalArgumentException cause) {
    return new CborException(field, offset, false, cause);
  }

  /** The structure is right, the value's type refuses it: {@code cause} says why. */
  static CborException valueRefused(String field, int offset, IllegalArgumentException cause) {
    return new CborException(field, offset, true, cause);
  }

  private static String message(String field, int offset, String problem) {
    return field + ": " + problem + " (CBOR byte " + offset + ")";
  }

  public String field() {
    return field;
  }

  public int offset() {
    return offset;
  }

  /** Whether the structure was right and only a value was refused. */
  public boolean valueRefused() {
    return valueRefused;
  }
}
