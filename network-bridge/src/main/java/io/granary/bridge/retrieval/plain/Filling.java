package io.granary.bridge.retrieval.plain;

import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.port.PieceCopy;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * Copies the data of a piece to a file, at no more than a given pace, and compares it with the
 * piece's commitment on the way. Used by one thread.
 */
final class Filling {
  private static final int BUFFER_BYTES = 32 * CommPDigest.CHUNK_DATA_BYTES;
  private static final double NANOS = 1e9;

  private final PieceCopy copy;
  private final Path target;
  private final PlainCopySettings settings;

  /** The bytes read are another piece's than they should be. */
  static final class OtherPieceException extends IOException {
    private static final long serialVersionUID = 1L;

    OtherPieceException(String message) {
      super(message);
    }
  }

  Filling(PieceCopy copy, Path target, PlainCopySettings settings) {
    this.copy = copy;
    this.target = target;
    this.settings = settings;
  }

  /**
   * Copies. When it fails nothing is left of the file.
   *
   * @return the file, for reading and writing, the caller's to close
   * @throws OtherPieceException when the data is not the piece
   * @throws IOException when the data cannot be read, the file not be written, or the disk is full
   */
  FileChannel run() throws IOException {
    FileChannel file =
        FileChannel.open(
            target,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    boolean good = false;
    try {
      fill(file);
      good = true;
      return file;
    } finally {
      if (!good) {
        file.close();
        Files.deleteIfExists(target);
      }
    }
  }

  private void fill(FileChannel file) throws IOException {
    CommPDigest digest = new CommPDigest();
    byte[] buffer = new byte[BUFFER_BYTES];
    long start = System.nanoTime();
    try (InputStream data = copy.open(0, copy.payloadBytes())) {
      while (digest.dataBytes() < copy.payloadBytes()) {
        int read = data.readNBytes(buffer, 0, buffer.length);
        if (read == 0) {
          throw new EOFException(
              digest.dataBytes() + " bytes came, the piece has " + copy.payloadBytes());
        }
        digest.update(buffer, 0, read);
        write(file, ByteBuffer.wrap(buffer, 0, read));
        keepPace(start, digest.dataBytes());
      }
    }
    if (!digest.finish(copy.piece().paddedBytes()).equals(copy.piece())) {
      throw new OtherPieceException("other bytes than the piece");
    }
  }

  private void write(FileChannel file, ByteBuffer data) throws IOException {
    if (Files.getFileStore(target).getUsableSpace() - data.remaining() < settings.freeBytesMin()) {
      throw new IOException("the file system has only free-bytes-min left");
    }
    while (data.hasRemaining()) {
      int unused = file.write(data);
    }
  }

  private void keepPace(long startNanos, long bytes) throws InterruptedIOException {
    long rate = settings.fillBytesPerSecondMax();
    if (rate == 0) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep((long) (bytes * NANOS / rate) - (System.nanoTime() - startNanos));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("copying a piece").initCause(e);
    }
  }
}
