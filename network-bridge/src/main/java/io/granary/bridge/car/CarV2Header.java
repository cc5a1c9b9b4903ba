package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 40 bytes after the pragma of a CAR version 2 (ipld/ipld specs/transport/car/carv2). All
 * offsets count from the first byte of the pragma.
 *
 * @param fullyIndexed whether the index lists every section
 * @param dataOffset where the version 1 payload starts
 * @param dataBytes how long the payload is
 * @param indexOffset where the index starts, 0 for none
 */
public record CarV2Header(boolean fullyIndexed, long dataOffset, long dataBytes, long indexOffset) {
  /** Bytes of the pragma with its length. */
  public static final int PRAGMA_BYTES = 11;

  /** Bytes of this header. */
  public static final int BYTES = 40;

  /** Shortest payload: a version 1 header without roots. */
  private static final int PAYLOAD_BYTES_MIN = 17;

  /** Reads the header that starts at byte 11; {@code bytes} has exactly 40. */
  static CarV2Header decode(Bytes bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    boolean fullyIndexed = (buffer.get(0) & 0x80) != 0;
    long data = buffer.getLong(16);
    long dataBytes = buffer.getLong(24);
    long index = buffer.getLong(32);
    if (data < PRAGMA_BYTES + BYTES) {
      throw new CarException(27, "data offset " + Long.toUnsignedString(data));
    }
    if (dataBytes < PAYLOAD_BYTES_MIN || dataBytes > Long.MAX_VALUE - data) {
      throw new CarException(35, "data size " + Long.toUnsignedString(dataBytes));
    }
    if (index != 0 && index < data + dataBytes) {
      throw new CarException(43, "index offset " + Long.toUnsignedString(index) + " in the data");
    }
    return new CarV2Header(fullyIndexed, data, dataBytes, index);
  }
}
