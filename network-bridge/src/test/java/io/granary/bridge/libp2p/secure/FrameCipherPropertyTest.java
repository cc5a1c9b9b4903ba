package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FrameCipherPropertyTest {
  @Property(tries = 1500)
  void sealsAsTheJdkDoes_andOpensAgain(
      @ForAll @Size(32) byte[] key,
      @ForAll @IntRange(max = 65_519) int length,
      @ForAll @IntRange(max = 40) int offset)
      throws Exception {
    byte[] plain = NoiseFramesTest.random(length);
    byte[] in = Wire.join(new byte[offset], plain);
    byte[] sealed = new byte[offset + length + 16];
    new FrameCipher(key).seal(in, offset, length, sealed, offset);
    byte[] expected = new JdkFrameCipher(key).seal(0, plain);
    assertThat(Arrays.equals(sealed, offset, sealed.length, expected, 0, expected.length)).isTrue();
    byte[] opened = new byte[offset + length];
    new FrameCipher(key).open(sealed, offset, length + 16, opened, offset);
    assertThat(Arrays.equals(opened, in)).isTrue();
  }

  @Property(tries = 2000)
  void authenticatesExtremeTextsAsTheJdkDoes(
      @ForAll @Size(32) byte[] key, @ForAll @IntRange(max = 600) int length, @ForAll byte fill)
      throws Exception {
    byte[] stream = new byte[length + 16];
    new FrameCipher(key).seal(new byte[length], 0, length, stream, 0);
    byte[] plain = Arrays.copyOf(stream, length);
    for (int i = 0; i < length; i++) {
      plain[i] ^= fill; // so that the sealed text is all the same byte
    }
    byte[] sealed = new byte[length + 16];
    new FrameCipher(key).seal(plain, 0, length, sealed, 0);
    assertThat(sealed).isEqualTo(new JdkFrameCipher(key).seal(0, plain));
  }
}
