package io.granary.protocol.signature;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.hash.Blake2b;
import java.math.BigInteger;

/** A secp256k1 key; signatures are R ‖ S ‖ V over BLAKE2b-256 of the data (chain.md 1.8). */
public final class Secp256k1Key implements WalletKey {
  private final BigInteger secret;
  private final Address address;

  private Secp256k1Key(BigInteger secret) {
    if (secret.signum() <= 0 || secret.compareTo(Secp256k1.ORDER) >= 0) {
      throw new IllegalArgumentException("secp256k1 private key: outside 1 to the group order");
    }
    this.secret = secret;
    this.address = Address.ofSecp256k1Key(Secp256k1.publicKey(secret));
  }

  static Secp256k1Key ofPrivateKey(Bytes bigEndian) {
    byte[] key = bigEndian.requireLength(32, "secp256k1 private key").toArray();
    return new Secp256k1Key(new BigInteger(1, key));
  }

  static Secp256k1Key derive(byte[] seed) {
    BigInteger scalar =
        new BigInteger(1, Blake2b.hash256(Bytes.of(seed)).toArray())
            .mod(Secp256k1.ORDER.subtract(BigInteger.ONE))
            .add(BigInteger.ONE);
    return new Secp256k1Key(scalar);
  }

  @Override
  public Signature.Kind kind() {
    return Signature.Kind.SECP256K1;
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public Bytes privateKey() {
    return Bytes.of(Secp256k1.fixed(secret));
  }

  @Override
  public Signature sign(Bytes data) {
    return new Signature(Signature.Kind.SECP256K1, Secp256k1.sign(secret, Blake2b.hash256(data)));
  }
}
