package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;

/** Reads the fields of one Protobuf message, numbers in their shortest form. */
final class ProtoReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private final Bytes input;
  private final String name;
  private int at;
  private int wireType;

  ProtoReader(Bytes input, String name) {
    this.input = input;
    this.name = name;
  }

  boolean atEnd() {
    return at == input.length();
  }

  /** Reads a field's number; its value must be read or skipped next. */
  long field() {
    long tag = number();
    wireType = (int) (tag & 7);
    return tag >>> 3;
  }

  boolean is(int type) {
    return wireType == type;
  }

  /** The value of a number field. */
  long number(String field) {
    require(VARINT, field);
    return number();
  }

  /** The value of a field of bytes. */
  Bytes bytes(String field) {
    require(LENGTH, field);
    return take(number(), field);
  }

  /** Passes over a value. */
  void skip() {
    switch (wireType) {
      case VARINT -> skipVarint();
      case LENGTH -> take(number(), "unknown field");
      case FIXED64 -> take(8, "unknown field");
      case FIXED32 -> take(4, "unknown field");
      default -> throw problem("wire type " + wireType);
    }
  }

  /** Numbers of a field this reader does not know may be negative, in ten bytes. */
  private void skipVarint() {
    for (int i = 0; i < 10 && at < input.length(); i++) {
      if (input.at(at++) >= 0) {
        return;
      }
    }
    throw problem("endless number");
  }

  private Bytes take(long length, String field) {
    if (length > input.length() - at) {
      throw problem(field + " of " + length + " bytes, " + (input.length() - at) + " are left");
    }
    Bytes value = input.slice(at, (int) length);
    at += (int) length;
    return value;
  }

  private long number() {
    try {
      Varint.Read read = Varint.decode(input, at, name);
      at = read.next();
      return read.value();
    } catch (IllegalArgumentException e) {
      throw new UnixFsException(UnixFsException.Kind.MALFORMED, name, e);
    }
  }

  private void require(int type, String field) {
    if (wireType != type) {
      throw problem(field + " has wire type " + wireType + ", not " + type);
    }
  }

  UnixFsException problem(String problem) {
    return UnixFsException.malformed(name + ": " + problem + " (byte " + at + ")");
  }
}
