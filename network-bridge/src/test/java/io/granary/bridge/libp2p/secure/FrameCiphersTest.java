package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each cipher opens what each has sealed, whatever kind of buffer it lies in. */
class FrameCiphersTest {
  private static final byte[] KEY = random(32);

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** The same bytes: on the heap, direct, in two parts, and behind others. */
  private static List<ByteBuf> kinds(byte[] bytes) {
    int half = bytes.length / 2;
    ByteBuf behind = Unpooled.directBuffer().writeInt(7).writeBytes(bytes);
    behind.skipBytes(Integer.BYTES);
    return List.of(
        Unpooled.copiedBuffer(bytes),
        Unpooled.directBuffer().writeBytes(bytes),
        Unpooled.wrappedBuffer(
            Unpooled.directBuffer().writeBytes(bytes, 0, half),
            Unpooled.directBuffer().writeBytes(bytes, half, bytes.length - half)),
        behind);
  }

  @ParameterizedTest
  @EnumSource
  void opensWhatEachSeals_whateverTheBuffers(FrameCiphers opener) {
    for (FrameCiphers sealer : FrameCiphers.values()) {
      FrameCipher sealing = sealer.of(KEY);
      FrameCipher opening = opener.of(KEY);
      for (int length : new int[] {0, 1, 63, 64, 5_000, NoiseFrames.PLAIN_BYTES_MAX}) {
        byte[] plain = random(length);
        for (ByteBuf in : kinds(plain)) {
          ByteBuf sealed = length == 63 ? Unpooled.buffer() : Unpooled.directBuffer();
          sealing.seal(in, length, sealed.writeShort(9));
          assertThat(sealed.skipBytes(2).readableBytes()).isEqualTo(length + 16);
          ByteBuf opened = opening.open(sealed, length + 16, UnpooledByteBufAllocator.DEFAULT);
          assertThat(ByteBufUtil.getBytes(opened)).isEqualTo(plain);
          assertThat(in.readableBytes()).isEqualTo(length);
          in.release();
          sealed.release();
          opened.release();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesNothing_whenAByteIsChanged(FrameCiphers ciphers) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    ByteBuf out = Unpooled.buffer();
    ciphers.of(KEY).seal(Unpooled.wrappedBuffer(random(40)), 40, out);
    byte[] sealed = ByteBufUtil.getBytes(out);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      FrameCipher cipher = ciphers.of(KEY);
      assertThatThrownBy(
              () -> cipher.open(Unpooled.wrappedBuffer(changed), changed.length, allocator))
          .isInstanceOf(FrameException.class)
          .hasMessage("frame 0 does not authenticate");
    }
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void isConscrypt_whereItsLibraryIs_andTheJdkDoesNotKnow() {
    assertThat(FrameCiphers.inUse()).isEqualTo(FrameCiphers.CONSCRYPT);
    assertThat(Arrays.stream(Security.getProviders()).map(provider -> provider.getName()))
        .doesNotContain("Conscrypt");
  }

  @Test
  void isTheJdk_whereTheLibraryOfConscryptIsNot() {
    FrameCiphers chosen =
        FrameCiphers.choose(
            () -> {
              throw new UnsatisfiedLinkError("no conscrypt_openjdk_jni in java.library.path");
            });
    assertThat(chosen).isEqualTo(FrameCiphers.JDK);
    assertThat(FrameCiphers.choose(() -> {})).isEqualTo(FrameCiphers.CONSCRYPT);
  }
}
