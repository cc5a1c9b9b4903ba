package io.granary.protocol.port;

import io.granary.protocol.piece.PieceInfo;
import java.io.IOException;
import java.io.InputStream;

/** The data of one piece, without bit padding. Thread-safe. */
public interface PieceCopy {
  /** The piece. */
  PieceInfo piece();

  /** Bytes of data; what follows up to {@link PieceInfo#unpaddedBytes} is zero. */
  long payloadBytes();

  /**
   * Opens the data at {@code offset}. The stream reads no more than it is asked for, with a buffer
   * of fixed size, and ends after {@code length} bytes; a stream that ends before is a fault of the
   * copy and an {@link IOException}. The caller closes it.
   *
   * @param offset from the first byte of the piece
   * @param length together with {@code offset} at most the piece's unpadded size
   * @throws CopyAwayException when it lies on other nodes, and none gives it now; the stream may
   *     throw it too
   * @throws IOException when the copy is gone or cannot be read
   */
  InputStream open(long offset, long length) throws IOException;
}
