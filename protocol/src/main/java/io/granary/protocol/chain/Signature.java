package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/** A signature and the kind of key that made it. */
public record Signature(Kind kind, Bytes data) implements CborEncodable {
  /** The longest form, type byte included (go-state-types crypto, SignatureMaxLength). */
  public static final int MAX_BYTES = 200;

  public Signature {
    if (data.length() >= MAX_BYTES) {
      throw new IllegalArgumentException(
          "signature: at most " + (MAX_BYTES - 1) + " bytes, got " + data.length());
    }
  }

  /** Signature types as numbered on chain (go-state-types crypto/signature.go). */
  public enum Kind {
    SECP256K1(1),
    BLS(2),
    DELEGATED(3);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }

    /**
     * The kind numbered {@code number}.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Kind of(int number) {
      for (Kind kind : values()) {
        if (kind.number == number) {
          return kind;
        }
      }
      throw new IllegalArgumentException("signature: type must be 1 to 3, got " + number);
    }
  }

  /** The type byte and the signature after it. */
  public Bytes toBytes() {
    return Bytes.concat(Bytes.of(new byte[] {(byte) kind.number()}), data);
  }

  /**
   * Reads {@link #toBytes}.
   *
   * @throws IllegalArgumentException when there is no type byte, or none of a known type
   */
  public static Signature fromBytes(Bytes bytes) {
    if (bytes.isEmpty()) {
      throw new IllegalArgumentException("signature: no bytes");
    }
    return new Signature(Kind.of(bytes.at(0) & 0xff), bytes.slice(1, bytes.length() - 1));
  }

  /** Reads the value where a reader stands. */
  public static Signature readFrom(CborReader reader) {
    return fromBytes(reader.bytes("", MAX_BYTES));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.bytes(toBytes());
  }
}
