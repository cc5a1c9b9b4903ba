package io.granary.bridge.retrieval;

import io.granary.protocol.SectorId;
import io.granary.protocol.piece.CommP;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Pieces in memory, and pieces without a copy; counts what is open and what was read. */
final class MemoryPieces implements PieceReader {
  final AtomicInteger open = new AtomicInteger();
  final AtomicLong bytesRead = new AtomicLong();
  private final Map<Commitment, Lookup> pieces = new ConcurrentHashMap<>();

  /** A piece of {@code data} under its own commitment. */
  PieceInfo add(byte[] data) {
    try {
      PieceInfo piece = CommP.of(new ByteArrayInputStream(data));
      put(piece, data, data.length);
      return piece;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A piece whose copy holds {@code stored}, whatever its commitment says, and zeros after it. */
  void put(PieceInfo piece, byte[] stored, long payloadBytes) {
    pieces.put(piece.commP(), new Lookup.Here(new Copy(piece, stored, payloadBytes)));
  }

  void withoutCopy(Commitment commP, String reason) {
    pieces.put(commP, new Lookup.NoCopy(reason));
  }

  /** From now on only the replica of a piece is here; gives what brings its copy back. */
  Runnable seal(PieceInfo piece) {
    Lookup before = find(piece.commP());
    PieceCopy copy = copy(piece);
    pieces.put(piece.commP(), new Lookup.Sealed(piece, copy.payloadBytes(), SectorId.of(1000, 7)));
    return () -> pieces.put(piece.commP(), before);
  }

  @Override
  public Lookup find(Commitment commP) {
    return pieces.getOrDefault(commP, new Lookup.Unknown());
  }

  PieceCopy copy(PieceInfo piece) {
    return ((Lookup.Here) find(piece.commP())).copy();
  }

  private final class Copy implements PieceCopy {
    private final PieceInfo piece;
    private final byte[] stored;
    private final long payloadBytes;

    Copy(PieceInfo piece, byte[] stored, long payloadBytes) {
      this.piece = piece;
      this.stored = stored;
      this.payloadBytes = payloadBytes;
    }

    @Override
    public PieceInfo piece() {
      return piece;
    }

    @Override
    public long payloadBytes() {
      return payloadBytes;
    }

    @Override
    public InputStream open(long offset, long length) {
      open.incrementAndGet();
      byte[] part =
          Arrays.copyOfRange(
              Arrays.copyOf(stored, (int) Math.max(stored.length, offset + length)),
              (int) offset,
              (int) (offset + length));
      return new ByteArrayInputStream(part) {
        @Override
        public synchronized int read(byte[] target, int at, int count) {
          int read = super.read(target, at, count);
          bytesRead.addAndGet(Math.max(0, read));
          return read;
        }

        @Override
        public void close() {
          open.decrementAndGet();
        }
      };
    }
  }
}
