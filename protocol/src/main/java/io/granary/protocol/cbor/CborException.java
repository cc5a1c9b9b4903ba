package io.granary.protocol.cbor;

/** CBOR that breaks a rule: says in which field, at which byte, and what was wrong. */
public final class CborException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final int offset;

  /**
   * @param field the path of names down to the value, such as {@code params.sectors[3].expiration}
   * @param offset the byte of the input where the value starts
   */
  public CborException(String field, int offset, String problem) {
    super(message(field, offset, problem));
    this.field = field;
    this.offset = offset;
  }

  public CborException(String field, int offset, IllegalArgumentException cause) {
    super(message(field, offset, String.valueOf(cause.getMessage())), cause);
    this.field = field;
    this.offset = offset;
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
}
