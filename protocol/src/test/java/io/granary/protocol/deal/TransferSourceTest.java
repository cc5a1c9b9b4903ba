package io.granary.protocol.deal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TransferSourceTest {
  static Stream<Row> urls() {
    return VectorRows.of("market-transfer-urls").filter(row -> row.section().equals("rows"));
  }

  @ParameterizedTest
  @MethodSource("urls")
  void agrees_withRow(Row row) {
    String url = row.text("url");
    if (row.value().has("error")) {
      assertThatThrownBy(() -> TransferSource.of(url, Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("transfer URL");
      return;
    }
    TransferSource source = TransferSource.of(url, Map.of());
    if (row.text("scheme").equals("libp2p")) {
      assertThat(source)
          .isEqualTo(new TransferSource.Libp2p(row.text("multiaddr"), row.text("peer"), Map.of()));
    } else {
      assertThat(((TransferSource.Http) source).uri()).hasToString(url);
    }
  }

  private static TransferSource parse(String json) {
    return TransferSource.parse(Bytes.of(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void hasNoHeaders_whenTheyAreNullOrMissing() {
    assertThat(parse("{\"URL\":\"http://h/\",\"Headers\":null}").headers()).isEmpty();
    assertThat(parse("{\"URL\":\"http://h/\"}").headers()).isEmpty();
    assertThat(parse("{\"URL\":\"http://h/\",\"Other\":[1]}").headers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|not JSON",
        "[]|expected an object",
        "{}|$.URL: missing",
        "{\"URL\":1}|expected a string",
        "{\"URL\":\"\"}|scheme must be",
        "{\"URL\":\"file:///etc/passwd\"}|scheme must be",
        "{\"URL\":\"http:///x\"}|no host",
        "{\"URL\":\"http://a b/\"}|transfer URL",
        "{\"URL\":\"http://u:p@h/\"}|Authorization header",
        "{\"URL\":\"libp2p:///p2p/QmaCpDMGvV2BGHeYERUEnRQAwe3N8SzbUtfsmvsqQLuvuJ\"}|no address",
        "{\"URL\":\"libp2p:///ip4/1.2.3.4/p2p/a/b\"}|no peer id",
        "{\"URL\":\"http://h/\",\"Headers\":{\"A\":1}}|expected a string",
        "{\"URL\":\"http://h/\",\"Headers\":{\"A B\":\"x\"}}|name is no token",
        "{\"URL\":\"http://h/\",\"Headers\":{\"A\":\"x\\r\\nB: y\"}}|not printable",
        "{\"URL\":\"http://h/\",\"Headers\":{\"Range\":\"bytes=0-1\"}}|Range cannot be given",
        "{\"URL\":\"http://h/\",\"Headers\":{\"hOST\":\"other\"}}|hOST cannot be given"
      })
  void refuses_whenItCannotBeFetched(String json, String problem) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void refuses_whenTooLong() {
    String path = "a".repeat(TransferSource.URL_LENGTH_MAX);
    assertThatThrownBy(() -> parse("{\"URL\":\"http://h/" + path + "\"}"))
        .hasMessageContaining("at most 2048 characters");
    assertThatThrownBy(() -> parse(" ".repeat(70_000))).hasMessageContaining("at most 65536");
    StringBuilder many = new StringBuilder("{\"URL\":\"http://h/\",\"Headers\":{\"h\":\"\"");
    for (int i = 0; i < TransferSource.HEADERS_MAX; i++) {
      many.append(",\"h").append(i).append("\":\"x\"");
    }
    assertThatThrownBy(() -> parse(many.append("}}").toString()))
        .hasMessageContaining("at most 64, got 65");
  }
}
