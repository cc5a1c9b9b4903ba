package io.granary.protocol.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PieceVectorsTest {
  static Stream<Row> zeroPieces() {
    return VectorRows.of("proofs-zero-commp");
  }

  static Stream<Row> payloads() {
    return VectorRows.of("proofs-commp-payloads");
  }

  @ParameterizedTest
  @MethodSource("zeroPieces")
  void agrees_withZeroPiece(Row row) {
    switch (row.section()) {
      case "rows" -> {
        PieceInfo zeros = ZeroPieces.piece(row.value().required("padded").longValue());
        assertThat(zeros.unpaddedBytes()).isEqualTo(row.value().required("unpadded").longValue());
        assertThat(PieceSizes.level(zeros.paddedBytes()))
            .isEqualTo(row.value().required("tree_height").intValue());
        assertThat(zeros.commP()).hasToString(row.text("commitment_hex"));
        assertThat(Cid.commP(zeros.commP())).hasToString(row.text("piece_cid_v1"));
        assertThat(Cid.pieceV2(zeros, zeros.unpaddedBytes())).hasToString(row.text("piece_cid_v2"));
        assertThat(new CommPDigest().finish(zeros.paddedBytes())).isEqualTo(zeros);
      }
      case "cross_checked" -> Assumptions.abort("where the rows were checked, no vector");
      default -> fail("no check for " + row);
    }
  }

  @ParameterizedTest
  @MethodSource("payloads")
  void agrees_withPayload(Row row) {
    JsonNode value = row.value();
    switch (row.section()) {
      case "fr32_single_chunk" -> {
        byte[] input = Bytes.fromHex(row.text("input_hex")).toArray();
        byte[] elements = new byte[Fr32.PADDED_BLOCK];
        Fr32.pad(input, 0, elements, 0, 1);
        assertThat(Bytes.of(elements).toHex()).isEqualTo(row.text("output_hex"));
        byte[] back = new byte[Fr32.UNPADDED_BLOCK];
        Fr32.unpad(elements, 0, back, 0, 1);
        assertThat(back).isEqualTo(input);
        PieceInfo piece = commP(input);
        assertThat(piece.commP()).hasToString(row.text("commp_hex"));
        assertThat(Cid.commP(piece.commP())).hasToString(row.text("piece_cid_v1"));
      }
      case "rows" -> {
        int length = value.required("payload_len").intValue();
        PieceInfo piece = commP(Payloads.make(row.text("payload"), length));
        assertThat(piece.paddedBytes()).isEqualTo(value.required("padded").longValue());
        assertThat(piece.unpaddedBytes() - length)
            .isEqualTo(value.required("zero_padding").longValue());
        assertThat(piece.commP()).hasToString(row.text("commitment_hex"));
        assertThat(Cid.commP(piece.commP())).hasToString(row.text("piece_cid_v1"));
        assertThat(Cid.pieceV2(piece, length)).hasToString(row.text("piece_cid_v2"));
      }
      case "larger" -> assertLarger(row);
      case "comm_d_composition" -> {
        assertThat(value.required("cases").size()).isEqualTo(9);
        for (JsonNode composition : value.required("cases")) {
          assertCommD(value.required("sector_size").longValue(), composition);
        }
      }
      case "go_rand_rows", "external_not_recomputed" ->
          Assumptions.abort("payload of Go's math/rand, which has no generator outside Go");
      default -> fail("no check for " + row);
    }
  }

  private static void assertLarger(Row row) {
    int padded = row.value().required("padded").intValue();
    String payload = row.text("payload");
    Commitment commitment;
    if (payload.startsWith("ASCII 'a' filling")) {
      commitment = commP(filled('a', padded / 128 * 127)).commP();
    } else if (payload.startsWith("ASCII 'a' * 10403840 ")) {
      commitment = commP(filled('a', 10_403_840), padded).commP();
    } else if (payload.startsWith("already-padded sector bytes: byte 0 = 1, rest 0")) {
      byte[] elements = new byte[padded];
      elements[0] = 1;
      byte[] copy = elements.clone();
      new DigestMerkleNodes().reduce(elements, padded / MerkleNodes.NODE);
      new LaneMerkleNodes().reduce(copy, padded / MerkleNodes.NODE);
      assertThat(Bytes.of(copy, 0, MerkleNodes.NODE))
          .isEqualTo(Bytes.of(elements, 0, MerkleNodes.NODE));
      commitment = new Commitment(Bytes.of(elements, 0, MerkleNodes.NODE));
    } else {
      throw new AssertionError("no payload for " + row);
    }
    assertThat(Cid.commP(commitment)).hasToString(row.text("piece_cid_v1"));
  }

  private static void assertCommD(long sectorBytes, JsonNode composition) {
    String name = composition.required("case").asText();
    List<PieceInfo> pieces = new ArrayList<>();
    for (JsonNode piece : composition.required("pieces")) {
      int padded = piece.required("padded").intValue();
      PieceInfo made = commP(filled(piece.required("fill_byte").intValue(), padded / 128 * 127));
      assertThat(made.paddedBytes()).as(name).isEqualTo(padded);
      assertThat(Cid.commP(made.commP()))
          .as(name)
          .hasToString(piece.required("piece_cid_v1").asText());
      pieces.add(made);
    }
    SectorLayout layout = SectorLayout.of(sectorBytes, pieces);
    List<Long> sizes = new ArrayList<>();
    composition.required("layout_padded_sizes").forEach(size -> sizes.add(size.longValue()));
    assertThat(layout.entries())
        .as(name)
        .extracting(entry -> entry.piece().paddedBytes())
        .isEqualTo(sizes);
    assertThat(layout.commD()).as(name).hasToString(composition.required("comm_d_hex").asText());
    assertThat(Cid.commD(layout.commD()))
        .as(name)
        .hasToString(composition.required("comm_d_cid").asText());
  }

  private static byte[] filled(int value, int length) {
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) value);
    return data;
  }

  private static PieceInfo commP(byte[] data) {
    return commP(data, PieceSizes.paddedFor(data.length));
  }

  /** By both implementations, which must agree. */
  private static PieceInfo commP(byte[] data, long paddedBytes) {
    PieceInfo piece = commP(new DigestMerkleNodes(), data, paddedBytes);
    assertThat(commP(new LaneMerkleNodes(), data, paddedBytes)).isEqualTo(piece);
    return piece;
  }

  private static PieceInfo commP(MerkleNodes nodes, byte[] data, long paddedBytes) {
    CommPDigest digest = new CommPDigest(nodes);
    digest.update(data);
    return digest.finish(paddedBytes);
  }
}
