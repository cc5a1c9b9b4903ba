package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class ByteRangePropertyTest {
  @Property
  void isTheSliceOfTheFile_whenBothEndsAreGiven(
      @ForAll @LongRange(max = 100) long length,
      @ForAll @LongRange(max = 120) long first,
      @ForAll @LongRange(max = 120) long last) {
    ByteRange.Wanted wanted = ByteRange.of("bytes=" + first + "-" + last, length);
    if (first > last || first >= length) {
      assertThat(wanted).isInstanceOf(ByteRange.Wanted.Unsatisfiable.class);
    } else {
      assertThat(wanted)
          .isEqualTo(new ByteRange.Wanted.Part(new ByteRange(first, Math.min(length, last + 1))));
    }
  }

  @Property
  void isTheEndOfTheFile_whenSuffix(
      @ForAll @LongRange(max = 100) long length, @ForAll @LongRange(max = 120) long suffix) {
    ByteRange.Wanted wanted = ByteRange.of("bytes=-" + suffix, length);
    if (suffix == 0 || length == 0) {
      assertThat(wanted).isInstanceOf(ByteRange.Wanted.Unsatisfiable.class);
    } else {
      assertThat(wanted)
          .isEqualTo(
              new ByteRange.Wanted.Part(new ByteRange(Math.max(0, length - suffix), length)));
    }
  }

  @Property
  void staysWithinTheFile_whenFieldIsAnything(
      @ForAll String field, @ForAll @LongRange(max = 1000) long length) {
    for (String value : new String[] {field, "bytes=" + field}) {
      if (ByteRange.of(value, length) instanceof ByteRange.Wanted.Part part) {
        assertThat(part.range().start()).isBetween(0L, length - 1);
        assertThat(part.range().end()).isBetween(part.range().start() + 1, length);
      }
    }
  }
}
