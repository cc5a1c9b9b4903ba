package io.granary.bridge.libp2p.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Base58;
import io.granary.protocol.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultibaseTest {
  private static final int MAX = 100;

  /** From multiformats/multibase, tests/basic.csv and leading_zero.csv. */
  @ParameterizedTest
  @CsvSource({
    "yes mani !, f796573206d616e692021",
    "yes mani !, F796573206D616E692021",
    "yes mani !, bpfsxgidnmfxgsibb",
    "yes mani !, BPFSXGIDNMFXGSIBB",
    "yes mani !, k2lcpzo5yikidynfl",
    "yes mani !, K2LCPZO5YIKIDYNFL",
    "yes mani !, z7paNL19xttacUY",
    "yes mani !, meWVzIG1hbmkgIQ",
    "yes mani !, MeWVzIG1hbmkgIQ==",
    "yes mani !, ueWVzIG1hbmkgIQ",
    "yes mani !, UeWVzIG1hbmkgIQ==",
    "0yes mani !, k02lcpzo5yikidynfl",
    "0yes mani !, z17paNL19xttacUY",
    "0yes mani !, bab4wk4zanvqw42jaee",
  })
  void reads_everyBase(String text, String encoded) {
    String value = text.startsWith("0") ? "\0" + text.substring(1) : text;
    assertThat(Multibase.decode(encoded, MAX, "name")).isEqualTo(Bytes.of(value.getBytes(UTF_8)));
  }

  @Test
  void writes_whatIsRead() {
    Bytes value = Bytes.of("\0\0yes mani !".getBytes(UTF_8));
    assertThat(Multibase.base32(value)).isEqualTo("baaahszltebwwc3tjeaqq");
    assertThat(Multibase.base36(value)).isEqualTo("k002lcpzo5yikidynfl");
    assertThat(Multibase.base64url(value)).isEqualTo("uAAB5ZXMgbWFuaSAh");
    assertThat(Base58.encode(value)).isEqualTo("117paNL19xttacUY");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?abc",
        "f0",
        "f0g",
        "fAB",
        "Fab",
        "b1",
        "ba",
        "bAA",
        "Baa",
        "bab",
        "kA",
        "Ka",
        "k-",
        "z0",
        "zO",
        "zI",
        "zl",
        "meWVzIG1hbmkgIQ==",
        "MeWVzIG1hbmkgIQ",
        "mab",
        "m_-",
        "u+/",
        "u é",
        "K\u212a",
        "k\u0131"
      })
  void refuses_whatNoEncoderMakes(String text) {
    assertThatThrownBy(() -> Multibase.decode(text, MAX, "name"))
        .isInstanceOf(CodecException.class)
        .hasMessageStartingWith("name: ");
  }

  @Test
  void refuses_whenAboveTheBound() {
    assertThatThrownBy(() -> Multibase.decode("z" + "1".repeat(MAX), MAX, "name"))
        .hasMessage("name: 101 characters, at most 100");
    assertThatThrownBy(() -> Multibase.base58("1".repeat(MAX + 1), MAX, "name"))
        .hasMessage("name: 101 characters of base58, at most 100");
  }
}
