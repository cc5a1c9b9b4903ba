package io.granary.bridge.libp2p.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LengthPrefixTest {
  private static final int MAX = 100_000;

  private static ByteBuf bytes(int... octets) {
    ByteBuf buffer = Unpooled.buffer();
    for (int octet : octets) {
      buffer.writeByte(octet);
    }
    return buffer;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 16_383, 16_384, MAX})
  void isWhatWasWritten_andIsAskedForAgain_untilItIsAllThere(int length) {
    byte[] written = Varint.encode(length).toArray();
    for (int i = 0; i < written.length; i++) {
      ByteBuf begun = Unpooled.wrappedBuffer(written, 0, i);
      assertThat(LengthPrefix.read(begun, MAX, "it")).isEqualTo(LengthPrefix.MORE_NEEDED);
    }
    ByteBuf whole = Unpooled.wrappedBuffer(written, new byte[] {7});
    assertThat(LengthPrefix.read(whole, MAX, "it")).isEqualTo(length);
    assertThat(whole.readableBytes()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"128, 0", "255, 0", "1, 129"})
  void isRefused_whenOverlong(int first, int third) {
    ByteBuf overlong = first == 1 ? bytes(0x81, 0x80, third) : bytes(first, third);
    assertThatThrownBy(() -> LengthPrefix.read(overlong, Integer.MAX_VALUE, "it"))
        .isInstanceOf(CodecException.class)
        .hasMessage("it with an over-long length");
  }

  @Test
  void isRefused_beforeItsEnd_whenItIsTooMuchAlready() {
    assertThatThrownBy(() -> LengthPrefix.read(bytes(0xff), 100, "it"))
        .isInstanceOf(CodecException.class)
        .hasMessage("it above 100 bytes");
  }
}
