package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.stage.Http;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.ServedPieces;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StageExtension.class)
class RetrievalRoutesTest {
  private Http http;

  @BeforeEach
  void take(ManagementStage given) {
    http = new Http(given);
  }

  private static String path(Commitment piece) {
    return "/v1/retrieval/pieces/" + Cid.commP(piece);
  }

  @Test
  void tellsWhatIsServed_andWhatIndexersAreTold() {
    JsonNode status = http.get("/v1/retrieval").json(200);
    assertThat(status.at("/http/connectionsRefused").asInt()).isEqualTo(5);
    assertThat(status.at("/pieces/sealed").asInt()).isEqualTo(1);
    assertThat(status.at("/plainCopies/bytes").asLong()).isEqualTo(300);
    assertThat(status.at("/advertised/head").asText())
        .isEqualTo(Cid.commP(ServedPieces.KEPT).toString());
  }

  @Test
  void tellsOfAPiece_whereItIsAndWhoseItIs() {
    JsonNode piece = http.get(path(ServedPieces.KEPT)).json(200);
    assertThat(piece.path("served").asText()).isEqualTo("sealed");
    assertThat(piece.path("sector").asText()).endsWith("7");
    assertThat(piece.at("/index/blocks").asInt()).isEqualTo(3);
    assertThat(piece.at("/deals/0/deal").asText()).isEqualTo(ServedPieces.DEAL.toString());
    assertThat(piece.at("/deals/0/standing").asText()).isEqualTo("live");
  }

  @Test
  void saysWhyAPieceIsNotServed() {
    JsonNode piece = http.get(path(ServedPieces.GONE)).json(200);
    assertThat(piece.path("served").asText()).isEqualTo("no");
    assertThat(piece.path("reason").asText()).isEqualTo("its sector ended");
    assertThat(piece.has("index")).isFalse();
  }

  @Test
  void refusesWhatIsNoPiece_orNotKnown() {
    assertThat(http.get("/v1/retrieval/pieces/nothing").problem(400)).startsWith("piece: ");
    Commitment other = new Commitment(Bytes.fromHex("05" + "00".repeat(31)));
    assertThat(http.get(path(other)).problem(404)).startsWith("piece: ");
  }
}
