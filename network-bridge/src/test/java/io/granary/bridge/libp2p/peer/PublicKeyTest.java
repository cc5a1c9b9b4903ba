package io.granary.bridge.libp2p.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.libp2p.codec.ProtoWriter;
import io.granary.protocol.Bytes;
import io.granary.protocol.vector.VectorRows;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
  private static final byte[] MESSAGE = "message".getBytes(UTF_8);
  private static final byte[] SCALAR = new byte[32];

  static {
    SCALAR[31] = 7;
  }

  private static final PrivateKey SECP256K1 = PrivateKey.of(KeyType.SECP256K1, SCALAR);
  private static final PrivateKey ED25519 = PrivateKey.ofSeed(SCALAR);
  private static final PrivateKey P256 = p256();

  private static PrivateKey p256() {
    byte[] der = new byte[7 + SCALAR.length];
    System.arraycopy(Bytes.fromHex("30250201010420").toArray(), 0, der, 0, 7);
    System.arraycopy(SCALAR, 0, der, 7, SCALAR.length);
    return PrivateKey.of(KeyType.ECDSA, der);
  }

  static Stream<PrivateKey> keys() {
    return Stream.of(SECP256K1, ED25519, P256);
  }

  private static byte[] rsa(int bits, long exponent) throws GeneralSecurityException {
    BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(exponent)))
        .getEncoded();
  }

  private static void assertRefused(KeyType type, byte[] data, String complaint) {
    byte[] encoded = KeyMessage.encode(type, data);
    assertThatThrownBy(() -> PublicKey.decode(encoded))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining(complaint);
    assertThatThrownBy(() -> new PublicKey(type, data)).isInstanceOf(PeerFormatException.class);
  }

  @Test
  void takesRsa_whenOfAllowedSize() throws GeneralSecurityException {
    assertThat(new PublicKey(KeyType.RSA, rsa(2048, 65537)).type()).isEqualTo(KeyType.RSA);
    byte[] largest = rsa(8192, Integer.MAX_VALUE);
    byte[] encoded = new PublicKey(KeyType.RSA, largest).encode();
    assertThat(PublicKey.decode(encoded).data()).isEqualTo(largest);
  }

  @Test
  void refusesRsa_whenSizesAreOutOfBounds() throws GeneralSecurityException {
    assertRefused(KeyType.RSA, rsa(2047, 65537), "2047 bits, expected 2048 to 8192");
    assertRefused(KeyType.RSA, rsa(8193, 65537), "8193 bits");
    assertRefused(KeyType.RSA, rsa(2048, 4), "exponent");
    assertRefused(KeyType.RSA, rsa(2048, Integer.MAX_VALUE + 2L), "exponent");
    assertRefused(KeyType.RSA, new byte[0], "RSA key: ");
    assertRefused(KeyType.RSA, P256.publicKey().data(), "RSA key: ");
    byte[] good = rsa(2048, 65537);
    assertRefused(KeyType.RSA, Arrays.copyOf(good, good.length + 1), "RSA key: ");
  }

  @Test
  void refusesEcdsa_whenNotOnP256() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    assertRefused(KeyType.ECDSA, generator.generateKeyPair().getPublic().getEncoded(), "P-256");
    byte[] offCurve = P256.publicKey().data();
    offCurve[offCurve.length - 1] ^= 1;
    assertRefused(KeyType.ECDSA, offCurve, "not a point");
    byte[] good = P256.publicKey().data();
    assertRefused(KeyType.ECDSA, Arrays.copyOf(good, good.length - 1), "P-256");
  }

  @Test
  void refusesSecp256k1_whenNoCompressedPoint() {
    byte[] point = SECP256K1.publicKey().data();
    byte[] uncompressed =
        CustomNamedCurves.getByName("secp256k1").getCurve().decodePoint(point).getEncoded(false);
    assertRefused(KeyType.SECP256K1, uncompressed, "expected 33 bytes, got 65");
    byte[] offCurve = new byte[33];
    offCurve[0] = 2;
    offCurve[32] = 5;
    assertRefused(KeyType.SECP256K1, offCurve, "not a point");
    point[0] = 4;
    assertRefused(KeyType.SECP256K1, point, "not a point");
    assertRefused(KeyType.SECP256K1, new byte[33], "not a point");
    assertRefused(KeyType.SECP256K1, new byte[1], "expected 33 bytes");
  }

  @Test
  void refusesEd25519_whenOfAnotherLength() {
    assertRefused(KeyType.ED25519, new byte[31], "expected 32 bytes, got 31");
    assertRefused(KeyType.ED25519, new byte[64], "expected 32 bytes, got 64");
  }

  @Test
  void refusesTheMessage_whenNotDeterministic() {
    byte[] data = ED25519.publicKey().data();
    assertNotDecoded(new ProtoWriter().bytes(2, data).varint(1, 1).toBytes(), "deterministic");
    assertNotDecoded(
        new ProtoWriter().varint(1, 1).bytes(2, data).varint(3, 0).toBytes(), "deterministic");
    assertNotDecoded(
        new ProtoWriter().varint(1, 0).varint(1, 1).bytes(2, data).toBytes(), "deterministic");
    byte[] longVarint = Bytes.concat(Bytes.fromHex("0881001220"), Bytes.of(data)).toArray();
    assertNotDecoded(longVarint, "deterministic");
  }

  @Test
  void refusesTheMessage_whenPartsAreMissingOrUnknown() {
    byte[] data = ED25519.publicKey().data();
    assertNotDecoded(new ProtoWriter().bytes(2, data).toBytes(), "no type");
    assertNotDecoded(new ProtoWriter().varint(1, 1).toBytes(), "no data");
    assertNotDecoded(new ProtoWriter().varint(1, 4).bytes(2, data).toBytes(), "unknown type 4");
    assertNotDecoded(
        new ProtoWriter().varint(1, -1).toBytes(), "unknown type 18446744073709551615");
    assertNotDecoded(new byte[0], "no type");
    assertNotDecoded(new byte[PublicKey.ENCODED_BYTES_MAX + 1], "at most 8192");
  }

  private static void assertNotDecoded(byte[] protobuf, String complaint) {
    assertThatThrownBy(() -> PublicKey.decode(protobuf))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining(complaint);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void verifiesOnlyItsOwnSignature(PrivateKey key) {
    byte[] signature = key.sign(MESSAGE);
    assertThat(key.publicKey().verify(MESSAGE, signature)).isTrue();
    assertThat(key.publicKey().verify("other".getBytes(UTF_8), signature)).isFalse();
    for (int at = 0; at < signature.length; at++) {
      byte[] bad = signature.clone();
      bad[at] ^= 1;
      assertThat(key.publicKey().verify(MESSAGE, bad)).isFalse();
    }
    assertThat(key.publicKey().verify(MESSAGE, Arrays.copyOf(signature, signature.length + 1)))
        .isFalse();
    assertThat(key.publicKey().verify(MESSAGE, new byte[0])).isFalse();
    keys()
        .filter(other -> other != key)
        .forEach(other -> assertThat(other.publicKey().verify(MESSAGE, signature)).isFalse());
  }

  @Test
  void verifiesNothing_whenBothHalvesOfAnEcdsaSignatureAreZero() {
    byte[] zeros = Bytes.fromHex("3006020100020100").toArray();
    assertThat(SECP256K1.publicKey().verify(MESSAGE, zeros)).isFalse();
    assertThat(P256.publicKey().verify(MESSAGE, zeros)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "3000",
        "30020200",
        "3003020101",
        "30050201010200",
        "3006020101020101ff",
        "3006020181020101",
        "300702020001020101",
        "3081060201010201",
        "30080201010203010101ff",
        "30ff0201010201",
      })
  void verifiesNothing_whenTheSignatureIsNoDer(String hex) {
    byte[] signature = Bytes.fromHex(hex).toArray();
    assertThat(EcdsaSignature.decode(signature)).isEmpty();
    assertThat(SECP256K1.publicKey().verify(MESSAGE, signature)).isFalse();
    assertThat(P256.publicKey().verify(MESSAGE, signature)).isFalse();
  }

  @Test
  void verifiesNothing_whenTheEd25519KeyIsNoPoint() {
    byte[] data = new byte[32];
    Arrays.fill(data, (byte) 0xff);
    assertThat(new PublicKey(KeyType.ED25519, data).verify(MESSAGE, new byte[64])).isFalse();
  }

  @Test
  void isNotChanged_fromOutside() {
    byte[] data = ED25519.publicKey().data();
    PublicKey key = new PublicKey(KeyType.ED25519, data);
    data[0] ^= 1;
    key.data()[0] ^= 1;
    assertThat(key).isEqualTo(ED25519.publicKey()).hasSameHashCodeAs(ED25519.publicKey());
  }

  @Test
  void refusesPrivateKeys_whenMalformed() {
    assertPrivateRefused(KeyType.ED25519, new byte[64], "not that of the seed");
    assertPrivateRefused(KeyType.ED25519, new byte[32], "got 32");
    assertPrivateRefused(KeyType.SECP256K1, new byte[32], "order of the curve");
    byte[] tooLarge = new byte[32];
    Arrays.fill(tooLarge, (byte) 0xff);
    assertPrivateRefused(KeyType.SECP256K1, tooLarge, "order of the curve");
    assertPrivateRefused(KeyType.ECDSA, new byte[] {0x30, 0}, "no ECPrivateKey");
    assertPrivateRefused(KeyType.RSA, new byte[] {0x30, 0}, "no PKCS#1 key");
    assertPrivateRefused(KeyType.RSA, new byte[9000], "at most 8192");
    assertThatThrownBy(() -> Identity.ofSeed(new byte[31])).isInstanceOf(PeerFormatException.class);
    assertThatThrownBy(() -> Identity.of(SECP256K1)).isInstanceOf(PeerFormatException.class);
  }

  @Test
  void refusesAPrivateRsaKey_whenAnyNumberIsWrong() {
    JsonNode rsa = VectorRows.file("libp2p-keys").required("spec_keys").get(3);
    Bytes encoded = Bytes.fromHex(rsa.required("private_protobuf").asText());
    assertThat(PrivateKey.decode(encoded.toArray()).type()).isEqualTo(KeyType.RSA);
    // From the modulus to the coefficient, which is the last number.
    for (int at = 30; at < encoded.length(); at += 97) {
      byte[] bad = encoded.toArray();
      bad[at] ^= 4;
      assertThatThrownBy(() -> PrivateKey.decode(bad)).isInstanceOf(PeerFormatException.class);
    }
  }

  private static void assertPrivateRefused(KeyType type, byte[] data, String complaint) {
    assertThatThrownBy(() -> PrivateKey.of(type, data))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void tellsNothingSecret_asText() {
    assertThat(ED25519.toString())
        .contains(ED25519.publicKey().toString())
        .doesNotContain(Bytes.of(SCALAR).toHex());
  }
}
