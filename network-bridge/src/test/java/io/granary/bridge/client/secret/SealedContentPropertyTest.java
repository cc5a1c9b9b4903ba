package io.granary.bridge.client.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever happens to sealed content, it opens whole or not at all. */
class SealedContentPropertyTest {
  private static final int CHUNK = SealedForm.CHUNK_BYTES + SealedForm.TAG_BYTES;
  private static final RecipientKey KEY = RecipientKey.generate();

  private static byte[] content(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] seal(byte[] content, int step) {
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    try (SealingStream stream = new SealingStream(sealed, KEY.recipient())) {
      for (int at = 0; at < content.length; at += step) {
        stream.write(content, at, Math.min(step, content.length - at));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sealed.toByteArray();
  }

  private static byte[] open(byte[] sealed, RecipientKey key) {
    try (OpeningStream stream = new OpeningStream(new ByteArrayInputStream(sealed), key)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void refused(byte[] sealed) {
    assertThatThrownBy(() -> open(sealed, KEY)).isInstanceOf(SecretException.class);
  }

  @Property(tries = 40)
  void comesBack_whateverItsLength(
      @ForAll @IntRange(max = 3 * SealedForm.CHUNK_BYTES) int length,
      @ForAll @IntRange(min = 1, max = 100_000) int step) {
    byte[] content = content(length, length);
    byte[] sealed = seal(content, step);
    int chunks = Math.max(1, -Math.floorDiv(-length, SealedForm.CHUNK_BYTES));
    assertThat(sealed).hasSize(SealedForm.HEADER_BYTES + length + chunks * SealedForm.TAG_BYTES);
    assertThat(open(sealed, KEY)).isEqualTo(content);
  }

  @Example
  void comesBack_whenItFillsItsChunks() {
    for (int chunks = 0; chunks <= 3; chunks++) {
      byte[] content = content(chunks * SealedForm.CHUNK_BYTES, chunks);
      assertThat(open(seal(content, 7919), KEY)).isEqualTo(content);
    }
  }

  @Property(tries = 60)
  void isRefused_whenOneBitIsFlipped(@ForAll @IntRange(max = 8 * 150_000 - 1) int bit) {
    byte[] sealed = seal(content(150_000, 1), 65_536);
    sealed[bit / 8] ^= (byte) (1 << bit % 8);
    // The top bit of an X25519 key is not part of it (RFC 7748, 5), but it is in the salt.
    refused(sealed);
  }

  @Property(tries = 60)
  void isRefused_whenItIsCutAnywhere(@ForAll @IntRange(max = 150_000) int kept) {
    refused(Arrays.copyOf(seal(content(150_000, 2), 65_536), kept));
  }

  @Example
  void isRefused_whenItIsCutBetweenChunks() {
    byte[] sealed = seal(content(3 * SealedForm.CHUNK_BYTES, 3), 65_536);
    refused(Arrays.copyOf(sealed, SealedForm.HEADER_BYTES));
    refused(Arrays.copyOf(sealed, SealedForm.HEADER_BYTES + CHUNK));
    refused(Arrays.copyOf(sealed, SealedForm.HEADER_BYTES + 2 * CHUNK));
    refused(Arrays.copyOf(sealed, sealed.length + 1));
  }

  @Example
  void isRefused_whenChunksAreSwappedRepeatedOrLeftOut() {
    byte[] sealed = seal(content(3 * SealedForm.CHUNK_BYTES, 4), 65_536);
    refused(join(sealed, 1, 0, 2));
    refused(join(sealed, 0, 0, 1, 2));
    refused(join(sealed, 0, 2));
    refused(join(sealed, 1, 2));
    assertThat(join(sealed, 0, 1, 2)).isEqualTo(sealed);
  }

  private static byte[] join(byte[] sealed, int... chunks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(sealed, 0, SealedForm.HEADER_BYTES);
    for (int chunk : chunks) {
      out.write(sealed, SealedForm.HEADER_BYTES + chunk * CHUNK, CHUNK);
    }
    return out.toByteArray();
  }

  @Example
  void isRefused_whenItIsForAnother() {
    byte[] sealed = seal(content(100, 5), 100);
    assertThatThrownBy(() -> open(sealed, RecipientKey.generate()))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("not for this recipient key");
    assertThatThrownBy(() -> open(content(100, 6), KEY))
        .hasMessageContaining("no content that was encrypted here");
  }

  @Example
  void holdsNothingReadable_andNeverTheSameTwice() {
    byte[] content = new byte[1000];
    Arrays.fill(content, (byte) 'A');
    byte[] first = seal(content, 1000);
    byte[] second = seal(content, 1000);
    assertThat(Arrays.copyOfRange(first, 8, first.length))
        .isNotEqualTo(Arrays.copyOfRange(second, 8, second.length));
    assertThat(new String(first, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("AAAA")
        .startsWith("GRNSEAL1");
  }

  @Example
  void isRefused_whenAKeyIsOfSmallOrder() {
    Recipient zero = new Recipient(io.granary.protocol.Bytes.of(new byte[32]));
    assertThatThrownBy(() -> new SealingStream(new ByteArrayOutputStream(), zero))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("no safe key");
  }
}
