package io.granary.bridge.libp2p.peer;

import java.security.MessageDigest;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/** Ed25519 (RFC 8032) by the JDK; the public key of a seed by Bouncy Castle. */
enum Ed25519Scheme implements SignatureScheme {
  INSTANCE;

  static final int SEED_BYTES = 32;
  static final int PUBLIC_BYTES = 32;

  /** Seed and public key, go-libp2p's form. */
  private static final int PRIVATE_BYTES = SEED_BYTES + PUBLIC_BYTES;

  /** The form of older go-libp2p files, with the public key once more. */
  private static final int PRIVATE_BYTES_OLD = PRIVATE_BYTES + PUBLIC_BYTES;

  private static final int SIGNATURE_BYTES = 64;

  private static final String ALGORITHM = "Ed25519";

  /** DER of a SubjectPublicKeyInfo up to the key (RFC 8410). */
  private static final byte[] PUBLIC_INFO = HexFormat.of().parseHex("302a300506032b6570032100");

  @Override
  public void checkPublic(byte[] data) {
    if (data.length != PUBLIC_BYTES) {
      throw new PeerFormatException(
          "Ed25519 key: expected " + PUBLIC_BYTES + " bytes, got " + data.length);
    }
  }

  @Override
  public boolean verify(byte[] data, byte[] message, byte[] signature) {
    // The JDK takes a signature with more bytes after it.
    return signature.length == SIGNATURE_BYTES
        && JdkSignatures.verify(ALGORITHM, ALGORITHM, keyInfo(data), message, signature);
  }

  private static X509EncodedKeySpec keyInfo(byte[] data) {
    byte[] encoded = Arrays.copyOf(PUBLIC_INFO, PUBLIC_INFO.length + PUBLIC_BYTES);
    System.arraycopy(data, 0, encoded, PUBLIC_INFO.length, PUBLIC_BYTES);
    return new X509EncodedKeySpec(encoded);
  }

  @Override
  public byte[] normalPrivate(byte[] data) {
    if (data.length != PRIVATE_BYTES && data.length != PRIVATE_BYTES_OLD) {
      throw new PeerFormatException(
          "Ed25519 private key: expected "
              + PRIVATE_BYTES
              + " or "
              + PRIVATE_BYTES_OLD
              + " bytes, got "
              + data.length);
    }
    byte[] derived = ofSeed(data);
    for (int at = SEED_BYTES; at < data.length; at += PUBLIC_BYTES) {
      if (!MessageDigest.isEqual(derived, Arrays.copyOfRange(data, at, at + PUBLIC_BYTES))) {
        throw new PeerFormatException(
            "Ed25519 private key: the public key at byte " + at + " is not that of the seed");
      }
    }
    return Arrays.copyOf(data, PRIVATE_BYTES);
  }

  @Override
  public byte[] publicOf(byte[] privateData) {
    return Arrays.copyOfRange(privateData, SEED_BYTES, PRIVATE_BYTES);
  }

  @Override
  public byte[] sign(byte[] privateData, byte[] message) {
    byte[] seed = Arrays.copyOf(privateData, SEED_BYTES);
    return JdkSignatures.sign(
        ALGORITHM, ALGORITHM, new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed), message);
  }

  /** The private data of the seed in the first 32 bytes. */
  static byte[] privateOfSeed(byte[] seed) {
    byte[] data = Arrays.copyOf(seed, PRIVATE_BYTES);
    System.arraycopy(ofSeed(seed), 0, data, SEED_BYTES, PUBLIC_BYTES);
    return data;
  }

  private static byte[] ofSeed(byte[] seed) {
    return new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey().getEncoded();
  }
}
