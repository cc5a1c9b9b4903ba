package io.granary.protocol.cid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import io.granary.protocol.piece.ZeroPieces;
import io.granary.protocol.proof.SealIdentity;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CidVectorsTest {
  static Stream<Row> rows() {
    return VectorRows.of("cids");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    switch (row.section()) {
      case "zero_piece" -> {
        PieceInfo zeros = ZeroPieces.piece(row.value().required("padded_size").longValue());
        assertThat(zeros.unpaddedBytes())
            .isEqualTo(row.value().required("unpadded_size").longValue());
        assertThat(zeros.commP()).hasToString(row.text("digest"));
        assertBothForms(Cid.commP(zeros.commP()), row);
        assertThat(Cid.parse(row.text("cid")).toUnsealedCommitment()).isEqualTo(zeros.commP());
      }
      case "comm_r" -> {
        Commitment commR = Commitment.fromHex(row.text("digest"));
        assertBothForms(Cid.commR(commR), row);
        assertThat(Cid.parse(row.text("cid")).toSealedCommitment()).isEqualTo(commR);
        assertLink(Cid.commR(commR), row.text("cbor"));
      }
      case "comm_d_from_pieces" -> assertCommD(row);
      case "dag_cbor_of_raw" -> {
        Cid cid = Cid.dagCborBlake2b(Bytes.fromHex(row.text("raw_hex")));
        assertBothForms(cid, row);
        assertLink(cid, row.text("cbor_link"));
      }
      case "tipset_key_cid" -> {
        List<Cid> cids = new ArrayList<>();
        row.value().required("keys").forEach(key -> cids.add(Cid.parse(key.asText())));
        TipSetKey key = new TipSetKey(cids);
        assertThat(key.toBytes().toHex()).isEqualTo(row.text("tsk_bytes"));
        assertThat(key.cid()).hasToString(row.text("cid"));
      }
      case "replica_id" ->
          assertThat(
                  SealIdentity.replicaId(
                      SectorId.of(
                          row.value().required("actor_id").longValue(),
                          row.value().required("sector").longValue()),
                      new RegisteredSealProof(row.value().required("seal_proof").intValue()),
                      Bytes.fromHex(row.text("ticket")),
                      Commitment.fromHex(row.text("comm_d"))))
              .hasToString(row.text("replica_id"));
      default -> fail("no check for " + row);
    }
  }

  private static void assertBothForms(Cid cid, Row row) {
    assertThat(cid).hasToString(row.text("cid"));
    assertThat(cid.bytes().toHex()).isEqualTo(row.text("cid_bytes"));
    assertThat(Cid.parse(row.text("cid"))).isEqualTo(cid);
    assertThat(Cid.fromBytes(Bytes.fromHex(row.text("cid_bytes")))).isEqualTo(cid);
  }

  private static void assertLink(Cid cid, String hex) {
    Bytes cbor = Bytes.fromHex(hex);
    assertThat(new CborWriter().cid(cid).toBytes()).isEqualTo(cbor);
    Cid decoded = CborReader.decode(cbor, "link", reader -> reader.cid(""));
    assertThat(decoded).isEqualTo(cid);
  }

  private static void assertCommD(Row row) {
    List<PieceInfo> pieces = new ArrayList<>();
    for (JsonNode piece : row.value().required("pieces")) {
      pieces.add(
          new PieceInfo(
              Cid.parse(piece.required("cid").asText()).toUnsealedCommitment(),
              piece.required("size").longValue()));
    }
    SectorLayout layout = SectorLayout.of(row.value().required("sector_size").longValue(), pieces);
    List<Long> sizes = new ArrayList<>();
    row.value().required("with_padding_sizes").forEach(size -> sizes.add(size.longValue()));
    assertThat(layout.entries()).extracting(entry -> entry.piece().paddedBytes()).isEqualTo(sizes);
    assertThat(layout.commD()).hasToString(row.text("comm_d"));
    assertThat(Cid.commD(layout.commD())).hasToString(row.text("cid"));
  }
}
