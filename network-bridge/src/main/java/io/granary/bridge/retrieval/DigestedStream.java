package io.granary.bridge.retrieval;

import io.granary.protocol.piece.CommPDigest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Puts every byte that is read into a piece commitment, in order: it skips and goes back never. */
final class DigestedStream extends FilterInputStream {
  private final CommPDigest digest;

  DigestedStream(InputStream stream, CommPDigest digest) {
    super(stream);
    this.digest = digest;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int at, int count) throws IOException {
    int read = super.read(target, at, count);
    if (read > 0) {
      digest.update(target, at, read);
    }
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] passed = new byte[(int) Math.min(Math.max(0, count), CommPDigest.CHUNK_DATA_BYTES)];
    return Math.max(0, read(passed, 0, passed.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
