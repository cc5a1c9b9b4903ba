package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Writes a CAR of version 1. The stream stays the caller's, who buffers, flushes and closes it.
 * Used by one thread.
 */
public final class CarWriter {
  private final OutputStream stream;
  private long bytesWritten;

  /** Writes the header. */
  public CarWriter(OutputStream stream, List<Cid> roots) throws IOException {
    this.stream = stream;
    write(new CarHeader(roots).encode());
  }

  /** Writes {@code block} and gives the offset where its section starts. */
  public long write(Block block) throws IOException {
    byte[] data = block.data().toArray();
    return write(block.cid(), data, 0, data.length);
  }

  /** Writes the {@code length} bytes as the block of {@code cid}; gives the section's offset. */
  public long write(Cid cid, byte[] data, int offset, int length) throws IOException {
    long start = bytesWritten;
    write(Varint.encode((long) cid.bytes().length() + length));
    write(cid.bytes());
    stream.write(data, offset, length);
    bytesWritten += length;
    return start;
  }

  private void write(Bytes bytes) throws IOException {
    stream.write(bytes.toArray());
    bytesWritten += bytes.length();
  }

  /** Bytes of the CAR so far. */
  public long bytesWritten() {
    return bytesWritten;
  }
}
