package io.granary.bridge.libp2p.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes one Protobuf message, fields in the order they are given and every number in its shortest
 * form. Nothing is left out because it is zero or empty: that is the caller's choice. For one
 * thread.
 */
public final class ProtoWriter {
  private static final int TAG_BITS = 3;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  /** A field that is a number; {@code value} is taken as unsigned. */
  public ProtoWriter varint(int field, long value) {
    tag(field, ProtoReader.VARINT);
    writeVarint(value);
    return this;
  }

  /** A field that is bytes, or a message already written. */
  public ProtoWriter bytes(int field, byte[] value) {
    tag(field, ProtoReader.LENGTH_DELIMITED);
    writeVarint(value.length);
    output.writeBytes(value);
    return this;
  }

  /** A field that is text, written as UTF-8. */
  public ProtoWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The message so far. */
  public byte[] toBytes() {
    return output.toByteArray();
  }

  private void tag(int field, int wireType) {
    writeVarint((long) field << TAG_BITS | wireType);
  }

  private void writeVarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      output.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    output.write((int) rest);
  }
}
