package io.granary.protocol.deal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.Bytes;
import io.granary.protocol.fuzz.Parsing;
import io.granary.protocol.json.JsonShapeException;

/** Where a client says its data is. */
class TransferSourceFuzzTest {
  @FuzzTest
  void namesOneHostAndPlainHeaders_whenAccepted(byte[] input) {
    Parsing.of(
            input,
            () -> TransferSource.parse(Bytes.of(input)),
            IllegalArgumentException.class,
            JsonShapeException.class)
        .ifPresent(TransferSourceFuzzTest::check);
  }

  private static void check(TransferSource source) {
    source
        .headers()
        .forEach(
            (name, value) -> {
              assertThat(name).doesNotContain("\r", "\n", ":", " ").isNotEmpty();
              assertThat(value).doesNotContain("\r", "\n");
            });
    if (source instanceof TransferSource.Http http) {
      assertThat(http.uri().getHost()).isNotEmpty().doesNotContain("\r", "\n", " ");
      assertThat(http.uri().getRawUserInfo()).isNull();
    }
    assertThat(source.toString()).isNotEmpty();
  }
}
