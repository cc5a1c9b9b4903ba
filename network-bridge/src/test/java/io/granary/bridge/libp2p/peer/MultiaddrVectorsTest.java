package io.granary.bridge.libp2p.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MultiaddrVectorsTest {
  static Stream<Row> rows() {
    return VectorRows.of("libp2p-multiaddr").filter(row -> !row.section().equals("sources"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    switch (row.section()) {
      case "text_bytes", "derived_text_bytes" -> {
        String text = row.value().get(0).asText();
        byte[] binary = HexFormat.of().parseHex(row.value().get(1).asText());
        assertThat(Multiaddr.parse(text).bytes()).isEqualTo(binary);
        assertThat(Multiaddr.ofBytes(binary)).hasToString(text);
        assertThat(Multiaddr.ofBytes(binary)).isEqualTo(Multiaddr.parse(text));
      }
      case "must_parse" -> {
        Multiaddr address = Multiaddr.parse(row.value().asText());
        assertThat(Multiaddr.ofBytes(address.bytes())).isEqualTo(address);
        assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
      }
      case "must_fail" ->
          assertThatThrownBy(() -> Multiaddr.parse(row.value().asText()))
              .isInstanceOf(PeerFormatException.class)
              .hasMessageStartingWith("multiaddr: ");
      case "to_url" ->
          assertThat(Multiaddr.parse(row.value().get(0).asText()).url())
              .hasValueSatisfying(url -> assertThat(url).hasToString(row.value().get(1).asText()));
      default -> fail("no check for " + row.section());
    }
  }
}
