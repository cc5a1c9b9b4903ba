package io.granary.devnet.crypto;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.hash.Blake2b;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** A secp256k1 key; signatures are R ‖ S ‖ V over BLAKE2b-256 of the data (chain.md 1.8). */
public final class Secp256k1Key implements WalletKey {
  private static final X9ECParameters CURVE = SECNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());
  private static final BigInteger HALF_ORDER = CURVE.getN().shiftRight(1);
  private static final BigInteger FIELD_PRIME = CURVE.getCurve().getField().getCharacteristic();
  private static final int SIGNATURE_BYTES = 65;

  private final BigInteger secret;
  private final Address address;

  private Secp256k1Key(BigInteger secret) {
    if (secret.signum() <= 0 || secret.compareTo(CURVE.getN()) >= 0) {
      throw new IllegalArgumentException("secp256k1 private key: outside 1 to the group order");
    }
    this.secret = secret;
    ECPoint publicKey = new FixedPointCombMultiplier().multiply(CURVE.getG(), secret);
    this.address = addressOf(publicKey.normalize().getEncoded(false));
  }

  static Secp256k1Key ofPrivateKey(Bytes bigEndian) {
    byte[] key = bigEndian.requireLength(32, "secp256k1 private key").toArray();
    return new Secp256k1Key(new BigInteger(1, key));
  }

  static Secp256k1Key derive(byte[] seed) {
    BigInteger scalar =
        new BigInteger(1, Blake2b.hash256(Bytes.of(seed)).toArray())
            .mod(CURVE.getN().subtract(BigInteger.ONE))
            .add(BigInteger.ONE);
    return new Secp256k1Key(scalar);
  }

  /** The f1 address of a 65-byte uncompressed public key. */
  static Address addressOf(byte[] uncompressed) {
    return Address.ofSecp256k1Key(Bytes.of(uncompressed));
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
    return Bytes.of(fixed(secret));
  }

  @Override
  public Signature sign(Bytes data) {
    byte[] digest = Blake2b.hash256(data).toArray();
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
    BigInteger[] parts = signer.generateSignature(digest);
    BigInteger r = parts[0];
    BigInteger s = parts[1].compareTo(HALF_ORDER) > 0 ? CURVE.getN().subtract(parts[1]) : parts[1];
    for (int v = 0; v < 4; v++) {
      Optional<Address> signerAddress = recover(digest, r, s, v);
      if (signerAddress.isPresent() && signerAddress.get().equals(address)) {
        byte[] out = new byte[SIGNATURE_BYTES];
        System.arraycopy(fixed(r), 0, out, 0, 32);
        System.arraycopy(fixed(s), 0, out, 32, 32);
        out[64] = (byte) v;
        return new Signature(Signature.Kind.SECP256K1, Bytes.of(out));
      }
    }
    throw new IllegalStateException("secp256k1: no recovery id fits a signature of our own");
  }

  /** Whether {@code signature} over {@code data} was made by the key of {@code signer}. */
  static boolean verify(Address signer, byte[] data, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES || signature[64] < 0 || signature[64] > 3) {
      return false;
    }
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, 32));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
    if (r.signum() == 0
        || s.signum() == 0
        || r.compareTo(CURVE.getN()) >= 0
        || s.compareTo(HALF_ORDER) > 0) {
      return false;
    }
    return recover(Blake2b.hash256(Bytes.of(data)).toArray(), r, s, signature[64])
        .map(signer::equals)
        .orElse(false);
  }

  /** The address whose key made (r, s) over {@code digest} with recovery id {@code v} (SEC 1). */
  private static Optional<Address> recover(byte[] digest, BigInteger r, BigInteger s, int v) {
    BigInteger x = v >= 2 ? r.add(CURVE.getN()) : r;
    if (x.compareTo(FIELD_PRIME) >= 0) {
      return Optional.empty();
    }
    byte[] compressed = new byte[33];
    compressed[0] = (byte) (2 + (v & 1));
    System.arraycopy(fixed(x), 0, compressed, 1, 32);
    ECPoint point;
    try {
      point = CURVE.getCurve().decodePoint(compressed);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // x is on no point of the curve
    }
    BigInteger inverse = r.modInverse(CURVE.getN());
    BigInteger e = new BigInteger(1, digest);
    BigInteger u1 = e.negate().multiply(inverse).mod(CURVE.getN());
    BigInteger u2 = s.multiply(inverse).mod(CURVE.getN());
    ECPoint key = CURVE.getG().multiply(u1).add(point.multiply(u2)).normalize();
    return key.isInfinity() ? Optional.empty() : Optional.of(addressOf(key.getEncoded(false)));
  }

  private static byte[] fixed(BigInteger value) {
    byte[] raw = value.toByteArray();
    byte[] out = new byte[32];
    int length = Math.min(32, raw.length);
    System.arraycopy(raw, raw.length - length, out, 32 - length, length);
    return out;
  }
}
