package io.granary.ops.retrieval;

import io.granary.ops.retrieval.FarFiles.FarFile;
import io.granary.protocol.piece.Fr32;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.CopyAwayException;
import io.granary.protocol.port.PieceCopy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A piece in unsealed files of other nodes, read window by window. A window that one node does not
 * give is taken from the next: all hold the same bytes.
 *
 * @param places at least one
 */
record FarCopy(PieceInfo piece, long payloadBytes, List<Place> places, FarFiles files)
    implements PieceCopy {
  /** Read by one request, and held by an open stream; less where less was asked for. */
  static final int WINDOW_BYTES = 512 << 10;

  /**
   * Where the piece lies.
   *
   * @param sectorOffset unpadded bytes from the start of the sector, where a block begins
   */
  record Place(FarFile file, long sectorOffset) {
    Place {
      if (sectorOffset % Fr32.UNPADDED_BLOCK != 0) {
        throw new IllegalArgumentException("no piece begins at " + sectorOffset);
      }
    }
  }

  FarCopy {
    places = List.copyOf(places);
  }

  /** Each place as a copy of its own, so that what one node has wrong is held against it alone. */
  List<PieceCopy> apart() {
    return places.stream()
        .<PieceCopy>map(place -> new FarCopy(piece, payloadBytes, List.of(place), files))
        .toList();
  }

  @Override
  public InputStream open(long offset, long length) throws IOException {
    PieceRange.requireWithin(piece, offset, length);
    long end =
        length == 0 ? 0 : ((offset + length - 1) / Fr32.UNPADDED_BLOCK + 1) * Fr32.PADDED_BLOCK;
    return new UnpaddedStream(new Windows(end), "piece " + piece.commP(), offset, length);
  }

  /** Positions are from the start of the piece. */
  private final class Windows implements PaddedBytes {
    private final long end;
    private byte[] window = new byte[0];
    private long start;
    private int there;

    /** The place that gave the last window. */
    private int current;

    Windows(long end) {
      this.end = end;
    }

    @Override
    public void read(ByteBuffer buffer, long position) throws IOException {
      long at = position;
      while (buffer.hasRemaining() && at < end) {
        if (at < start || at >= start + there) {
          fetch(at);
        }
        int count = (int) Math.min(buffer.remaining(), start + there - at);
        buffer.put(window, (int) (at - start), count);
        at += count;
      }
    }

    private void fetch(long at) throws IOException {
      int wanted = (int) Math.min(WINDOW_BYTES, end - at);
      if (window.length < wanted) {
        window = new byte[wanted];
      }
      there = 0;
      IOException failure = new IOException("no node holds it");
      for (int tried = 0; tried < places.size(); tried++) {
        try {
          fetch(places.get(current), at, wanted);
          start = at;
          there = wanted;
          return;
        } catch (IOException e) {
          e.addSuppressed(failure);
          failure = e;
          current = (current + 1) % places.size();
        }
      }
      throw new CopyAwayException("no node that holds the piece gives its bytes now", failure);
    }

    /** Where the file ends before, zeros follow, as in a sparse file. */
    private void fetch(Place place, long at, int wanted) throws IOException {
      long position = place.sectorOffset() / Fr32.UNPADDED_BLOCK * Fr32.PADDED_BLOCK + at;
      int length = (int) Math.max(0, Math.min(wanted, place.file().bytes() - position));
      if (length > 0) {
        files.read(place.file(), position, window, length);
      }
      Arrays.fill(window, length, wanted, (byte) 0);
    }

    @Override
    public void close() {
      window = new byte[0];
      there = 0;
    }
  }
}
