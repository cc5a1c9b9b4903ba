package io.granary.bridge.libp2p.peer;

import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.Multibase;
import io.granary.protocol.Base58;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import java.util.Optional;

/**
 * The name of a peer (libp2p specs, peer-ids): the multihash of its encoded public key, which is
 * the key itself when that has at most 42 bytes (Ed25519, secp256k1), its SHA-256 otherwise.
 *
 * @param multihash identity of 1 to 42 bytes, or SHA-256
 */
public record PeerId(Bytes multihash) implements Comparable<PeerId> {
  /** The longest text that is looked at, in characters; base16 of the longest id has 97. */
  public static final int TEXT_LENGTH_MAX = 128;

  private static final int INLINE_BYTES_MAX = 42;
  private static final int SHA_256_BYTES = 32;
  private static final byte IDENTITY = 0x00;
  private static final byte SHA_256 = 0x12;
  private static final int PREFIX_BYTES = 2;

  /** CIDv1 and its codec libp2p-key; both numbers take one byte. */
  private static final Bytes CID_PREFIX = Bytes.fromHex("0172");

  /**
   * Checks the form.
   *
   * @throws PeerFormatException unless it is the multihash of some key
   */
  public PeerId {
    checkMultihash(multihash);
  }

  static void checkMultihash(Bytes multihash) {
    int digest = multihash.length() - PREFIX_BYTES;
    if (digest < 1 || multihash.at(1) != digest) {
      throw new PeerFormatException("peer id: no multihash in " + multihash.length() + " bytes");
    }
    switch (multihash.at(0)) {
      case IDENTITY -> checkDigest(digest <= INLINE_BYTES_MAX, "identity", digest);
      case SHA_256 -> checkDigest(digest == SHA_256_BYTES, "SHA-256", digest);
      default ->
          throw new PeerFormatException(
              "peer id: multihash code "
                  + (multihash.at(0) & 0xff)
                  + " is neither identity nor SHA-256");
    }
  }

  private static void checkDigest(boolean good, String hash, int length) {
    if (!good) {
      throw new PeerFormatException("peer id: " + length + " bytes of " + hash + " digest");
    }
  }

  /** The id of the peer with this key. */
  public static PeerId of(PublicKey key) {
    Bytes encoded = Bytes.of(key.encode());
    boolean inline = encoded.length() <= INLINE_BYTES_MAX;
    Bytes digest = inline ? encoded : Sha256.hash(encoded);
    byte[] prefix = {inline ? IDENTITY : SHA_256, (byte) digest.length()};
    return new PeerId(Bytes.concat(Bytes.of(prefix), digest));
  }

  /**
   * Reads the binary form.
   *
   * @throws PeerFormatException when {@code multihash} is none of a key
   */
  public static PeerId ofBytes(byte[] multihash) {
    if (multihash.length > PREFIX_BYTES + INLINE_BYTES_MAX) {
      throw new PeerFormatException(
          "peer id: " + multihash.length + " bytes, at most " + (PREFIX_BYTES + INLINE_BYTES_MAX));
    }
    return new PeerId(Bytes.of(multihash));
  }

  /**
   * Reads text: base58 when it starts with {@code 1} or {@code Qm}, otherwise a CIDv1 with codec
   * libp2p-key in any multibase.
   *
   * @throws PeerFormatException saying what is wrong with {@code text}
   */
  public static PeerId parse(String text) {
    try {
      if (text.startsWith("1") || text.startsWith("Qm")) {
        return new PeerId(Multibase.base58(text, TEXT_LENGTH_MAX, "peer id"));
      }
      return ofCid(Multibase.decode(text, TEXT_LENGTH_MAX, "peer id"));
    } catch (CodecException e) {
      throw new PeerFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  private static PeerId ofCid(Bytes cid) {
    try {
      Cid read = Cid.fromBytes(cid);
      if (!cid.startsWith(CID_PREFIX)) {
        throw new PeerFormatException(
            "peer id: CID with codec " + read.codec() + ", expected 114 (libp2p-key)");
      }
    } catch (IllegalArgumentException e) {
      throw new PeerFormatException("peer id: neither base58 nor a CID", e);
    }
    return new PeerId(cid.slice(CID_PREFIX.length(), cid.length() - CID_PREFIX.length()));
  }

  /** The multihash, a copy. */
  public byte[] bytes() {
    return multihash.toArray();
  }

  /** The id as a CIDv1 in base32, the form that names of content are written in. */
  public String toCid() {
    return Multibase.base32(Bytes.concat(CID_PREFIX, multihash));
  }

  /**
   * The key, when the id holds it.
   *
   * @throws PeerFormatException when it holds something that is no key: no peer can have this id
   */
  public Optional<PublicKey> inlineKey() {
    if (multihash.at(0) != IDENTITY) {
      return Optional.empty();
    }
    int length = multihash.length() - PREFIX_BYTES;
    return Optional.of(PublicKey.decode(multihash.slice(PREFIX_BYTES, length).toArray()));
  }

  /** Orders by bytes. */
  @Override
  public int compareTo(PeerId other) {
    return multihash.compareTo(other.multihash);
  }

  /** Base58 of the multihash, the form that is printed and asked for. */
  @Override
  public String toString() {
    return Base58.encode(multihash);
  }
}
