package io.granary.protocol.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommPTest {
  private static final ExecutorService WORKERS = Executors.newFixedThreadPool(2);

  @AfterAll
  static void stopWorkers() {
    WORKERS.shutdownNow();
  }

  private static byte[] random(int length) {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    return data;
  }

  /** Around one part of 1 040 384 bytes, and several with a rest. */
  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 127, 128, 1_040_383, 1_040_384, 1_040_385, 2_080_768, 5_000_000, 8_323_072})
  void isTheSame_whenSeveralThreadsHash(int length) throws Exception {
    byte[] data = random(length);
    CommPDigest digest = new CommPDigest();
    digest.update(data);
    PieceInfo expected = digest.finish();
    assertThat(CommP.of(new ByteArrayInputStream(data))).isEqualTo(expected);
    assertThat(CommP.of(new ByteArrayInputStream(data), WORKERS, 2)).isEqualTo(expected);
    assertThat(CommP.of(new ByteArrayInputStream(data), WORKERS, 1)).isEqualTo(expected);
  }

  @Test
  void fails_whenTheSourceDoes() {
    InputStream broken =
        new SequenceInputStream(
            new ByteArrayInputStream(new byte[3_000_000]),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("disk gone");
              }

              @Override
              public int read(byte[] target, int offset, int length) throws IOException {
                return read();
              }
            });
    assertThatThrownBy(() -> CommP.of(broken, WORKERS, 2))
        .isInstanceOf(IOException.class)
        .hasMessage("disk gone");
  }

  @Test
  void reaches64GiB_withoutHashingZeros() {
    CommPDigest digest = new CommPDigest();
    assertThat(digest.finish(64L << 30)).isEqualTo(ZeroPieces.piece(64L << 30));
    assertThat(PieceSizes.paddedFor((64L << 30) / 128 * 127)).isEqualTo(64L << 30);
    assertThat(PieceSizes.paddedFor((64L << 30) / 128 * 127 + 1)).isEqualTo(128L << 30);
  }

  @Test
  void refuses_whenPieceIsTooSmallOrNoPiece() {
    CommPDigest digest = new CommPDigest();
    digest.update(random(128));
    assertThatThrownBy(() -> digest.finish(128))
        .hasMessage("piece size: 128 bytes of data do not fit 128 padded");
    assertThatThrownBy(() -> digest.finish(300)).hasMessageContaining("power of two");
    assertThatThrownBy(() -> digest.finish(64)).hasMessageContaining("at least 128");
    digest.finish();
    assertThatThrownBy(digest::finish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void padsAndUnpadsStreams() throws Exception {
    byte[] data = random(100_000);
    ByteArrayOutputStream padded = new ByteArrayOutputStream();
    assertThat(Fr32.pad(new ByteArrayInputStream(data), padded, 131_072)).isEqualTo(100_000);
    assertThat(padded.size()).isEqualTo(131_072);
    ByteArrayOutputStream back = new ByteArrayOutputStream();
    Fr32.unpad(new ByteArrayInputStream(padded.toByteArray()), back, 100_000);
    assertThat(back.toByteArray()).isEqualTo(data);

    byte[] elements = padded.toByteArray();
    new DigestMerkleNodes().reduce(elements, elements.length / MerkleNodes.NODE);
    CommPDigest digest = new CommPDigest();
    digest.update(data);
    assertThat(digest.finish().commP().bytes()).isEqualTo(Bytes.of(elements, 0, MerkleNodes.NODE));
  }

  @Test
  void refusesStreams_whenTooLongOrShortOrNotPadded() {
    assertThatThrownBy(
            () ->
                Fr32.pad(new ByteArrayInputStream(new byte[128]), new ByteArrayOutputStream(), 128))
        .hasMessage("fr32: data is longer than 127 bytes");
    assertThatThrownBy(
            () -> Fr32.pad(new ByteArrayInputStream(new byte[1]), new ByteArrayOutputStream(), 100))
        .hasMessage("fr32: padded size must be a multiple of 128, got 100");
    assertThatThrownBy(
            () ->
                Fr32.unpad(
                    new ByteArrayInputStream(new byte[200]), new ByteArrayOutputStream(), 254))
        .isInstanceOf(EOFException.class)
        .hasMessage("fr32: source ends after 0 of 254 bytes of data");
    byte[] elements = new byte[256];
    elements[128 + 63] = 0x40;
    assertThatThrownBy(() -> Fr32.unpad(elements, 0, new byte[254], 0, 2))
        .hasMessage("fr32: the top two bits must be zero in the element at offset 160");
  }

  @Test
  void laysOutPieces_atMultiplesOfTheirSize() {
    PieceInfo small = ZeroPieces.piece(128);
    PieceInfo large = ZeroPieces.piece(1024);
    SectorLayout layout = SectorLayout.of(2048, List.of(small, large));
    assertThat(layout.entries())
        .extracting(entry -> entry.offset() + (entry.filler() ? " filler" : " piece"))
        .containsExactly("0 piece", "128 filler", "256 filler", "512 filler", "1024 piece");
    assertThat(layout.entries().get(4).unpaddedOffset()).isEqualTo(1016);
    assertThat(layout.commD()).isEqualTo(ZeroPieces.commitment(2048));
    assertThatThrownBy(() -> SectorLayout.of(2048, List.of(small, large, large)))
        .hasMessage("pieces: 3 pieces do not fit a sector of 2048 padded bytes");
    assertThatThrownBy(() -> SectorLayout.of(128, List.of(large)))
        .hasMessageContaining("do not fit");
  }
}
