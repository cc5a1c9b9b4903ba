package io.granary.bench;

import com.sun.nio.file.ExtendedOpenOption;
import io.granary.protocol.port.PieceIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Reads blocks out of a CAR as a plain file, one by one, on the caller's thread. */
record PlainBlocks(Path car, List<PieceIndex.Block> blocks) {
  /** Bytes of all blocks, each read to a buffer of its own. */
  long read() throws IOException {
    long bytes = 0;
    try (FileChannel file = FileChannel.open(car, StandardOpenOption.READ)) {
      for (PieceIndex.Block block : blocks) {
        ByteBuffer buffer = ByteBuffer.allocate(block.dataBytes());
        while (buffer.hasRemaining()) {
          if (file.read(buffer, block.dataOffset() + buffer.position()) < 0) {
            throw new IOException("the CAR ends early");
          }
        }
        bytes += buffer.capacity();
      }
    }
    return bytes;
  }

  /** The same past the kernel's pages and its reading ahead, in the sectors around each block. */
  long readDirect() throws IOException {
    int unit = (int) Files.getFileStore(car).getBlockSize();
    long bytes = 0;
    try (FileChannel file =
        FileChannel.open(car, StandardOpenOption.READ, ExtendedOpenOption.DIRECT)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(unit).alignedSlice(unit);
      for (PieceIndex.Block block : blocks) {
        long from = block.dataOffset() / unit * unit;
        long end = block.dataOffset() + block.dataBytes();
        int wanted = (int) ((end - from + unit - 1) / unit * unit);
        if (buffer.capacity() < wanted) {
          buffer = ByteBuffer.allocateDirect(wanted + unit).alignedSlice(unit);
        }
        buffer.clear().limit(wanted);
        while (from + buffer.position() < end) {
          if (file.read(buffer, from + buffer.position()) < 0) {
            throw new IOException("the CAR ends early");
          }
        }
        bytes += block.dataBytes();
      }
    }
    return bytes;
  }
}
