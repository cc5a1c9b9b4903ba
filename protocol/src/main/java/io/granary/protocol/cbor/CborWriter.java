package io.granary.protocol.cbor;

import io.granary.protocol.BigIntBytes;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Writes deterministic dag-cbor: shortest heads, definite lengths; a map's keys come in the order
 * the caller writes them. Struct fields are written in declaration order after {@link #array}. Used
 * by one thread.
 */
public final class CborWriter {
  private byte[] buffer = new byte[128];
  private int used;

  /** An unsigned number of 64 bits: values below 0 stand for 2^63 and more. */
  public CborWriter uint64(long value) {
    head(0, value);
    return this;
  }

  /** A signed number. */
  public CborWriter int64(long value) {
    if (value < 0) {
      head(1, ~value);
    } else {
      head(0, value);
    }
    return this;
  }

  public CborWriter bool(boolean value) {
    raw(value ? 0xf5 : 0xf4);
    return this;
  }

  /** The null that stands for an absent value. */
  public CborWriter nil() {
    raw(0xf6);
    return this;
  }

  public CborWriter bytes(Bytes value) {
    head(2, value.length());
    append(value);
    return this;
  }

  public CborWriter text(String value) {
    return textBytes(Bytes.of(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** The head of an array; {@code length} items must follow. */
  public CborWriter array(int length) {
    head(4, length);
    return this;
  }

  /** The head of a map; {@code members} keys with their values must follow. */
  public CborWriter map(int members) {
    head(5, members);
    return this;
  }

  /** A text of these bytes, which need not be UTF-8. */
  public CborWriter textBytes(Bytes utf8) {
    head(3, utf8.length());
    append(utf8);
    return this;
  }

  /** A link: tag 42, then a zero byte and the binary CID as a byte string. */
  public CborWriter cid(Cid value) {
    head(6, 42);
    head(2, value.bytes().length() + 1L);
    raw(0);
    append(value.bytes());
    return this;
  }

  public CborWriter address(Address value) {
    return bytes(value.bytes());
  }

  public CborWriter bigInteger(BigInteger value) {
    return bytes(BigIntBytes.encode(value));
  }

  public CborWriter amount(TokenAmount value) {
    return bytes(value.toBytes());
  }

  public CborWriter bitField(BitField value) {
    return bytes(value.toRlePlus());
  }

  public CborWriter value(CborEncodable value) {
    value.writeTo(this);
    return this;
  }

  /** An array of {@code items}, each written by {@code write}. */
  public <T> CborWriter list(Collection<T> items, BiConsumer<CborWriter, T> write) {
    array(items.size());
    for (T item : items) {
      write.accept(this, item);
    }
    return this;
  }

  /** An array of {@code items}. */
  public CborWriter list(Collection<? extends CborEncodable> items) {
    array(items.size());
    for (CborEncodable item : items) {
      item.writeTo(this);
    }
    return this;
  }

  /** The value, or null. */
  public <T> CborWriter optional(Optional<T> value, BiConsumer<CborWriter, T> write) {
    if (value.isPresent()) {
      write.accept(this, value.get());
    } else {
      nil();
    }
    return this;
  }

  /** What was written. */
  public Bytes toBytes() {
    return Bytes.of(buffer, 0, used);
  }

  private void head(int major, long argument) {
    int first = major << 5;
    if (argument >= 0 && argument < 24) {
      raw(first | (int) argument);
    } else if (argument >= 0 && argument < 0x100) {
      raw(first | 24);
      bigEndian(argument, 1);
    } else if (argument >= 0 && argument < 0x10000) {
      raw(first | 25);
      bigEndian(argument, 2);
    } else if (argument >= 0 && argument < 0x1_0000_0000L) {
      raw(first | 26);
      bigEndian(argument, 4);
    } else {
      raw(first | 27);
      bigEndian(argument, 8);
    }
  }

  private void bigEndian(long value, int length) {
    for (int shift = (length - 1) * 8; shift >= 0; shift -= 8) {
      raw((int) (value >>> shift));
    }
  }

  private void raw(int value) {
    ensure(1);
    buffer[used++] = (byte) value;
  }

  private void append(Bytes value) {
    ensure(value.length());
    value.copyTo(0, buffer, used, value.length());
    used += value.length();
  }

  private void ensure(int more) {
    int needed = Math.addExact(used, more);
    if (needed > buffer.length) {
      buffer =
          Arrays.copyOf(
              buffer, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, buffer.length * 2L)));
    }
  }
}
