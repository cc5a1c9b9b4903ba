package io.granary.ops.retrieval;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bit padded bytes of unsealed data. Used by one thread at a time. */
interface PaddedBytes extends Closeable {
  /**
   * Fills {@code buffer}; it is left with room only where the bytes end.
   *
   * @param position of the first byte
   */
  void read(ByteBuffer buffer, long position) throws IOException;

  /** Those of a file here. */
  static PaddedBytes of(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    return new PaddedBytes() {
      @Override
      public void read(ByteBuffer buffer, long position) throws IOException {
        int read = 0;
        for (long at = position; buffer.hasRemaining() && read >= 0; at += read) {
          read = file.read(buffer, at);
        }
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}
