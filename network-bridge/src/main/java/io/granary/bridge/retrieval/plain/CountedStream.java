package io.granary.bridge.retrieval.plain;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Says, when it is closed, how many bytes were read of it. */
final class CountedStream extends FilterInputStream {
  private final LongConsumer whenClosed;
  private long bytes;
  private boolean closed;

  CountedStream(InputStream stream, LongConsumer whenClosed) {
    super(stream);
    this.whenClosed = whenClosed;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    bytes += read < 0 ? 0 : 1;
    return read;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    int read = super.read(target, offset, count);
    bytes += Math.max(0, read);
    return read;
  }

  @Override
  public void close() throws IOException {
    super.close();
    if (!closed) {
      closed = true;
      whenClosed.accept(bytes);
    }
  }
}
