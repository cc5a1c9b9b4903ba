package io.granary.protocol.bitfield;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BitFieldVectorsTest {
  static Stream<Row> rows() {
    return VectorRows.of("bitfields");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    switch (row.section()) {
      case "valid" -> {
        BitField field = fieldOf(row.value().required("set"));
        Bytes rlePlus = Bytes.fromHex(row.text("rle_plus"));
        assertThat(field.toRlePlus()).isEqualTo(rlePlus);
        assertThat(BitField.fromRlePlus(rlePlus)).isEqualTo(field);
        List<Long> runs = numbers(row.value().required("json"));
        assertThat(field.toRunLengths()).isEqualTo(runs);
        assertThat(BitField.fromRunLengths(runs)).isEqualTo(field);
        Bytes cbor = Bytes.fromHex(row.text("cbor"));
        assertThat(new CborWriter().bitField(field).toBytes()).isEqualTo(cbor);
        BitField decoded = CborReader.decode(cbor, "set", reader -> reader.bitField(""));
        assertThat(decoded).isEqualTo(field);
      }
      case "invalid_for_actors" ->
          assertThatThrownBy(() -> BitField.fromRlePlus(Bytes.fromHex(row.text("bytes"))))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageStartingWith("bit field");
      default -> fail("no check for " + row);
    }
  }

  private static BitField fieldOf(JsonNode set) {
    if (set.isObject()) {
      JsonNode range = set.required("range_inclusive");
      return BitField.ofRange(range.get(0).longValue(), range.get(1).longValue());
    }
    return BitField.of(numbers(set));
  }

  private static List<Long> numbers(JsonNode array) {
    List<Long> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.longValue()));
    return numbers;
  }
}
