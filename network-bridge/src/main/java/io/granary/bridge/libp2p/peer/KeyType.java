package io.granary.bridge.libp2p.peer;

/** The kinds of identity keys (libp2p specs, peer-ids: enum {@code KeyType}). */
public enum KeyType {
  /** PKCS#1 v1.5 over SHA-256; public data is a SubjectPublicKeyInfo, private data PKCS#1. */
  RSA(0),
  /** RFC 8032; public data is 32 bytes, private data the seed and the public key. */
  ED25519(1),
  /** ECDSA over SHA-256, DER; public data is 33 bytes compressed, private data 32 bytes. */
  SECP256K1(2),
  /** ECDSA on P-256 over SHA-256, DER; public data is a SubjectPublicKeyInfo. */
  ECDSA(3);

  private final int number;

  KeyType(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /**
   * The kind with this number.
   *
   * @throws PeerFormatException when there is none
   */
  static KeyType of(long number) {
    for (KeyType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    throw new PeerFormatException("key: unknown type " + Long.toUnsignedString(number));
  }
}
