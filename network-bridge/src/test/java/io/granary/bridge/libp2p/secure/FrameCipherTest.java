package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameCipherTest {
  private static final byte[] KEY = NoiseFramesTest.random(32);

  @Test
  void makesTheKeyStreamOfTheRfc() { // RFC 8439, A.1, test vectors 1 and 2
    ChaCha20 stream = new ChaCha20(new byte[32]);
    stream.begin(0, 64);
    ByteBuf block = Unpooled.buffer();
    for (int i = 0; i < 8; i++) {
      block.writeLongLE(stream.word(i));
    }
    assertThat(Arrays.copyOf(block.array(), 64))
        .isEqualTo(
            Wire.hex(
                "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
                    + "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"));
    byte[] next = new byte[64];
    stream.xor(new byte[64], 0, 64, next, 0);
    assertThat(next)
        .isEqualTo(
            Wire.hex(
                "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
                    + "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"));
  }

  /** RFC 8439, A.3, test vectors 1 and 5 to 11: the edges of the arithmetic. */
  @ParameterizedTest
  @CsvSource({
    "00, 00, 00 00 00 00, 00",
    "02, 00, ff*, 03",
    "02, ff*, 02, 03",
    "01, 00, ff* f0/ff 11, 05",
    "01, 00, ff* fb/fe 01*, 00",
    "02, 00, fd/ff, fa/ff",
    "010000000000000004, 00, e33594d7505e43b9 3394d7505e4379cd01 00 01, 140000000000000055",
    "010000000000000004, 00, e33594d7505e43b9 3394d7505e4379cd01 00, 13"
  })
  void makesTheTagsOfTheRfc(String r, String s, String blocks, String tag) {
    byte[] text = new byte[0];
    for (String block : blocks.split(" ", -1)) {
      text = Wire.join(text, block(block));
    }
    ByteBuf key = Unpooled.wrappedBuffer(block(r), block(s));
    Poly1305 mac = new Poly1305();
    mac.begin(key.readLongLE(), key.readLongLE());
    mac.update(text, 0, text.length);
    mac.end(key.readLongLE(), key.readLongLE());
    assertThat(mac.hasTag(block(tag), 0)).isTrue();
    byte[] written = new byte[16];
    mac.writeTag(written, 0);
    assertThat(written).isEqualTo(block(tag));
  }

  /** 16 bytes: given ones and then zeros; {@code ff*} repeats, {@code f0/ff} repeats the second. */
  private static byte[] block(String text) {
    byte[] block = new byte[16];
    if (text.endsWith("*")) {
      Arrays.fill(block, Wire.hex(text.substring(0, 2))[0]);
    } else if (text.indexOf('/') > 0) {
      Arrays.fill(block, Wire.hex(text.substring(3))[0]);
      block[0] = Wire.hex(text.substring(0, 2))[0];
    } else {
      byte[] given = Wire.hex(text);
      System.arraycopy(given, 0, block, 0, given.length);
    }
    return block;
  }

  @Test
  void countsNonces_overMessages() throws Exception {
    FrameCipher cipher = new FrameCipher(KEY);
    JdkFrameCipher jdk = new JdkFrameCipher(KEY);
    byte[] plain = NoiseFramesTest.random(100);
    for (int nonce = 0; nonce < 300; nonce++) {
      byte[] sealed = new byte[116];
      cipher.seal(plain, 0, 100, sealed, 0);
      assertThat(sealed).isEqualTo(jdk.seal(nonce, plain));
    }
  }

  @Test
  void sealsAsTheJdk_atEveryLengthNearBlocksAndBatches() throws Exception {
    JdkFrameCipher jdk = new JdkFrameCipher(KEY);
    int batch = ChaCha20.BLOCK_BYTES * ChaCha20.LANES_MAX;
    for (int edge : new int[] {0, 64, 128, batch - 64, batch, 2 * batch - 64, 65_519 - 20}) {
      for (int length = Math.max(0, edge - 20); length <= edge + 20; length++) {
        byte[] plain = NoiseFramesTest.random(length);
        byte[] sealed = new byte[length + 16];
        new FrameCipher(KEY).seal(plain, 0, length, sealed, 0);
        assertThat(Arrays.equals(sealed, jdk.seal(0, plain))).as("%d bytes", length).isTrue();
      }
    }
  }

  @Test
  void refusesAndWritesNothing_whenAnyBitIsChanged() {
    byte[] plain = NoiseFramesTest.random(40);
    byte[] sealed = new byte[56];
    new FrameCipher(KEY).seal(plain, 0, 40, sealed, 0);
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      byte[] out = new byte[40];
      assertThatThrownBy(() -> new FrameCipher(KEY).open(changed, 0, 56, out, 0))
          .isInstanceOf(FrameException.class);
      assertThat(out).containsOnly(0);
    }
  }
}
