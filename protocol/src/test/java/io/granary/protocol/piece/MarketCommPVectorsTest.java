package io.granary.protocol.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MarketCommPVectorsTest {
  private static final int WHOLE_PAYLOAD_MAX = 64 << 20;

  static Stream<Row> rows() {
    return VectorRows.of("market-commp").filter(row -> !row.section().equals("random_seed1337"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    JsonNode value = row.value();
    switch (row.section()) {
      case "constant_payload" -> assertConstant(row);
      case "piece_cid_v2" -> assertVersion2(row);
      case "zero_roots_computed" -> {
        long padded = value.required("padded").longValue();
        if (padded < PieceSizes.MIN_PADDED_BYTES) {
          Assumptions.abort("a node inside the smallest piece");
        }
        assertThat(ZeroPieces.piece(padded).commP()).hasToString(row.text("root"));
      }
      case "unpadded_size_for_payload" ->
          assertThat(PieceSizes.paddedFor(value.get(0).longValue()) / 128 * 127)
              .isEqualTo(value.get(1).longValue());
      case "piece_size_valid_padded" ->
          assertThat(ZeroPieces.piece(value.longValue()).paddedBytes())
              .isEqualTo(value.longValue());
      case "piece_size_invalid_padded" ->
          assertThatThrownBy(() -> ZeroPieces.piece(value.longValue()))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageStartingWith("piece size");
      case "piece_size_valid_unpadded" ->
          assertThat(PieceSizes.paddedFor(value.longValue()) / 128 * 127)
              .isEqualTo(value.longValue());
      case "piece_size_invalid_unpadded" ->
          assertThat(PieceSizes.paddedFor(value.longValue()) / 128 * 127)
              .isGreaterThan(value.longValue());
      case "sources" -> Assumptions.abort("where the rows come from, no vector");
      default -> fail("no check for " + row);
    }
  }

  private static void assertConstant(Row row) {
    long payload = row.value().required("payload").longValue();
    long piece = row.value().required("piece").longValue();
    boolean zero = row.text("pattern").equals("zero");
    assertThat(zero || payload <= WHOLE_PAYLOAD_MAX).isTrue();
    CommPDigest digest = new CommPDigest();
    byte[] data = new byte[(int) Math.min(payload, WHOLE_PAYLOAD_MAX)];
    Arrays.fill(data, (byte) (zero ? 0 : 0xcc));
    digest.update(data);
    assertThat(Cid.commP(digest.finish(piece).commP())).hasToString(row.text("v1"));
  }

  private static void assertVersion2(Row row) {
    long payload = row.value().required("payload").longValue();
    long padded = row.value().required("padded").longValue();
    CommPDigest digest = new CommPDigest();
    if (row.text("data").startsWith("127 each") || row.text("data").startsWith("same +")) {
      byte[] data = new byte[4 * 127];
      for (int i = 0; i < data.length; i++) {
        data[i] = (byte) (i / 127);
      }
      digest.update(data);
    }
    PieceInfo piece = digest.finish(padded);
    assertThat(PieceSizes.paddedFor(payload)).isEqualTo(padded);
    assertThat(PieceSizes.level(padded)).isEqualTo(row.value().required("height").intValue());
    assertThat(Cid.commP(piece.commP())).hasToString(row.text("v1"));
    assertThat(Cid.pieceV2(piece, payload)).hasToString(row.text("v2"));
  }
}
