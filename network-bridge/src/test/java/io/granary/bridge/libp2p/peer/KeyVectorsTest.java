package io.granary.bridge.libp2p.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyVectorsTest {
  static Stream<Row> rows() {
    return VectorRows.of("libp2p-keys").filter(row -> !row.section().equals("sources"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    switch (row.section()) {
      case "spec_keys" -> {
        PublicKey key = assertKeys(row.value());
        assertThat(PeerId.of(key).toCid()).isEqualTo(row.text("peer_id_cid"));
        assertThat(PeerId.parse(row.text("peer_id_cid"))).isEqualTo(PeerId.of(key));
      }
      case "go_fixtures" -> {
        byte[] message = row.text("message_utf8").getBytes(UTF_8);
        for (JsonNode fixture : row.value().required("rows")) {
          PublicKey key = assertKeys(fixture);
          byte[] signature = hex(fixture, "signature");
          assertThat(key.verify(message, signature)).isTrue();
          signature[signature.length - 1] ^= 1;
          assertThat(key.verify(message, signature)).isFalse();
        }
      }
      case "peer_id_pairs" -> {
        PeerId id = PeerId.parse(row.value().get(0).asText());
        assertThat(id).hasToString(row.value().get(0).asText());
        assertThat(id.toCid()).isEqualTo(row.value().get(1).asText());
        assertThat(PeerId.parse(id.toCid())).isEqualTo(id);
      }
      default -> fail("no check for " + row.section());
    }
  }

  private static PublicKey assertKeys(JsonNode row) {
    byte[] encodedPublic = hex(row, "public_protobuf");
    byte[] encodedPrivate = hex(row, "private_protobuf");
    PublicKey key = PublicKey.decode(encodedPublic);
    assertThat(key.type().name().toLowerCase(Locale.ROOT)).isEqualTo(row.required("type").asText());
    assertThat(key.encode()).isEqualTo(encodedPublic);
    PrivateKey own = PrivateKey.decode(encodedPrivate);
    assertThat(own.publicKey()).isEqualTo(key);
    assertThat(own.encode()).isEqualTo(encodedPrivate);
    byte[] message = "of a test".getBytes(UTF_8);
    assertThat(key.verify(message, own.sign(message))).isTrue();
    PeerId id = PeerId.of(key);
    assertThat(id).hasToString(row.required("peer_id_b58").asText());
    assertThat(PeerId.parse(id.toString())).isEqualTo(id);
    assertThat(PeerId.ofBytes(id.bytes())).isEqualTo(id);
    return key;
  }

  private static byte[] hex(JsonNode row, String member) {
    return HexFormat.of().parseHex(row.required(member).asText());
  }
}
