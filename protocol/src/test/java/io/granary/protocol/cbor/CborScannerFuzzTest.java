package io.granary.protocol.cbor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.fuzz.Parsing;
import java.util.Optional;

/** Ends of CBOR items in bytes of a peer. */
class CborScannerFuzzTest {
  private static final int BYTES_MAX = 4096;
  private static final int DEPTH_MAX = 16;

  /** Where an item ended, or that it has not. */
  private record End(int used, boolean complete) {}

  @FuzzTest
  void findsTheSameEnd_whateverPartsTheBytesComeIn(byte[] input) {
    Optional<End> whole =
        Parsing.of(input, () -> scan(input, Math.max(1, input.length)), CborException.class);
    Optional<End> single = Parsing.of(input, () -> scan(input, 1), CborException.class);
    Optional<End> triple = Parsing.of(input, () -> scan(input, 3), CborException.class);
    assertThat(single).isEqualTo(whole);
    assertThat(triple).isEqualTo(whole);
    whole.ifPresent(
        end -> {
          assertThat(end.used()).isBetween(0, Math.min(input.length, BYTES_MAX));
          assertThat(end.complete() || end.used() == input.length).isTrue();
        });
  }

  private static End scan(byte[] input, int step) {
    CborScanner scanner = new CborScanner(BYTES_MAX, DEPTH_MAX);
    int used = 0;
    while (used < input.length && !scanner.complete()) {
      used += scanner.scan(input, used, Math.min(step, input.length - used));
    }
    return new End(used, scanner.complete());
  }
}
