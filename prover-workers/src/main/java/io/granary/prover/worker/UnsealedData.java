package io.granary.prover.worker;

import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.Fr32;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/** Reads bit-padded data back, and checks it against its commitment in the same pass. */
final class UnsealedData {
  private static final int BUFFER_BLOCKS = 8192;

  private UnsealedData() {}

  /** Takes data as it is read. */
  @FunctionalInterface
  interface Sink {
    /** {@code length} bytes of {@code data} that lie at {@code offset} of the whole. */
    void take(byte[] data, int length, long offset) throws IOException;
  }

  /**
   * The commitment of {@code paddedBytes} padded bytes; where {@code in} ends before, zeros follow.
   * Empty when the bytes are no padded data.
   */
  static Optional<Commitment> commitment(InputStream in, long paddedBytes) throws IOException {
    return read(in, paddedBytes, (data, length, offset) -> {});
  }

  /** As {@link #commitment}, handing the data to {@code sink} on the way. */
  static Optional<Commitment> read(InputStream in, long paddedBytes, Sink sink) throws IOException {
    CommPDigest digest = new CommPDigest();
    byte[] elements = new byte[BUFFER_BLOCKS * Fr32.PADDED_BLOCK];
    byte[] data = new byte[BUFFER_BLOCKS * Fr32.UNPADDED_BLOCK];
    long at = 0;
    while (at < paddedBytes) {
      int wanted = (int) Math.min(elements.length, paddedBytes - at);
      int read = in.readNBytes(elements, 0, wanted);
      Arrays.fill(elements, read, wanted, (byte) 0);
      int blocks = wanted / Fr32.PADDED_BLOCK;
      try {
        Fr32.unpad(elements, 0, data, 0, blocks);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
      int length = blocks * Fr32.UNPADDED_BLOCK;
      digest.update(data, 0, length);
      sink.take(data, length, at / Fr32.PADDED_BLOCK * Fr32.UNPADDED_BLOCK);
      at += wanted;
    }
    return Optional.of(digest.finish(paddedBytes).commP());
  }

  /** A sink that writes bytes {@code offset} to {@code offset + length} of the whole. */
  static Sink range(OutputStream out, long offset, long length) {
    return (data, count, at) -> {
      long from = Math.max(offset, at);
      long to = Math.min(offset + length, at + count);
      if (from < to) {
        out.write(data, (int) (from - at), (int) (to - from));
      }
    };
  }
}
