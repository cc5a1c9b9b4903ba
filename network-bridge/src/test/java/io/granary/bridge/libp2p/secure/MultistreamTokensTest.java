package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultistreamTokensTest {
  private static final int BYTES_MAX = 1024;

  @ParameterizedTest
  @CsvSource({"header,/multistream/1.0.0", "noise,/noise", "na,na"})
  void readsAndWritesVectors(String vector, String text) {
    byte[] bytes = HandshakeVectors.multistream(vector);
    assertThat(MultistreamTokens.read(Unpooled.wrappedBuffer(bytes), BYTES_MAX)).contains(text);
    assertThat(Wire.token(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "00,length 0",
    "8000,over-long",
    "8300,over-long",
    "808080,over-long",
    "010a,empty",
    "0361626364,no newline",
    "03ff610a,not UTF-8",
    "8108,above 1024",
    "ffff03,above 1024"
  })
  void refusesToken_whenNothingCouldCompleteIt(String hex, String reason) {
    ByteBuf in = Unpooled.wrappedBuffer(Wire.hex(hex));
    assertThatThrownBy(() -> MultistreamTokens.read(in, BYTES_MAX))
        .isInstanceOf(NegotiationException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void takesLongestToken_andRefusesOneByteMore() {
    String longest = "/" + "a".repeat(BYTES_MAX - 2);
    ByteBuf fits = Unpooled.wrappedBuffer(Wire.token(longest));
    assertThat(MultistreamTokens.read(fits, BYTES_MAX)).contains(longest);
    ByteBuf tooLong = Unpooled.wrappedBuffer(Wire.token(longest + "a"));
    assertThatThrownBy(() -> MultistreamTokens.read(tooLong, BYTES_MAX))
        .isInstanceOf(NegotiationException.class);
  }

  @Test
  void leavesBufferAlone_whenTokenIsIncomplete() {
    byte[] whole = Wire.token("/" + "b".repeat(300));
    for (int cut = 0; cut < whole.length; cut++) {
      ByteBuf in = Unpooled.wrappedBuffer(whole, 0, cut);
      assertThat(MultistreamTokens.read(in, BYTES_MAX)).isEmpty();
      assertThat(in.readableBytes()).isEqualTo(cut);
    }
  }

  @Test
  void quotesRemoteText_withoutControlsAndInBounds() {
    assertThat(MultistreamTokens.quote("a\n\u001b[31m" + "x".repeat(500)))
        .startsWith("'a??[31mx")
        .endsWith("…'")
        .hasSizeLessThan(90);
  }

  @Test
  void refusesToPropose_whatNobodyCouldRead() {
    for (String bad : new String[] {"", "/a\nb", "/" + "c".repeat(1024)}) {
      assertThatThrownBy(() -> MultistreamTokens.requireSendable(bad, BYTES_MAX))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
