package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import java.util.Arrays;

/** Writes the fields of one Protobuf message. */
final class ProtoWriter {
  private byte[] buffer = new byte[64];
  private int used;

  ProtoWriter number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  ProtoWriter bytes(int field, Bytes value) {
    varint((long) field << 3 | ProtoReader.LENGTH);
    varint(value.length());
    room(value.length());
    value.copyTo(0, buffer, used, value.length());
    used += value.length();
    return this;
  }

  Bytes toBytes() {
    return Bytes.of(buffer, 0, used);
  }

  private void varint(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer[used++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    buffer[used++] = (byte) rest;
  }

  private void room(int count) {
    if (count > buffer.length - used) {
      int grown = Math.max(Math.multiplyExact(buffer.length, 2), Math.addExact(used, count));
      buffer = Arrays.copyOf(buffer, grown);
    }
  }
}
