package io.granary.protocol.piece;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.hash.Sha256;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** CommP and fr32 against the plainest form of their definitions: bit by bit, node by node. */
class CommPPropertyTest {
  /** Moves every bit on its own. */
  private static byte[] padBitByBit(byte[] data, int paddedBytes) {
    byte[] elements = new byte[paddedBytes];
    for (int bit = 0; bit < data.length * 8; bit++) {
      int target = bit / 254 * 256 + bit % 254;
      elements[target / 8] |= (byte) ((data[bit / 8] >> bit % 8 & 1) << target % 8);
    }
    return elements;
  }

  private static Bytes rootOf(byte[] elements) {
    if (elements.length == 32) {
      return Bytes.of(elements);
    }
    int half = elements.length / 2;
    MessageDigest sha256 = Sha256.newDigest();
    sha256.update(rootOf(Arrays.copyOf(elements, half)).toArray());
    sha256.update(rootOf(Arrays.copyOfRange(elements, half, elements.length)).toArray());
    byte[] root = sha256.digest();
    root[31] &= 0x3f;
    return Bytes.of(root);
  }

  private static byte[] random(int seed, int length) {
    byte[] data = new byte[length];
    new Random(seed).nextBytes(data);
    return data;
  }

  @Property(tries = 200)
  void padsAsBitsAndBack(@ForAll int seed, @ForAll @IntRange(min = 1, max = 20) int blocks) {
    byte[] data = random(seed, blocks * 127 + 5);
    byte[] elements = new byte[blocks * 128 + 3];
    Fr32.pad(data, 5, elements, 3, blocks);
    assertThat(Arrays.copyOfRange(elements, 3, elements.length))
        .isEqualTo(padBitByBit(Arrays.copyOfRange(data, 5, data.length), blocks * 128));
    byte[] back = new byte[blocks * 127 + 1];
    Fr32.unpad(elements, 3, back, 1, blocks);
    assertThat(Arrays.copyOfRange(back, 1, back.length))
        .isEqualTo(Arrays.copyOfRange(data, 5, data.length));
  }

  @Property(tries = 150)
  void agreesWithDefinition_howeverDataIsSplit(
      @ForAll int seed,
      @ForAll @IntRange(max = 70_000) int length,
      @ForAll @Size(max = 6) List<@IntRange(max = 70_000) Integer> cuts) {
    byte[] data = random(seed, length);
    CommPDigest digest = new CommPDigest();
    int from = 0;
    for (int cut : cuts.stream().mapToInt(cut -> Math.min(cut, length)).sorted().toArray()) {
      digest.update(data, from, cut - from);
      from = cut;
    }
    digest.update(data, from, length - from);
    assertThat(digest.dataBytes()).isEqualTo(length);
    PieceInfo piece = digest.finish();
    assertThat(piece.unpaddedBytes()).isGreaterThanOrEqualTo(length);
    assertThat(piece.paddedBytes() == 128 || piece.unpaddedBytes() < 2L * length).isTrue();
    assertThat(piece.commP().bytes())
        .isEqualTo(rootOf(padBitByBit(data, (int) piece.paddedBytes())));
  }

  @Property(tries = 40)
  void agreesWithZerosWrittenOut_whenPieceIsLarger(
      @ForAll int seed,
      @ForAll @IntRange(max = 20_000) int length,
      @ForAll @IntRange(max = 5) int doublings) {
    byte[] data = random(seed, length);
    long padded = PieceSizes.paddedFor(length) << doublings;
    CommPDigest digest = new CommPDigest();
    digest.update(data);
    CommPDigest written = new CommPDigest();
    written.update(Arrays.copyOf(data, (int) (padded / 128 * 127)));
    assertThat(digest.finish(padded)).isEqualTo(written.finish());
  }
}
