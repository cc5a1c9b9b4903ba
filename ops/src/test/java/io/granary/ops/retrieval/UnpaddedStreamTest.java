package io.granary.ops.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.piece.Fr32;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpaddedStreamTest {
  private static final int BLOCKS = 3000;
  private static final int DATA_BYTES = BLOCKS * Fr32.UNPADDED_BLOCK;

  @TempDir Path folder;

  private final byte[] data = new byte[DATA_BYTES];
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    new Random(11).nextBytes(data);
    byte[] padded = new byte[BLOCKS * Fr32.PADDED_BLOCK];
    Fr32.pad(data, 0, padded, 0, BLOCKS);
    file = Files.write(folder.resolve("unsealed"), padded);
  }

  @Test
  void isTheSliceOfTheData_whereverItStartsAndEnds() throws IOException {
    Random random = new Random(12);
    for (int i = 0; i < 300; i++) {
      int from = random.nextInt(DATA_BYTES);
      int length = random.nextInt(Math.min(DATA_BYTES - from, i % 3 == 0 ? DATA_BYTES : 500) + 1);
      assertThat(read(from, length))
          .as("from %d, %d bytes", from, length)
          .isEqualTo(Arrays.copyOfRange(data, from, from + length));
    }
  }

  @Test
  void isTheSlice_whenAtTheEdgesOfBlocks() throws IOException {
    for (int from : new int[] {0, 126, 127, 128, 1024 * 127 - 1, 1024 * 127, DATA_BYTES - 1}) {
      for (int length : new int[] {0, 1, 2, 127, 128}) {
        int to = Math.min(DATA_BYTES, from + length);
        assertThat(read(from, to - from)).isEqualTo(Arrays.copyOfRange(data, from, to));
      }
    }
  }

  @Test
  void givesZeros_whenFileEndsBefore() throws IOException {
    byte[] expected = Arrays.copyOfRange(data, DATA_BYTES - 10, DATA_BYTES + 1000);
    assertThat(read(DATA_BYTES - 10, 1010)).isEqualTo(expected);
  }

  @Test
  void fails_whenFileIsGoneOrNotPadded() throws IOException {
    byte[] ones = new byte[Fr32.PADDED_BLOCK];
    Arrays.fill(ones, (byte) 0xff);
    Files.write(file, ones);
    assertThatThrownBy(() -> read(0, 10))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no padded data");
    Files.delete(file);
    assertThatThrownBy(() -> read(0, 10)).isInstanceOf(NoSuchFileException.class);
  }

  private byte[] read(long from, long length) throws IOException {
    try (InputStream stream = new UnpaddedStream(file, from, length)) {
      return stream.readAllBytes();
    }
  }
}
