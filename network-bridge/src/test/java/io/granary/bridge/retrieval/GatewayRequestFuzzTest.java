package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.bridge.retrieval.http.RequestHead;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.fuzz.Parsing;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a request asks of the pieces and of the gateway, line by line. */
class GatewayRequestFuzzTest {
  private static final List<String> PARAMETERS =
      List.of("format", "dag-scope", "entity-bytes", "car-version", "car-order", "car-dups");
  private static final List<String> FIELDS =
      List.of("accept", "range", "if-range", "if-match", "if-none-match");
  private static final List<Long> LENGTHS = List.of(0L, 1L, 100L, Long.MAX_VALUE);

  @FuzzTest
  void asksForWhatThereIs_whenAccepted(byte[] input) {
    String[] lines = new String(input, StandardCharsets.UTF_8).split("\n", -1);
    RequestHead head = head(lines);
    Parsing.of(input, () -> GatewayRequest.of(head, lines[0], List.of()), HttpProblem.class)
        .ifPresent(
            request -> {
              boolean version0 = request.dag().root().version() == 0;
              assertThat(version0).isEqualTo(lines[0].startsWith("Qm"));
              check(request);
            });
    Parsing.of(input, () -> PieceName.parse(lines[0]), HttpProblem.class)
        .ifPresent(GatewayRequestFuzzTest::check);
    head.header("if-match").ifPresent(GatewayRequestFuzzTest::conditions);
    head.header("range").ifPresent(field -> LENGTHS.forEach(length -> range(field, length)));
  }

  /** The first line is the CID; then come parameters and fields, empty ones left out. */
  private static RequestHead head(String[] lines) {
    Map<String, String> query = new HashMap<>();
    Map<String, List<String>> headers = new HashMap<>();
    for (int i = 0; i + 1 < lines.length; i++) {
      String line = lines[i + 1];
      if (!line.isEmpty() && i < PARAMETERS.size()) {
        query.put(PARAMETERS.get(i), line);
      } else if (!line.isEmpty() && i < PARAMETERS.size() + FIELDS.size()) {
        headers.put(FIELDS.get(i - PARAMETERS.size()), List.of(line));
      }
    }
    return new RequestHead("GET", List.of("ipfs", "x"), query, headers, true, true);
  }

  private static void check(GatewayRequest request) {
    assertThat(request.contentType()).doesNotContain("\r", "\n");
    assertThat(request.query()).startsWith("format=").doesNotContain(" ", "\r", "\n");
    assertThat(request.tag()).startsWith("\"").endsWith("\"").doesNotContain(" ", "\r", "\n");
    for (long length : LENGTHS) {
      request
          .dag()
          .bytes()
          .of(length)
          .ifPresent(
              range -> {
                assertThat(range.start()).isNotNegative().isLessThan(range.end());
                assertThat(range.end()).isLessThanOrEqualTo(length);
              });
    }
  }

  private static void check(PieceName name) {
    assertThat(Cid.unsealed(name.commP()).toUnsealedCommitment()).isEqualTo(name.commP());
    name.size()
        .ifPresent(
            size -> {
              assertThat(Long.bitCount(size.paddedBytes())).isEqualTo(1);
              assertThat(size.payloadBytes()).isBetween(0L, size.paddedBytes() / 128 * 127);
            });
  }

  /** Who compares strongly finds no tag that a weak comparison does not. */
  private static void conditions(String tags) {
    Map<String, List<String>> both =
        Map.of("if-match", List.of(tags), "if-none-match", List.of(tags));
    RequestHead head = new RequestHead("GET", List.of(), Map.of(), both, true, true);
    if (!Conditions.failed(head, "\"x\"")) {
      assertThat(Conditions.notModified(head, "\"x\"")).isTrue();
    }
  }

  private static void range(String field, long length) {
    if (ByteRange.of(field, length) instanceof ByteRange.Wanted.Part part) {
      assertThat(part.range().start()).isNotNegative();
      assertThat(part.range().end()).isLessThanOrEqualTo(length);
      assertThat(part.range().length()).isPositive();
      assertThat(part.range().contentRange(length)).doesNotContain("--");
    }
  }
}
