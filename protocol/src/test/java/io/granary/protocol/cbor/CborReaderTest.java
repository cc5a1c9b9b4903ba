package io.granary.protocol.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.actor.PreCommitSectorBatchParams;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CborReaderTest {
  private static Object read(String hex, CborDecoder<?> decoder) {
    return CborReader.decode(Bytes.fromHex(hex), "value", decoder::read);
  }

  @ParameterizedTest
  @CsvSource({
    "1817, a number in a longer form than needed",
    "190017, a number in a longer form than needed",
    "1900ff, a number in a longer form than needed",
    "1a0000ffff, a number in a longer form than needed",
    "1b00000000ffffffff, a number in a longer form than needed",
    "1c, reserved head 28",
    "1f, indefinite length",
    "19, input ends inside a head",
    "1900, input ends inside a head",
    "'', input ends where unsigned number is expected",
    "20, 'expected unsigned number, got negative number'",
    "f6, 'expected unsigned number, got simple or float 0xf6'",
    "f93c00, 'expected unsigned number, got simple or float 0xf9'",
    "a0, 'expected unsigned number, got map'",
    "1bffffffffffffffff, 'must be below 2^63, got 18446744073709551615'",
    "0000, 1 bytes after the end"
  })
  void refusesNumber_whenNotTheOneForm(String hex, String problem) {
    assertThatThrownBy(() -> read(hex, reader -> reader.uint("")))
        .isInstanceOf(CborException.class)
        .hasMessageStartingWith("value: " + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "3b8000000000000000, does not fit 64 bits with a sign",
    "1b8000000000000000, does not fit 64 bits with a sign"
  })
  void refusesSignedNumber_whenTooWide(String hex, String problem) {
    assertThatThrownBy(() -> read(hex, reader -> reader.int64("")))
        .hasMessageStartingWith("value: " + problem);
  }

  @Test
  void allocatesNothing_whenLengthIsBeyondLimitOrInput() {
    // 2^63 bytes, 2 GiB, 100 of which none are there.
    assertThatThrownBy(() -> read("5b8000000000000000", r -> r.bytes("", 100)))
        .hasMessageContaining("at most 100 bytes, got 9223372036854775808");
    assertThatThrownBy(() -> read("5a7fffffff", r -> r.bytes("", Integer.MAX_VALUE)))
        .hasMessageContaining("says 2147483647 bytes, 0 are left");
    assertThatThrownBy(
            () -> read("992000", r -> r.list("", CborReader.MAX_LIST_ITEMS, i -> i.uint(""))))
        .hasMessageContaining("8192 items in the 0 bytes left");
    assertThatThrownBy(
            () -> read("992001", r -> r.list("", CborReader.MAX_LIST_ITEMS, i -> i.uint(""))))
        .hasMessageContaining("expected an array of 0 to 8192 items, got 8193");
    assertThatThrownBy(
            () ->
                read(
                    "9bffffffffffffffff",
                    r -> r.list("", CborReader.MAX_LIST_ITEMS, i -> i.uint(""))))
        .hasMessageContaining("got 18446744073709551615");
  }

  @ParameterizedTest
  @CsvSource({
    "d82a41, 'says 1 bytes, 0 are left'",
    "d82a4101, a link must start with a zero byte",
    "d82a40, a link must start with a zero byte",
    "d82b4100, 'expected tag 42, got tag 43'",
    "d82a4100, CID version: varint cut short at offset 0",
    "d82a450002010000, 'CID: version must be 0 or 1, got 2'",
    "d82a46000171a0e402, CID digest length: varint cut short at offset 5"
  })
  void refusesLink_whenNotACid(String hex, String problem) {
    assertThatThrownBy(() -> read(hex, reader -> reader.cid("")))
        .isInstanceOf(CborException.class)
        .hasMessageStartingWith("value: " + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "61ff, text is no valid UTF-8",
    "62c080, text is no valid UTF-8",
    "63eda080, text is no valid UTF-8"
  })
  void refusesText_whenNotUtf8(String hex, String problem) {
    assertThatThrownBy(() -> read(hex, reader -> reader.text("", 100)))
        .hasMessageStartingWith("value: " + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "4102, 'sign byte must be 0 or 1, got 2'",
    "4100, magnitude must have no leading zero byte",
    "420000, magnitude must have no leading zero byte",
    "420100, magnitude must have no leading zero byte",
    "43000001, magnitude must have no leading zero byte"
  })
  void refusesBigInteger_whenNotShortest(String hex, String problem) {
    assertThatThrownBy(() -> read(hex, reader -> reader.bigInteger("")))
        .hasMessageContaining(problem);
  }

  /** Sector 42 of proof type 8, with one hex part replaced at a time. */
  private static final String PRE_COMMIT =
      "81818708182ad82a5829000182e20381e80220000102030405060708090a0b0c0d0e0f1011121314151617"
          + "18191a1b1c1d1e1f1a000f4240801a0019f0a0f6";

  @Test
  void namesFieldAndByte_whenAValueInsideIsRefused() {
    assertRefusal("81818708", "8181871819", "sectors[0].sealProof", 3, true);
    assertRefusal("08182ad8", "08182a58", "sectors[0].sealed", 6, false);
    assertRefusal("0182e203", "0181e203", "sectors[0].sealed", 6, true);
    assertRefusal("f6", "f5", "sectors[0].unsealed", 62, false);
    assertRefusal("818187", "818186", "sectors[0]", 2, false);
    assertRefusal("8181", "8182", "sectors[1]", 63, false);
  }

  private static void assertRefusal(
      String part, String replacement, String field, int offset, boolean valueRefused) {
    String hex =
        part.equals("f6")
            ? PRE_COMMIT.substring(0, PRE_COMMIT.length() - 2) + replacement
            : PRE_COMMIT.replaceFirst(part, replacement);
    Function<Bytes, ?> read = PreCommitSectorBatchParams::fromCbor;
    assertThatThrownBy(() -> read.apply(Bytes.fromHex(hex)))
        .isInstanceOfSatisfying(
            CborException.class,
            e -> {
              assertThat(e.field()).isEqualTo("PreCommitSectorBatchParams." + field);
              assertThat(e.offset()).isEqualTo(offset);
              assertThat(e.valueRefused()).isEqualTo(valueRefused);
            });
  }
}
