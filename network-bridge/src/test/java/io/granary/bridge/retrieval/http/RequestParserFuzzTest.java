package io.granary.bridge.retrieval.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.fuzz.Parsing;
import java.util.Locale;

/** Heads of requests. */
class RequestParserFuzzTest {
  @FuzzTest
  void hasNoBodyAndCleanParts_whenAccepted(byte[] input) {
    Parsing.of(input, () -> RequestParser.parse(input), HttpProblem.class)
        .ifPresent(
            head -> {
              assertThat(head.method()).isNotEmpty().doesNotContain(" ", "\r", "\n");
              assertThat(head.path()).doesNotContain("");
              assertThat(head.headers()).doesNotContainKey("transfer-encoding");
              head.headers()
                  .forEach(
                      (name, values) -> {
                        assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT)).isNotEmpty();
                        assertThat(values)
                            .isNotEmpty()
                            .allMatch(v -> v.indexOf('\r') < 0 && v.indexOf('\n') < 0);
                      });
              assertThat(head.header("content-length").orElse("0")).matches("0(, 0)*");
            });
  }
}
