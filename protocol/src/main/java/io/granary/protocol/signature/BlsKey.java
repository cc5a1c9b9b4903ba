package io.granary.protocol.signature;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.hash.Blake2b;
import java.util.Collection;
import supranational.blst.BLST_ERROR;
import supranational.blst.P1;
import supranational.blst.P1_Affine;
import supranational.blst.P2;
import supranational.blst.P2_Affine;
import supranational.blst.SecretKey;

/** A BLS12-381 key: public key in G1 (48 bytes), signatures in G2 (96 bytes), chain.md 1.8. */
public final class BlsKey implements WalletKey {
  private static final String DOMAIN = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";
  static final int PUBLIC_KEY_BYTES = 48;
  static final int SIGNATURE_BYTES = 96;

  private final Bytes privateKey;
  private final Address address;

  private BlsKey(SecretKey secret) {
    this.privateKey = Bytes.of(secret.to_lendian());
    this.address = Address.ofBlsKey(Bytes.of(new P1(secret).compress()));
  }

  static BlsKey ofPrivateKey(Bytes littleEndian) {
    SecretKey secret = new SecretKey();
    secret.from_lendian(littleEndian.requireLength(32, "BLS private key").toArray());
    return new BlsKey(secret);
  }

  static BlsKey derive(byte[] seed) {
    SecretKey secret = new SecretKey();
    secret.keygen(Blake2b.hash256(Bytes.of(seed)).toArray());
    return new BlsKey(secret);
  }

  @Override
  public Signature.Kind kind() {
    return Signature.Kind.BLS;
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public Bytes privateKey() {
    return privateKey;
  }

  @Override
  public Signature sign(Bytes data) {
    SecretKey secret = new SecretKey();
    secret.from_lendian(privateKey.toArray());
    byte[] signature = new P2().hash_to(data.toArray(), DOMAIN).sign_with(secret).compress();
    return new Signature(Signature.Kind.BLS, Bytes.of(signature));
  }

  static boolean verify(byte[] publicKey, byte[] data, byte[] signature) {
    if (publicKey.length != PUBLIC_KEY_BYTES || signature.length != SIGNATURE_BYTES) {
      return false;
    }
    P1_Affine key;
    P2_Affine point;
    try {
      key = new P1_Affine(publicKey);
      point = new P2_Affine(signature);
    } catch (RuntimeException e) {
      return false; // bytes that are no curve point: the library has no narrower exception
    }
    return !key.is_inf()
        && key.in_group()
        && point.in_group()
        && point.core_verify(key, true, data, DOMAIN) == BLST_ERROR.BLST_SUCCESS;
  }

  /**
   * The aggregate of BLS signatures; of none, the point at infinity, as blocks without BLS messages
   * carry it (recorded ChainHead).
   */
  public static Signature aggregate(Collection<Signature> signatures) {
    P2 sum = new P2();
    for (Signature signature : signatures) {
      sum.aggregate(new P2_Affine(signature.data().toArray()));
    }
    return new Signature(Signature.Kind.BLS, Bytes.of(sum.compress()));
  }
}
