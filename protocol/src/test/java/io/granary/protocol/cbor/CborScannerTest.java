package io.granary.protocol.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CborScannerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "1818",
        "1a00010000",
        "20",
        "40",
        "43010203",
        "60",
        "63616263",
        "80",
        "83010203",
        "a0",
        "a26161016162820203",
        "d82a4100",
        "f6",
        "f93c00",
        "fb3ff0000000000000",
        "8180",
        "818181a1616180",
        "590003aabbcc"
      })
  void findsTheEnd_whenBytesComeOneByOneOrWithMoreBehind(String hex) {
    byte[] item = Bytes.fromHex(hex).toArray();
    CborScanner slow = new CborScanner(100, 8);
    for (int i = 0; i < item.length; i++) {
      assertThat(slow.complete()).isFalse();
      assertThat(slow.scan(item, i, 1)).isEqualTo(1);
    }
    assertThat(slow.complete()).isTrue();

    byte[] more = Bytes.concat(Bytes.of(item), Bytes.fromHex("ffff00")).toArray();
    CborScanner fast = new CborScanner(100, 8);
    assertThat(fast.scan(more, 0, more.length)).isEqualTo(item.length);
    assertThat(fast.complete()).isTrue();
    assertThat(fast.scan(more, item.length, 3)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "5f, indefinite length",
    "9f, indefinite length",
    "bf, indefinite length",
    "1c, reserved head 28",
    "5a00000065, 'says 101 bytes or items, at most 100'",
    "9bffffffffffffffff, 'says 18446744073709551615 bytes or items, at most 100'",
    "bb7fffffffffffffff, 'says 9223372036854775807 bytes or items, at most 100'",
    "818181818180, nested deeper than 4",
    "d82ad82ad82ad82ad82a00, nested deeper than 4"
  })
  void refuses_whenBeyondLimitsOrIndefinite(String hex, String problem) {
    byte[] bytes = Bytes.fromHex(hex).toArray();
    assertThatThrownBy(() -> scan(new CborScanner(100, 4), bytes))
        .isInstanceOf(CborException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void refuses_whenTheItemIsLongerThanItsParts() {
    byte[] bytes = Bytes.fromHex("9864" + "00".repeat(100)).toArray();
    assertThatThrownBy(() -> scan(new CborScanner(100, 4), bytes))
        .hasMessageContaining("more than 100 bytes");
    assertThat(scan(new CborScanner(102, 4), bytes)).isEqualTo(102);
  }

  private static int scan(CborScanner scanner, byte[] bytes) {
    return scanner.scan(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @CsvSource({
    "a261620161610a, 10",
    "a2617882820102f66161186f, 111",
    "a26178a16179fb3ff00000000000006161186f, 111",
    "a1616200, -1",
    "a0, -1",
    "a16161f6, -1"
  })
  void readsTheMemberAskedFor_whenOthersAreAround(String hex, long expected) {
    Bytes cbor = Bytes.fromHex(hex);
    assertThat(readA(cbor)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "a2616101616102, key a twice",
    "a1016161, 'value.key: expected text, got unsigned number'",
    "bf616101ff, indefinite length",
    "b841, 'at most 64 members, got 65'",
    "a1616120, 'value.a: expected unsigned number, got negative number'",
    "a16161, input ends inside a value",
    "a1616100ff, 1 bytes after the end"
  })
  void refusesTheMap_whenItIsNone(String hex, String problem) {
    assertThatThrownBy(() -> readA(Bytes.fromHex(hex)))
        .isInstanceOf(CborException.class)
        .hasMessageContaining(problem);
  }

  private static long readA(Bytes cbor) {
    return CborReader.decode(
        cbor, "value", reader -> reader.fields("").get("a", r -> r.uint(""), -1L));
  }
}
