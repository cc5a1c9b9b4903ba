package io.granary.protocol.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.granary.protocol.BigIntBytes;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.math.BigInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ParamsVectorsTest {
  static Stream<Row> rows() {
    return VectorRows.of("cbor_params");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    switch (row.section()) {
      case "params" -> {
        String method = row.text("actor") + "." + row.text("method");
        assertBothWays(ParamsCodecs.reader(method), row);
        if (row.text("actor").equals("miner")) {
          assertThat(ParamsCodecs.MINER_METHODS)
              .containsEntry(row.value().required("number").longValue(), method);
        }
      }
      case "returns" -> assertReturn(row);
      case "big_int" -> {
        BigInteger number = new BigInteger(row.text("decimal"));
        assertThat(BigIntBytes.encode(number).toHex()).isEqualTo(row.text("bytes"));
        assertThat(BigIntBytes.decode(Bytes.fromHex(row.text("bytes")))).isEqualTo(number);
        Bytes cbor = Bytes.fromHex(row.text("cbor"));
        assertThat(new CborWriter().bigInteger(number).toBytes()).isEqualTo(cbor);
        BigInteger decoded = CborReader.decode(cbor, "number", r -> r.bigInteger(""));
        assertThat(decoded).isEqualTo(number);
        assertThat(TokenAmount.parse(row.text("json"))).isEqualTo(new TokenAmount(number));
        assertThat(new TokenAmount(number)).hasToString(row.text("json"));
      }
      case "legend" -> Assumptions.abort("what the names in the rows stand for, no vector");
      default -> fail("no check for " + row);
    }
  }

  private static void assertReturn(Row row) {
    String type = row.text("type").split(" ", 2)[0];
    switch (type) {
      case "BatchReturn" -> assertBothWays(BatchReturn::fromCbor, row);
      case "CreateMinerReturn" -> assertBothWays(CreateMinerReturn::fromCbor, row);
      case "PublishStorageDealsReturn" -> assertBothWays(PublishStorageDealsReturn::fromCbor, row);
      case "TerminateSectorsReturn" -> assertBothWays(TerminateSectorsReturn::fromCbor, row);
      case "WithdrawBalanceReturn" -> assertBothWays(ParamsCodecs::bareAmount, row);
      case "SectorContentChangedReturn" ->
          assertBothWays(SectorContentChangedReturn::fromCbor, row);
      case "SectorOnChainInfo" -> {
        if (row.text("value").startsWith("old 15-field form")) {
          SectorOnChainInfo old = SectorOnChainInfo.fromCbor(Bytes.fromHex(row.text("cbor")));
          assertThat(old.dailyFee()).isEqualTo(TokenAmount.ZERO);
          assertThat(SectorOnChainInfo.fromCbor(old.toCbor())).isEqualTo(old);
        } else {
          assertBothWays(SectorOnChainInfo::fromCbor, row);
        }
      }
      default -> fail("no check for " + row);
    }
  }

  private static void assertBothWays(Function<Bytes, ? extends CborEncodable> reader, Row row) {
    Bytes cbor = Bytes.fromHex(row.text("cbor"));
    assertThat(reader.apply(cbor).toCbor()).isEqualTo(cbor);
    assertThatThrownBy(() -> reader.apply(Bytes.concat(cbor, Bytes.fromHex("00"))))
        .isInstanceOf(CborException.class)
        .hasMessageContaining("1 bytes after the end");
  }
}
