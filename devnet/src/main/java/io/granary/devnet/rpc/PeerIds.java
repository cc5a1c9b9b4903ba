package io.granary.devnet.rpc;

import io.granary.protocol.Bytes;
import io.granary.protocol.hash.Blake2b;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/** The text of libp2p peer ids: the multihash in base58btc. */
final class PeerIds {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(58);

  /** Identity multihash of 36 bytes; protobuf: key type 1 (Ed25519), 32 bytes of data. */
  private static final Bytes ED25519_ID_PREFIX = Bytes.fromHex("002408011220");

  private PeerIds() {}

  /** The text of {@code bytes}; empty for what is no multihash, as a node shows null then. */
  static Optional<String> text(Bytes bytes) {
    return isMultihash(bytes) ? Optional.of(base58(bytes)) : Optional.empty();
  }

  /**
   * The id of the Ed25519 key that {@code seed} makes: identity multihash of its protobuf form
   * (libp2p specs, peer-ids). Nothing listens under it.
   */
  static String ofSeed(String seed) {
    Bytes secret = Blake2b.hash256(Bytes.of(("node of " + seed).getBytes(StandardCharsets.UTF_8)));
    byte[] key = new Ed25519PrivateKeyParameters(secret.toArray()).generatePublicKey().getEncoded();
    return base58(Bytes.concat(ED25519_ID_PREFIX, Bytes.of(key)));
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
