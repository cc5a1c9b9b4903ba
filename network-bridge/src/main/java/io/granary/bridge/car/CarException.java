package io.granary.bridge.car;

/** Bytes that are no CAR, or a block that is not what its CID says; names the offset. */
public final class CarException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long offset;

  /**
   * @param offset the byte of the input where the trouble starts
   */
  public CarException(long offset, String problem) {
    super("CAR offset " + offset + ": " + problem);
    this.offset = offset;
  }

  CarException(long offset, String problem, IllegalArgumentException cause) {
    super("CAR offset " + offset + ": " + problem + ": " + cause.getMessage(), cause);
    this.offset = offset;
  }

  /** The byte of the input where the trouble starts. */
  public long offset() {
    return offset;
  }
}
