package io.granary.protocol.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProofVectorsTest {
  static Stream<Row> replicaIds() {
    return VectorRows.of("proofs-replica-id");
  }

  static Stream<Row> parameterFiles() {
    return VectorRows.of("proofs-param-files");
  }

  @ParameterizedTest
  @MethodSource("replicaIds")
  void agrees_withReplicaId(Row row) {
    if (!row.section().equals("cases")) {
      fail("no check for " + row);
    }
    JsonNode value = row.value();
    SectorId sector =
        SectorId.of(value.required("actor_id").longValue(), value.required("sector").longValue());
    RegisteredSealProof proof =
        new RegisteredSealProof(value.required("registered_seal_proof").intValue());
    assertThat(SealIdentity.proverId(new ActorId(sector.miner().value())).toHex())
        .isEqualTo(row.text("prover_id_hex"));
    assertThat(SealIdentity.porepId(proof).toHex()).isEqualTo(row.text("porep_id_hex"));
    assertThat(
            SealIdentity.replicaId(
                sector,
                proof,
                Bytes.fromHex(row.text("ticket_hex")),
                Commitment.fromHex(row.text("comm_d_hex"))))
        .hasToString(row.text("replica_id_hex"));
  }

  @ParameterizedTest
  @MethodSource("parameterFiles")
  void agrees_withParameterFile(Row row) {
    switch (row.section()) {
      case "rows" -> {
        ParameterFile file =
            new ParameterFile(
                SectorSize.ofBytes(row.value().required("sector_size").longValue()),
                ParameterFile.Circuit.valueOf(row.text("circuit").toUpperCase(Locale.ROOT)));
        assertThat(file.identifier()).isEqualTo(row.text("identifier_text"));
        assertThat(file.baseName()).isEqualTo(row.text("file_base"));
      }
      case "source" -> Assumptions.abort("where the file's digests come from, no vector");
      case "srs" -> Assumptions.abort("name and digest of the SRS, which is not derived here");
      default -> fail("no check for " + row);
    }
  }
}
