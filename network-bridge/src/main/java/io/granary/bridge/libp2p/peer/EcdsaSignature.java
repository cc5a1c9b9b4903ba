package io.granary.bridge.libp2p.peer;

import io.granary.protocol.Bytes;
import java.math.BigInteger;
import java.util.Optional;

/**
 * The two numbers of an ECDSA signature on a curve of 256 bits, in DER: SEQUENCE of two INTEGERs,
 * each in its shortest form and not negative, and nothing else. Read by hand, since a stranger
 * chooses the bytes, and Bouncy Castle answers some with a NullPointerException.
 */
record EcdsaSignature(BigInteger r, BigInteger s) {
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int HEADER_BYTES = 2;

  /** 32 bytes and one zero in front, when the first bit is set. */
  private static final int INTEGER_BYTES_MAX = 33;

  /** The signature in {@code der}; empty for anything else. */
  static Optional<EcdsaSignature> decode(byte[] der) {
    if (der.length < HEADER_BYTES || der[0] != SEQUENCE || der[1] != der.length - HEADER_BYTES) {
      return Optional.empty();
    }
    int rLength = integerAt(der, HEADER_BYTES);
    int sAt = HEADER_BYTES + HEADER_BYTES + rLength;
    int sLength = rLength == 0 ? 0 : integerAt(der, sAt);
    if (sLength == 0 || sAt + HEADER_BYTES + sLength != der.length) {
      return Optional.empty();
    }
    return Optional.of(
        new EcdsaSignature(
            new BigInteger(der, HEADER_BYTES + HEADER_BYTES, rLength),
            new BigInteger(der, sAt + HEADER_BYTES, sLength)));
  }

  /** The length of the number whose header is at {@code at}; 0 when there is none. */
  private static int integerAt(byte[] der, int at) {
    if (at + HEADER_BYTES >= der.length || der[at] != INTEGER) {
      return 0;
    }
    int length = der[at + 1];
    int first = at + HEADER_BYTES;
    boolean fits = length > 0 && length <= INTEGER_BYTES_MAX && first + length <= der.length;
    if (!fits || der[first] < 0 || (length > 1 && der[first] == 0 && der[first + 1] >= 0)) {
      return 0;
    }
    return length;
  }

  byte[] encode() {
    Bytes body = Bytes.concat(integer(r), integer(s));
    byte[] header = {SEQUENCE, (byte) body.length()};
    return Bytes.concat(Bytes.of(header), body).toArray();
  }

  private static Bytes integer(BigInteger number) {
    byte[] value = number.toByteArray();
    byte[] header = {INTEGER, (byte) value.length};
    return Bytes.concat(Bytes.of(header), Bytes.of(value));
  }
}
