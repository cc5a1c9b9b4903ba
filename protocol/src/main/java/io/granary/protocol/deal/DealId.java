package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborReader;
import java.nio.ByteBuffer;
import java.util.UUID;

/** The UUID that the client chose for a deal. */
public record DealId(UUID uuid) implements Comparable<DealId> {
  /** What a request without an id stands for, as in Go. */
  public static final DealId ZERO = new DealId(new UUID(0, 0));

  private static final int LENGTH = 16;

  /**
   * Reads the text form, such as {@code 00112233-4455-6677-8899-aabbccddeeff}.
   *
   * @throws IllegalArgumentException when {@code text} is no UUID in full length
   */
  public static DealId parse(String text) {
    UUID uuid = UUID.fromString(text);
    if (!uuid.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException("deal id: no UUID: " + text);
    }
    return new DealId(uuid);
  }

  /**
   * Reads the 16 bytes.
   *
   * @throws IllegalArgumentException for another number of bytes
   */
  public static DealId ofBytes(Bytes bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.requireLength(LENGTH, "deal id").toArray());
    return new DealId(new UUID(buffer.getLong(), buffer.getLong()));
  }

  static DealId readFrom(CborReader reader) {
    return ofBytes(reader.bytes("", LENGTH));
  }

  /** The 16 bytes, which are also what a client signs to ask for the deal's status. */
  public Bytes bytes() {
    return Bytes.of(
        ByteBuffer.allocate(LENGTH)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }

  /** Orders as the text does. */
  @Override
  public int compareTo(DealId other) {
    return bytes().compareTo(other.bytes());
  }

  /** The text form in lower case. */
  @Override
  public String toString() {
    return uuid.toString();
  }
}
