package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.libp2p.codec.Multibase;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.vector.VectorRows;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PieceNameTest {
  private static final String V1 =
      "baga6ea4seaqdomn3tgwgrh3g532zopskstnbrd2n3sxfqbze7rxt7vqn7veigmy";

  @Test
  void readsBothVersions_whenVectors() {
    int rows = 0;
    for (JsonNode row : VectorRows.file("market-commp").required("piece_cid_v2")) {
      if (row.has("v1") && row.has("v2") && row.has("payload") && row.has("padded")) {
        PieceName v1 = PieceName.parse(row.required("v1").asText());
        PieceName v2 = PieceName.parse(row.required("v2").asText());
        assertThat(v2.commP()).isEqualTo(v1.commP());
        assertThat(v1.size()).isEmpty();
        assertThat(v2.size())
            .contains(
                new PieceName.Size(
                    row.required("padded").longValue(), row.required("payload").longValue()));
        rows++;
      }
    }
    assertThat(rows).isPositive();
  }

  @Test
  void readsOtherTextBases_whenClientUsesThem() {
    String other = Multibase.base36(Cid.parse(V1).bytes());
    assertThat(PieceName.parse(other)).isEqualTo(PieceName.parse(V1));
  }

  @Test
  void tellsThePiece_whenItsSizeIsInTheCidOrKnownOtherwise() {
    PieceInfo piece = new PieceInfo(PieceName.parse(V1).commP(), 4096);
    PieceName v2 = PieceName.of(Cid.pieceV2(piece, 3000));
    PieceName v1 = PieceName.of(Cid.commP(piece.commP()));
    assertThat(v2.piece(OptionalLong.empty())).contains(piece);
    assertThat(v1.piece(OptionalLong.of(4096))).contains(piece);
    assertThat(v1.piece(OptionalLong.empty())).isEmpty();
    assertThat(PieceName.isOne(v1.cid())).isTrue();
    assertThat(PieceName.isOne(v2.cid())).isTrue();
    assertThat(PieceName.isOne(Cid.parse("bafkqaaa"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "b",
        "bafkqaaa",
        "QmNX6Tffavsya4xgBi2VJQnSuqy9GsxongxZZ9uZBqp16d",
        "!abc",
        "baga6ea4seaqdomn3tgwgrh3g532zopskstnbrd2n3sxfqbze7rxt7vqn7veigm"
      })
  void answers400_whenTextIsNoPieceCid(String text) {
    assertThatThrownBy(() -> PieceName.parse(text))
        .isInstanceOfSatisfying(
            HttpProblem.class, problem -> assertThat(problem.status()).isEqualTo(400));
  }
}
