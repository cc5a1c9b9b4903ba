package io.granary.protocol.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys and signatures, held against the vectors of chain.md 8.6. */
class SignaturesTest {
  private static Bytes base64(String text) {
    return Bytes.of(Base64.getDecoder().decode(text));
  }

  @Test
  void signsAsTheVector_whenTheKeyIsBls() {
    WalletKey key =
        WalletKey.of(Signature.Kind.BLS, base64("pyBOAP9camcZANKedHE+oaqPgtsOd/qBvOAO1YfvLVY="));
    Bytes cid =
        Bytes.fromHex(
            "0171a0e40220cebe89d62b1ff3c34a26d112fd0d1c71debefce08214cce0cdaaf67d532fbfeb");

    Signature signature = key.sign(cid);

    assertThat(signature.data())
        .isEqualTo(
            base64(
                "sYHUj6N7Cb86A8pTPyaB82zdeemyHd+tZU4Vdsm6bz2GlaeLC5tsc3SX1Q7Fr5pRA5gXhcx4ID+vDqDVO7"
                    + "ZAnToKaWeZ2Wr28S+b4tGWOwqYHx8jkkvklyyNJ5wK4bq+"));
    assertThat(Signatures.verify(signature, key.address(), cid)).isTrue();
  }

  @Test
  void takesTheVectorsSignature_whenTheKeyIsSecp256k1() {
    WalletKey key = WalletKey.of(Signature.Kind.SECP256K1, Bytes.fromHex("01".repeat(32)));
    Bytes cid =
        Bytes.fromHex(
            "0171a0e402206db7784dfde045f011fff26e6afd2e5c992b7c83fe9cc470c0ba5e93a88a2790");
    Bytes vector =
        Bytes.fromHex(
            "9baf3c907868bd797325aa016a2d2eab66081e23b98c7fc5f9a9ab2af10d104d"
                + "05241b7d9dc950a34db61efcd016603cbae77f9af4441e9624ca6704d95e644f00");

    assertThat(Signatures.verify(new Signature(key.kind(), vector), key.address(), cid)).isTrue();
    assertThat(key.sign(cid).data()).isEqualTo(vector);
  }

  @ParameterizedTest
  @EnumSource(
      value = Signature.Kind.class,
      names = {"BLS", "SECP256K1"})
  void refusesASignature_whenDataKeyOrBytesAreOthers(Signature.Kind kind) {
    WalletKey key = WalletKey.derive(kind, text("one").toArray());
    WalletKey other = WalletKey.derive(kind, text("other").toArray());
    Bytes data = text("data");
    Signature signature = key.sign(data);
    byte[] flipped = signature.data().toArray();
    flipped[5] ^= 1;

    assertThat(Signatures.verify(signature, key.address(), data)).isTrue();
    assertThat(Signatures.verify(signature, key.address(), text("date"))).isFalse();
    assertThat(Signatures.verify(signature, other.address(), data)).isFalse();
    assertThat(Signatures.verify(new Signature(kind, Bytes.of(flipped)), key.address(), data))
        .isFalse();
    assertThat(Signatures.verify(new Signature(kind, text("short")), key.address(), data))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Signature.Kind.class,
      names = {"BLS", "SECP256K1"})
  void givesTheSameKey_whenMadeFromItsPrivateBytes(Signature.Kind kind) {
    WalletKey key = WalletKey.derive(kind, text("seed").toArray());

    assertThat(WalletKey.of(kind, key.privateKey()).address()).isEqualTo(key.address());
  }

  @Test
  void refusesAnAddressOfAnotherKind_whenVerifying() {
    WalletKey bls = WalletKey.derive(Signature.Kind.BLS, text("seed").toArray());
    Signature signature = bls.sign(text("data"));

    assertThat(Signatures.verify(signature, Address.ofId(100), text("data"))).isFalse();
    assertThat(
            Signatures.verify(
                new Signature(Signature.Kind.SECP256K1, signature.data()),
                bls.address(),
                text("data")))
        .isFalse();
  }

  @Test
  void isTheRecordedPointAtInfinity_whenNothingIsAggregated() {
    // recorded ChainHead, BLSAggregate of a block without messages
    assertThat(BlsKey.aggregate(List.of()).data().toHex()).isEqualTo("c0" + "00".repeat(95));
  }

  @Test
  void refusesAKey_whenItsLengthIsWrong() {
    assertThatThrownBy(() -> WalletKey.of(Signature.Kind.BLS, Bytes.fromHex("01")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 bytes");
  }

  private static Bytes text(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
