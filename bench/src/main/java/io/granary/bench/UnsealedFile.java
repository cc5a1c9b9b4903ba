package io.granary.bench;

import io.granary.ops.retrieval.UnpaddedStream;
import io.granary.protocol.piece.CommP;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.Fr32;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** One piece at the start of an unsealed sector's file, as a node keeps it. */
record UnsealedFile(PieceInfo piece, Path sector, long payloadBytes)
    implements PieceReader, PieceCopy {
  /** Writes the bit padded form of {@code data} to {@code sector}. */
  static UnsealedFile of(Path data, Path sector) throws IOException {
    long bytes = Files.size(data);
    long blocks = (bytes + Fr32.UNPADDED_BLOCK - 1) / Fr32.UNPADDED_BLOCK;
    try (InputStream in = Files.newInputStream(data);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(sector), 1 << 20)) {
      Fr32.pad(in, out, blocks * Fr32.PADDED_BLOCK);
    }
    try (InputStream in = Files.newInputStream(data)) {
      return new UnsealedFile(CommP.of(in), sector, bytes);
    }
  }

  @Override
  public Lookup find(Commitment commP) {
    return commP.equals(piece.commP()) ? new Lookup.Here(this) : new Lookup.Unknown();
  }

  @Override
  public InputStream open(long offset, long length) throws IOException {
    return new UnpaddedStream(sector, offset, length);
  }
}
