package io.granary.bridge.libp2p.peer;

import java.math.BigInteger;

/** ECDSA on secp256k1, the key as a compressed point; not Filecoin's recoverable signatures. */
enum Secp256k1Scheme implements SignatureScheme {
  INSTANCE;

  private static final EcCurve CURVE = new EcCurve("secp256k1");
  private static final int PUBLIC_BYTES = 33;

  @Override
  public void checkPublic(byte[] data) {
    if (data.length != PUBLIC_BYTES) {
      throw new PeerFormatException(
          "secp256k1 key: expected " + PUBLIC_BYTES + " bytes, got " + data.length);
    }
    CURVE.point(data);
  }

  @Override
  public boolean verify(byte[] data, byte[] message, byte[] signature) {
    return CURVE.verify(CURVE.point(data), message, signature);
  }

  @Override
  public byte[] normalPrivate(byte[] data) {
    if (data.length != EcCurve.SCALAR_BYTES) {
      throw new PeerFormatException(
          "secp256k1 private key: expected " + EcCurve.SCALAR_BYTES + " bytes, got " + data.length);
    }
    CURVE.scalar(new BigInteger(1, data));
    return data.clone();
  }

  @Override
  public byte[] publicOf(byte[] privateData) {
    return CURVE.publicPoint(new BigInteger(1, privateData)).getEncoded(true);
  }

  @Override
  public byte[] sign(byte[] privateData, byte[] message) {
    return CURVE.sign(new BigInteger(1, privateData), message);
  }
}
