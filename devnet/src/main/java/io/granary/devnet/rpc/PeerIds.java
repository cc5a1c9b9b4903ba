package io.granary.devnet.rpc;

import io.granary.protocol.Bytes;
import java.math.BigInteger;
import java.util.Optional;

/** The text of libp2p peer ids: the multihash in base58btc. */
final class PeerIds {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(58);

  private PeerIds() {}

  /** The text of {@code bytes}; empty for what is no multihash, as a node shows null then. */
  static Optional<String> text(Bytes bytes) {
    return isMultihash(bytes) ? Optional.of(base58(bytes)) : Optional.empty();
  }

  /** Identity (00) or SHA-256 (12) with the length that follows it. */
  private static boolean isMultihash(Bytes bytes) {
    return bytes.length() > 2
        && (bytes.at(0) == 0 || bytes.at(0) == 0x12)
        && bytes.at(1) == bytes.length() - 2;
  }

  private static String base58(Bytes bytes) {
    StringBuilder text = new StringBuilder();
    BigInteger rest = new BigInteger(1, bytes.toArray());
    while (rest.signum() > 0) {
      BigInteger[] parts = rest.divideAndRemainder(BASE);
      text.append(ALPHABET.charAt(parts[1].intValue()));
      rest = parts[0];
    }
    for (int i = 0; i < bytes.length() && bytes.at(i) == 0; i++) {
      text.append(ALPHABET.charAt(0));
    }
    return text.reverse().toString();
  }
}
