package io.granary.protocol.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.math.BigInteger;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ElectionVectorsTest {
  static Stream<Row> rows() {
    return VectorRows.of("election");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    switch (row.section()) {
      case "win_count" ->
          assertThat(
                  Election.winCount(
                      Bytes.fromHex(row.text("vrf_proof")),
                      new BigInteger(row.text("power")),
                      new BigInteger(row.text("total"))))
              .isEqualTo(row.value().required("win_count").intValue());
      case "poisson_icdf" -> {
        assertThat(row.value().size()).isEqualTo(7);
        row.value().properties().forEach(ElectionVectorsTest::assertPoisson);
      }
      case "expneg" ->
          assertThat(Election.exponentialOfNegative(new BigInteger(row.value().get(0).asText())))
              .isEqualTo(new BigInteger(row.value().get(1).asText()));
      default -> fail("no check for " + row);
    }
  }

  /** The key {@code lam-B-S} stands for a lambda of B shifted by 256 − S. */
  private static void assertPoisson(Map.Entry<String, JsonNode> golden) {
    String[] parts = golden.getKey().split("-", -1);
    BigInteger lambda = new BigInteger(parts[1]).shiftLeft(256 - Integer.parseInt(parts[2]));
    Election.WinTable table = new Election.WinTable(lambda);
    for (JsonNode value : golden.getValue()) {
      assertThat(table.rest()).as(golden.getKey()).isEqualTo(new BigInteger(value.asText()));
      table.next();
    }
  }
}
