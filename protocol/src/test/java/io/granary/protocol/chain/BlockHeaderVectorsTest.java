package io.granary.protocol.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.vector.ChainJson;
import io.granary.protocol.vector.Recorded;
import io.granary.protocol.vector.Recorded.RecordedFile;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockHeaderVectorsTest {
  static Stream<Row> rows() {
    return VectorRows.of("block_headers");
  }

  static Stream<RecordedFile> recorded() {
    return Recorded.folder("blocks");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    switch (row.section()) {
      case "headers" -> {
        BlockHeader header = ChainJson.block(row.value().required("block"));
        assertThat(header.toCbor().toHex()).isEqualTo(row.text("cbor_hex"));
        assertThat(BlockHeader.fromCbor(Bytes.fromHex(row.text("cbor_hex")))).isEqualTo(header);
        assertThat(header.cid()).hasToString(row.text("cid"));
        assertThat(header.signingBytes().toHex()).isEqualTo(row.text("signing_bytes_hex"));
      }
      case "interop_signing_bytes" -> {
        // This header's aggregate is of signature type 0, which no chain carries and which is
        // refused; with type 2 in that one byte the bytes go both ways.
        String hex = row.text("hex");
        assertThatThrownBy(() -> BlockHeader.fromCbor(Bytes.fromHex(hex)))
            .isInstanceOf(CborException.class)
            .hasMessageContaining("BlockHeader.blsAggregate: signature: type must be 1 to 3");
        assertThat(hex).contains("410001f603");
        Bytes typed = Bytes.fromHex(hex.replace("410001f603", "410201f603"));
        BlockHeader header = BlockHeader.fromCbor(typed);
        assertThat(header.miner().protocol()).isEqualTo(1);
        assertThat(header.signingBytes()).isEqualTo(typed);
        assertThat(header.height().value()).isEqualTo(2);
        assertThat(header.parentBaseFee()).hasToString("1000000000");
      }
      default -> fail("no check for " + row);
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void agrees_withRecordedBlock(RecordedFile file) {
    BlockHeader header =
        BlockHeader.fromCbor(Bytes.fromHex(file.content().required("header_cbor_hex").asText()));
    assertThat(header.toCbor().toHex())
        .isEqualTo(file.content().required("header_cbor_hex").asText());
    String cidName = file.content().has("cid") ? "cid" : "header_cid";
    assertThat(header.cid()).isEqualTo(ChainJson.cid(file.content().required(cidName)));
    if (file.content().has("signing_bytes_hex")) {
      assertThat(header.signingBytes().toHex())
          .isEqualTo(file.content().required("signing_bytes_hex").asText());
      assertThat(header)
          .isEqualTo(ChainJson.block(file.content().required("block_msg").required("Header")));
    } else {
      assertThat(header).isEqualTo(ChainJson.block(file.content().required("header_json")));
    }
  }
}
