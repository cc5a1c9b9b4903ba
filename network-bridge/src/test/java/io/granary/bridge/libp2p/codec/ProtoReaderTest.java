package io.granary.bridge.libp2p.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtoReaderTest {
  private static ProtoReader reader(String hex) {
    return new ProtoReader(HexFormat.of().parseHex(hex), "thing");
  }

  @Test
  void readsWhatTheWriterWrote_inOrder() {
    byte[] inner = new ProtoWriter().text(2, "grün").toBytes();
    byte[] written =
        new ProtoWriter()
            .varint(1, 300)
            .bytes(16, new byte[] {1, 2})
            .bytes(3, inner)
            .varint(2, -1)
            .toBytes();
    ProtoReader in = new ProtoReader(written, "thing");
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(1);
    assertThat(in.varint()).isEqualTo(300);
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(16);
    assertThat(in.bytes(2)).containsExactly(1, 2);
    assertThat(in.next()).isTrue();
    ProtoReader nested = in.message("nested");
    assertThat(nested.next()).isTrue();
    assertThat(nested.text(5)).isEqualTo("grün");
    assertThat(nested.next()).isFalse();
    assertThat(in.next()).isTrue();
    assertThat(in.varint()).isEqualTo(-1);
    assertThat(in.next()).isFalse();
  }

  @Test
  void passesOverWhatIsNotRead_ofEveryKind() {
    ProtoReader in = reader("08ac02" + "110102030405060708" + "1a0161" + "2501020304" + "3005");
    for (int field = 1; field <= 4; field++) {
      assertThat(in.next()).isTrue();
      assertThat(in.field()).isEqualTo(field);
    }
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(6);
    assertThat(in.varint()).isEqualTo(5);
    assertThat(in.next()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "08 | field 1 is cut short",
        "0880 | field 1 is cut short",
        "08ffffffffffffffffff02 | field 1 has more than 64 bits",
        "0a0561 | field 1 says 5 bytes, 1 follow",
        "0affffffffffffffffff01 | 18446744073709551615 bytes",
        "0affffffff0f | 4294967295 bytes",
        "0901 | field 1 says 8 bytes, 1 follow",
        "0d01 | field 1 says 4 bytes, 1 follow",
        "0b | wire type 3",
        "0c | wire type 4",
        "0e | wire type 6",
        "0f | wire type 7",
        "00 | no field number",
        "808080808001 | no field number",
        "80 | tag is cut short",
      })
  void refusesNamingTheField_whenSkipped(String hex, String complaint) {
    ProtoReader in = reader(hex);
    assertThatThrownBy(
            () -> {
              while (in.next()) {
                in.skip();
              }
            })
        .isInstanceOf(CodecException.class)
        .hasMessageStartingWith("thing: ")
        .hasMessageContaining(complaint);
  }

  @Test
  void refusesBeforeCopying_whenAboveTheBound() {
    ProtoReader in = reader("0a03616263");
    assertThat(in.next()).isTrue();
    assertThatThrownBy(() -> in.bytes(2))
        .isInstanceOf(CodecException.class)
        .hasMessage("thing: field 1 has 3 bytes, at most 2");
  }

  @Test
  void refuses_whenOfAnotherWireType() {
    ProtoReader in = reader("0801");
    assertThat(in.next()).isTrue();
    assertThatThrownBy(() -> in.bytes(9)).hasMessageContaining("wire type 0, expected 2");
    assertThatThrownBy(() -> in.message("x")).isInstanceOf(CodecException.class);
    assertThat(in.varint()).isEqualTo(1);
    assertThatThrownBy(in::varint).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesText_whenNoUtf8() {
    ProtoReader in = reader("0a02c328");
    assertThat(in.next()).isTrue();
    assertThatThrownBy(() -> in.text(9)).hasMessageContaining("no UTF-8");
  }

  @Test
  void staysInside_whenAMessageIsNested() {
    ProtoReader in = reader("0a020a05" + "6162636465");
    assertThat(in.next()).isTrue();
    ProtoReader nested = in.message("nested");
    assertThat(nested.next()).isTrue();
    assertThatThrownBy(() -> nested.bytes(9)).hasMessageContaining("says 5 bytes, 0 follow");
  }
}
