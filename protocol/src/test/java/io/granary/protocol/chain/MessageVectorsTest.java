package io.granary.protocol.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.hash.Blake2b;
import io.granary.protocol.vector.ChainJson;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The signatures themselves are checked where keys are: in the devnet. */
class MessageVectorsTest {
  static Stream<Row> rows() {
    return VectorRows.of("messages");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    JsonNode value = row.value();
    switch (row.section()) {
      case "json_case" -> {
        Message message = ChainJson.message(value.required("json"));
        assertCbor(message, row.text("cbor"));
        assertThat(message.cid()).isEqualTo(ChainJson.cid(value.required("json").required("CID")));
      }
      case "unsigned" ->
          assertCbor(ChainJson.message(value.required("message")), row.text("hex_cbor"));
      case "bls_signing" -> {
        Message message = ChainJson.message(value.required("Unsigned"));
        assertThat(message.cid()).hasToString(row.text("Cid"));
        assertThat(message.signingBytes().toHex()).isEqualTo(row.text("CidHexBytes"));
        SignedMessage signed =
            new SignedMessage(message, ChainJson.signature(value.required("Signature")));
        assertThat(signed.cid()).isEqualTo(message.cid());
        assertThat(SignedMessage.fromCbor(signed.toCbor())).isEqualTo(signed);
      }
      case "secp256k1_signing" -> {
        Message message = ChainJson.message(value.required("message"));
        assertThat(message.from())
            .isEqualTo(Address.ofSecp256k1Key(Bytes.fromHex(row.text("public_key_hex"))));
        assertCbor(message, row.text("message_cbor"));
        assertThat(message.cid()).hasToString(row.text("message_cid"));
        assertThat(message.signingBytes().toHex()).isEqualTo(row.text("message_cid_bytes"));
        assertThat(Blake2b.hash256(message.signingBytes()).toHex())
            .isEqualTo(row.text("digest_blake2b256_of_cid_bytes"));
        Signature signature =
            new Signature(
                Signature.Kind.of(value.required("signature_type").intValue()),
                Bytes.fromHex(row.text("signature_rsv_hex")));
        SignedMessage signed = new SignedMessage(message, signature);
        assertThat(signed.cid()).isNotEqualTo(message.cid());
        assertThat(SignedMessage.fromCbor(signed.toCbor())).isEqualTo(signed);
      }
      default -> fail("no check for " + row);
    }
  }

  private static void assertCbor(Message message, String hex) {
    assertThat(message.toCbor().toHex()).isEqualTo(hex);
    assertThat(Message.fromCbor(Bytes.fromHex(hex))).isEqualTo(message);
  }
}
