package io.granary.bridge.libp2p.peer;

import io.granary.protocol.Bytes;
import java.util.Arrays;

/**
 * A peer's public identity key (libp2p specs, peer-ids). The peer's id is the hash of {@link
 * #encode}, so a key has one encoding only: one that decodes encodes to the same bytes again.
 *
 * @param type the kind of key
 * @param data the key in the form its kind has (see {@link KeyType}); copied in and out
 */
@SuppressWarnings("ArrayRecordComponent") // copied both ways, and compared by content
public record PublicKey(KeyType type, byte[] data) {
  /** The longest encoding that is looked at; RSA of 8192 bits has about 1.1 KB. */
  public static final int ENCODED_BYTES_MAX = KeyMessage.BYTES_MAX;

  /**
   * Checks the data: lengths, RSA of 2048 to 8192 bits with an odd exponent below 2^31 (as
   * go-libp2p), points on their curve, DER in the one form of its encoder. An Ed25519 point is not
   * looked at before it is used, as elsewhere.
   *
   * @throws PeerFormatException saying what is wrong with the key
   */
  public PublicKey {
    data = data.clone();
    SignatureScheme.of(type).checkPublic(data);
  }

  /**
   * Reads a Protobuf {@code PublicKey}.
   *
   * @throws PeerFormatException when it is longer than {@link #ENCODED_BYTES_MAX}, is not in the
   *     deterministic form, or holds no usable key
   */
  public static PublicKey decode(byte[] protobuf) {
    KeyMessage message = KeyMessage.decode(protobuf, "public key");
    PublicKey key = new PublicKey(message.type(), message.data());
    if (!Arrays.equals(key.encode(), protobuf)) {
      throw new PeerFormatException("public key: not in its deterministic encoding");
    }
    return key;
  }

  /** The Protobuf {@code PublicKey} in its deterministic form. */
  public byte[] encode() {
    return KeyMessage.encode(type, data);
  }

  /** Whether {@code signature} is this key's over {@code message}; false for any malformed one. */
  public boolean verify(byte[] message, byte[] signature) {
    return SignatureScheme.of(type).verify(data, message, signature);
  }

  @Override
  public byte[] data() {
    return data.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey key && type == key.type && Arrays.equals(data, key.data);
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + Arrays.hashCode(data);
  }

  /** The kind and the data in hex. */
  @Override
  public String toString() {
    return type + ":" + Bytes.of(data).toHex();
  }
}
