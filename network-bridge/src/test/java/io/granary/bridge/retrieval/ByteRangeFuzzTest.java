package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.bridge.retrieval.ByteRange.Wanted;
import io.granary.protocol.fuzz.Parsing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A {@code Range} field for an answer of some length: eight bytes of it, then the field. */
class ByteRangeFuzzTest {
  @FuzzTest
  void asksForBytesThatThereAre_whateverTheFieldSays(byte[] input) {
    if (input.length < Long.BYTES) {
      return;
    }
    long length = ByteBuffer.wrap(input).getLong() & Long.MAX_VALUE;
    String field =
        new String(input, Long.BYTES, input.length - Long.BYTES, StandardCharsets.ISO_8859_1);
    Wanted wanted = Parsing.of(input, () -> ByteRange.of(field, length)).orElseThrow();
    if (wanted instanceof Wanted.Part part) {
      ByteRange range = part.range();
      assertThat(range.start()).isBetween(0L, range.end() - 1);
      assertThat(range.end()).isLessThanOrEqualTo(length);
      assertThat(range.contentRange(length))
          .isEqualTo("bytes " + range.start() + "-" + (range.end() - 1) + "/" + length);
      sameInOtherWords(range, length);
    } else if (wanted instanceof Wanted.Unsatisfiable) {
      assertThat(field.strip().toLowerCase(java.util.Locale.ROOT)).startsWith("bytes");
    }
  }

  /** As long as the numbers are ones that a field may hold. */
  private static void sameInOtherWords(ByteRange range, long length) {
    long most = 999_999_999_999_999_999L;
    Wanted same = new Wanted.Part(range);
    if (range.end() <= most) {
      assertThat(ByteRange.of("bytes=" + range.start() + "-" + (range.end() - 1), length))
          .isEqualTo(same);
    }
    if (range.end() == length && range.length() <= most) {
      assertThat(ByteRange.of("Bytes = -" + range.length(), length)).isEqualTo(same);
    }
  }
}
