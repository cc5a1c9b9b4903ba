package io.granary.bridge.libp2p.peer;

/**
 * A private identity key (libp2p specs, peer-ids: message {@code PrivateKey}), as other libp2p
 * programs keep it in their files. Tells nothing of itself as text.
 */
public final class PrivateKey {
  private final KeyType type;
  private final byte[] data;
  private final PublicKey publicKey;

  private PrivateKey(KeyType type, byte[] data) {
    SignatureScheme scheme = SignatureScheme.of(type);
    this.type = type;
    this.data = scheme.normalPrivate(data);
    this.publicKey = new PublicKey(type, scheme.publicOf(this.data));
  }

  /**
   * Of the data of one kind (see {@link KeyType}); Ed25519 data of 96 bytes, an old form of
   * go-libp2p, becomes the 64 bytes written today.
   *
   * @throws PeerFormatException when it is no such key, or its public part belongs to another
   */
  public static PrivateKey of(KeyType type, byte[] data) {
    if (data.length > KeyMessage.BYTES_MAX) {
      throw new PeerFormatException(
          "private key: " + data.length + " bytes, at most " + KeyMessage.BYTES_MAX);
    }
    return new PrivateKey(type, data);
  }

  /** The Ed25519 key of a seed of 32 bytes. */
  static PrivateKey ofSeed(byte[] seed) {
    if (seed.length != Ed25519Scheme.SEED_BYTES) {
      throw new PeerFormatException(
          "Ed25519 seed: expected " + Ed25519Scheme.SEED_BYTES + " bytes, got " + seed.length);
    }
    return new PrivateKey(KeyType.ED25519, Ed25519Scheme.privateOfSeed(seed));
  }

  /**
   * Reads a Protobuf {@code PrivateKey} of at most 8 KiB.
   *
   * @throws PeerFormatException when it is none, or holds no usable key
   */
  public static PrivateKey decode(byte[] protobuf) {
    KeyMessage message = KeyMessage.decode(protobuf, "private key");
    return new PrivateKey(message.type(), message.data());
  }

  /** The Protobuf {@code PrivateKey} in its deterministic form: a secret. */
  public byte[] encode() {
    return KeyMessage.encode(type, data);
  }

  /** The kind of key. */
  public KeyType type() {
    return type;
  }

  /** The public key that belongs to it. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** A signature over {@code message} in the form of its kind. */
  public byte[] sign(byte[] message) {
    return SignatureScheme.of(type).sign(data, message);
  }

  /** The public key only. */
  @Override
  public String toString() {
    return "private key of " + publicKey;
  }
}
