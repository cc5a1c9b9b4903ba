package io.granary.protocol.signature;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures made elsewhere. */
class SignatureVectorsTest {
  static Stream<Row> walletSignings() {
    return VectorRows.of("messages").filter(row -> row.section().endsWith("_signing"));
  }

  @ParameterizedTest
  @MethodSource("walletSignings")
  void signsAndChecksAsTheWallet_withRow(Row row) {
    boolean bls = row.section().startsWith("bls");
    Signature.Kind kind = bls ? Signature.Kind.BLS : Signature.Kind.SECP256K1;
    Bytes secret =
        bls ? base64(row.text("PrivateKey")) : Bytes.fromHex(row.text("private_key_hex"));
    String from = row.value().required(bls ? "Unsigned" : "message").required("From").asText();
    Bytes data = Bytes.fromHex(row.text(bls ? "CidHexBytes" : "message_cid_bytes"));
    Bytes value =
        bls
            ? base64(row.value().required("Signature").required("Data").asText())
            : Bytes.fromHex(row.text("signature_rsv_hex"));
    Signature signature = new Signature(kind, value);
    Address signer = Address.parse(from);

    assertThat(WalletKey.of(kind, secret).address()).isEqualTo(signer);
    assertThat(WalletKey.of(kind, secret).sign(data)).isEqualTo(signature);
    assertThat(Signatures.verify(signature, signer, data)).isTrue();
  }

  @Test
  void checksTheBytesAsReceived_whenLotusSignedAProposalWithBls() {
    JsonNode row = VectorRows.file("market-deals").required("source_vector");
    Address signer = Address.ofBlsKey(hex(row, "bls_pubkey"));
    Signature signature = new Signature(Signature.Kind.BLS, hex(row, "bls_signature"));

    assertThat(Signatures.verify(signature, signer, hex(row, "proposal_signed_bytes"))).isTrue();
    Bytes more = Bytes.concat(hex(row, "proposal_signed_bytes"), Bytes.fromHex("00"));
    assertThat(Signatures.verify(signature, signer, more)).isFalse();
  }

  @Test
  void refusesWhatTheVectorSaysMustFail_whenBls() {
    JsonNode row = VectorRows.file("market-deals").required("bls_simple");
    Address signer = Address.parse(row.required("address").asText());
    byte[] utf8 = row.required("message_utf8").asText().getBytes(StandardCharsets.UTF_8);
    Bytes message = Bytes.of(utf8);
    Bytes value = hex(row, "signature");
    assertThat(signer).isEqualTo(Address.ofBlsKey(hex(row, "pubkey")));
    assertThat(verifyBls(value, signer, message)).isTrue();

    for (int i = 0; i < value.length(); i++) {
      byte[] changed = value.toArray();
      changed[i] ^= 0x10;
      assertThat(verifyBls(Bytes.of(changed), signer, message)).as("byte %d", i).isFalse();
    }
    Bytes trailing = Bytes.concat(value, Bytes.fromHex("00"));
    assertThat(verifyBls(trailing, signer, message)).isFalse();
    byte[] uncompressed = new supranational.blst.P2_Affine(value.toArray()).serialize();
    assertThat(uncompressed).hasSize(192);
    assertThat(uncompressed.length).isLessThan(Signature.MAX_BYTES);
    assertThat(verifyBls(Bytes.of(uncompressed), signer, message)).isFalse();
  }

  @Test
  void takesEthereumsSignature_whenTheClientIsDelegated() {
    // EIP-155, "Example": the transaction that is signed, its key, and r and s with recovery id 0.
    Bytes unsigned =
        Bytes.fromHex(
            "ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a7640000"
                + "80018080");
    BigInteger r =
        new BigInteger(
            "18515461264373351373200002665853028612451056578545711640558177340181847433846");
    BigInteger s =
        new BigInteger(
            "46948507304638947509940763649030358759909902576025900602547168820602576006531");
    Bytes value =
        Bytes.concat(
            Bytes.of(Secp256k1.fixed(r)), Bytes.of(Secp256k1.fixed(s)), Bytes.fromHex("00"));
    BigInteger secret = new BigInteger("46".repeat(32), 16);
    Address signer = Address.ofEthereum(Bytes.fromHex("9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"));
    Signature signature = new Signature(Signature.Kind.DELEGATED, value);

    assertThat(Signatures.ethereumAddress(Secp256k1.publicKey(secret))).isEqualTo(signer);
    assertThat(Signatures.verify(signature, signer, unsigned)).isTrue();
    assertThat(Signatures.verify(signature, signer, unsigned.slice(1, 5))).isFalse();
    Address f1 = Address.ofSecp256k1Key(Secp256k1.publicKey(secret));
    assertThat(Signatures.verify(signature, f1, unsigned)).isFalse();
    Signature asPlain = new Signature(Signature.Kind.SECP256K1, value);
    assertThat(Signatures.verify(asPlain, signer, unsigned)).isFalse();
    assertThat(Signatures.verify(asPlain, f1, unsigned)).isFalse();
  }

  @Test
  void refusesTheOtherS_whenSecp256k1() {
    BigInteger secret = BigInteger.valueOf(77);
    Bytes digest = Bytes.fromHex("11".repeat(32));
    Bytes low = Secp256k1.sign(secret, digest);
    BigInteger s = new BigInteger(1, low.slice(32, 32).toArray());
    Bytes high =
        Bytes.concat(
            low.slice(0, 32),
            Bytes.of(Secp256k1.fixed(Secp256k1.ORDER.subtract(s))),
            Bytes.of(new byte[] {(byte) (low.at(64) ^ 1)}));

    assertThat(Secp256k1.recover(digest, low)).contains(Secp256k1.publicKey(secret));
    assertThat(Secp256k1.recover(digest, high)).isEmpty();
  }

  private static boolean verifyBls(Bytes value, Address signer, Bytes message) {
    return Signatures.verify(new Signature(Signature.Kind.BLS, value), signer, message);
  }

  private static Bytes hex(JsonNode row, String member) {
    return Bytes.fromHex(row.required(member).asText());
  }

  private static Bytes base64(String text) {
    return Bytes.of(Base64.getDecoder().decode(text));
  }
}
