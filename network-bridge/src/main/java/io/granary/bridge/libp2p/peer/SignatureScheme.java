package io.granary.bridge.libp2p.peer;

/** What one kind of key can do with key data in its own form. Stateless. */
interface SignatureScheme {
  /** The scheme of a kind of key. */
  static SignatureScheme of(KeyType type) {
    return switch (type) {
      case RSA -> RsaScheme.INSTANCE;
      case ED25519 -> Ed25519Scheme.INSTANCE;
      case SECP256K1 -> Secp256k1Scheme.INSTANCE;
      case ECDSA -> P256Scheme.INSTANCE;
    };
  }

  /** Throws {@link PeerFormatException} unless {@code data} is a public key in its one form. */
  void checkPublic(byte[] data);

  /** Whether {@code signature} is over {@code message}; {@code data} has been checked. */
  boolean verify(byte[] data, byte[] message, byte[] signature);

  /**
   * Private key data in the form that is written; throws {@link PeerFormatException}, without
   * telling any of it, when it is no private key.
   */
  byte[] normalPrivate(byte[] data);

  /** The public data that belongs to private data in its normal form. */
  byte[] publicOf(byte[] privateData);

  /** A signature over {@code message} by private data in its normal form. */
  byte[] sign(byte[] privateData, byte[] message);
}
