package io.granary.bridge.libp2p.peer;

import java.math.BigInteger;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.sec.ECPrivateKey;

/** ECDSA on P-256: verified by the JDK, private keys handled by Bouncy Castle. */
enum P256Scheme implements SignatureScheme {
  INSTANCE;

  private static final EcCurve CURVE = new EcCurve("secp256r1");

  /** DER of a SubjectPublicKeyInfo with the curve by name, up to the uncompressed point. */
  private static final byte[] PUBLIC_INFO =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

  private static final int POINT_BYTES = 65;
  private static final byte UNCOMPRESSED = 4;

  @Override
  public void checkPublic(byte[] data) {
    int point = PUBLIC_INFO.length;
    if (data.length != point + POINT_BYTES
        || !Arrays.equals(data, 0, point, PUBLIC_INFO, 0, point)
        || data[point] != UNCOMPRESSED) {
      throw new PeerFormatException(
          "ECDSA key: not the SubjectPublicKeyInfo of an uncompressed P-256 point");
    }
    CURVE.point(Arrays.copyOfRange(data, point, data.length));
  }

  @Override
  public boolean verify(byte[] data, byte[] message, byte[] signature) {
    return JdkSignatures.verify(
        "EC", "SHA256withECDSA", new X509EncodedKeySpec(data), message, signature);
  }

  @Override
  public byte[] normalPrivate(byte[] data) {
    CURVE.scalar(scalar(data));
    return data.clone();
  }

  @Override
  public byte[] publicOf(byte[] privateData) {
    return keyInfo(CURVE.publicPoint(scalar(privateData)).getEncoded(false));
  }

  private static byte[] keyInfo(byte[] point) {
    byte[] info = Arrays.copyOf(PUBLIC_INFO, PUBLIC_INFO.length + POINT_BYTES);
    System.arraycopy(point, 0, info, PUBLIC_INFO.length, POINT_BYTES);
    return info;
  }

  @Override
  public byte[] sign(byte[] privateData, byte[] message) {
    return CURVE.sign(scalar(privateData), message);
  }

  private static BigInteger scalar(byte[] privateData) {
    return Der.parse(
        privateData,
        der -> ECPrivateKey.getInstance(der).getKey(),
        "ECDSA private key: no ECPrivateKey");
  }
}
