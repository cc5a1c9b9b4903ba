package io.granary.ops.retrieval;

import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceCopy;
import io.granary.prover.files.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decoded pieces as files of their data, in a folder of its own. What is there and what is promised
 * to pieces under way stays within a bound; to make room, those read longest ago go, but none that
 * is open or was read just now. A file gets its name after its bytes were compared with the piece's
 * commitment, and a piece's name says what its bytes are, so what an earlier process left is served
 * as it is. Thread-safe.
 */
final class PieceCache {
  private static final Logger LOG = LoggerFactory.getLogger(PieceCache.class);
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}-[1-9][0-9]{0,18}");
  private static final String PART = ".part";
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path folder;
  private final Bounds bounds;
  private final InstantSource clock;

  /** Guarded by this, as are the sums. */
  private final Map<String, Entry> entries = new HashMap<>();

  private long bytes;
  private long promised;

  /**
   * What the cache may take.
   *
   * @param bytesMax of all pieces
   * @param freeBytesMin left on the file system
   * @param keptMin a piece read in this time stays
   */
  record Bounds(long bytesMax, long freeBytesMin, Duration keptMin) {}

  private static final class Entry {
    private final Path file;
    private final long length;
    private Instant used;
    private int open;

    Entry(Path file, long length, Instant used) {
      this.file = file;
      this.length = length;
      this.used = used;
    }
  }

  /**
   * Takes over what an earlier process left, as much as is within the bound; what it did not finish
   * is deleted.
   *
   * @throws IOException when the folder cannot be made, read or written
   */
  static PieceCache open(Path folder, Bounds bounds, InstantSource clock) throws IOException {
    PieceCache cache = new PieceCache(Files.createDirectories(folder), bounds, clock);
    cache.takeOver();
    return cache;
  }

  private PieceCache(Path folder, Bounds bounds, InstantSource clock) {
    this.folder = folder;
    this.bounds = bounds;
    this.clock = clock;
  }

  private synchronized void takeOver() throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.list(folder)) {
      found = files.filter(Files::isRegularFile).toList();
    }
    for (Path file : found) {
      String name = file.getFileName().toString();
      if (name.endsWith(PART)) {
        Files.delete(file);
      } else if (NAME.matcher(name).matches()) {
        Entry entry =
            new Entry(file, Files.size(file), Files.getLastModifiedTime(file).toInstant());
        entries.put(name, entry);
        bytes += entry.length;
      } else {
        LOG.warn("{} is no piece; it is left alone, and counted by nobody", file);
      }
    }
    for (Entry entry : oldestFirst()) {
      if (bytes > bounds.bytesMax()) {
        delete(entry);
      }
    }
  }

  /** A piece that is here; counts as a use of it. */
  synchronized Optional<PieceCopy> find(PieceInfo piece, long payloadBytes) {
    Entry entry = entries.get(name(piece));
    if (entry == null) {
      return Optional.empty();
    }
    use(entry);
    return Optional.of(new Copy(piece, payloadBytes, entry));
  }

  /** The same, without counting as a use. */
  synchronized Optional<PieceCopy> peek(PieceInfo piece, long payloadBytes) {
    return Optional.ofNullable(entries.get(name(piece)))
        .map(entry -> new Copy(piece, payloadBytes, entry));
  }

  /** For the next process, the file says when it was used. */
  private void use(Entry entry) {
    Instant now = clock.instant();
    Instant before = entry.used;
    entry.used = now;
    if (before.plus(bounds.keptMin()).isBefore(now)) {
      try {
        Files.setLastModifiedTime(entry.file, FileTime.from(now));
      } catch (IOException e) {
        LOG.warn("{} cannot be marked as used", entry.file, e);
      }
    }
  }

  /**
   * Makes room for a piece.
   *
   * @return empty when there is none, because the piece is larger than the cache, others are in
   *     use, or the disk is full
   * @throws IOException when the folder cannot be asked or a file not be deleted
   */
  synchronized Optional<Room> promise(PieceInfo piece, long payloadBytes) throws IOException {
    long usable = Files.getFileStore(folder).getUsableSpace();
    long wanted = promised + payloadBytes;
    long lacking =
        Math.max(bytes + wanted - bounds.bytesMax(), wanted + bounds.freeBytesMin() - usable);
    List<Entry> going = new ArrayList<>();
    for (Entry entry : oldestFirst()) {
      if (lacking > 0 && isIdle(entry)) {
        going.add(entry);
        lacking -= entry.length;
      }
    }
    if (lacking > 0) {
      return Optional.empty();
    }
    for (Entry entry : going) {
      delete(entry);
    }
    promised += payloadBytes;
    return Optional.of(new Room(piece, payloadBytes));
  }

  /** Deletes a piece, whose bytes turned out to be others; open streams end as they can. */
  synchronized void discard(PieceInfo piece) throws IOException {
    Entry entry = entries.get(name(piece));
    if (entry != null) {
      delete(entry);
    }
  }

  private boolean isIdle(Entry entry) {
    return entry.open == 0 && !entry.used.plus(bounds.keptMin()).isAfter(clock.instant());
  }

  private List<Entry> oldestFirst() {
    return entries.values().stream()
        .sorted(Comparator.comparing((Entry entry) -> entry.used))
        .toList();
  }

  private void delete(Entry entry) throws IOException {
    Files.deleteIfExists(entry.file);
    entries.remove(entry.file.getFileName().toString());
    bytes -= entry.length;
    LOG.info("{} is deleted from the decoded pieces", entry.file);
  }

  /** Bytes of the pieces here. */
  synchronized long bytes() {
    return bytes;
  }

  private static String name(PieceInfo piece) {
    return piece.commP().bytes().toHex() + "-" + piece.paddedBytes();
  }

  /** Room for one piece, until it is closed. Used by one thread at a time. */
  final class Room implements AutoCloseable {
    private final PieceInfo piece;
    private final long payloadBytes;
    private boolean closed;

    private Room(PieceInfo piece, long payloadBytes) {
      this.piece = piece;
      this.payloadBytes = payloadBytes;
    }

    /**
     * Takes the piece from {@code data} and closes the room.
     *
     * @throws IOException when it cannot be read or written, or is another piece
     */
    void fill(InputStream data) throws IOException {
      Path part = folder.resolve(name(piece) + PART);
      try {
        PieceInfo found = copy(data, part);
        if (!found.equals(piece)) {
          throw new IOException(
              "the decoded bytes have commitment " + found.commP() + ", not " + piece.commP());
        }
        DurableFiles.sync(part); // Takes long for a large piece; who reads others need not wait.
        synchronized (PieceCache.this) {
          Path file = folder.resolve(name(piece));
          DurableFiles.publish(/* file= */ part, /* target= */ file);
          Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
          Entry before = entries.put(name(piece), new Entry(file, payloadBytes, clock.instant()));
          bytes += payloadBytes - (before == null ? 0 : before.length);
          close();
        }
      } finally {
        Files.deleteIfExists(part);
        close();
      }
    }

    private PieceInfo copy(InputStream data, Path part) throws IOException {
      CommPDigest digest = new CommPDigest();
      byte[] buffer = new byte[BUFFER_BYTES];
      try (OutputStream out = Files.newOutputStream(part)) {
        int read = data.read(buffer);
        while (read >= 0) {
          if (digest.dataBytes() + read > payloadBytes) {
            throw new IOException("more than the " + payloadBytes + " bytes of the piece came");
          }
          digest.update(buffer, 0, read);
          out.write(buffer, 0, read);
          read = data.read(buffer);
        }
      }
      if (digest.dataBytes() != payloadBytes) {
        throw new IOException(digest.dataBytes() + " bytes came, the piece has " + payloadBytes);
      }
      return digest.finish(piece.paddedBytes());
    }

    /** Gives the room back; done twice, it does nothing more. */
    @Override
    public void close() {
      synchronized (PieceCache.this) {
        if (!closed) {
          closed = true;
          promised -= payloadBytes;
        }
      }
    }
  }

  private InputStream open(Entry entry, long offset, long length) throws IOException {
    synchronized (this) {
      if (entries.get(entry.file.getFileName().toString()) != entry) {
        throw new IOException(entry.file + " was deleted to make room; ask again");
      }
      entry.open++;
      use(entry);
    }
    try {
      return new CachedStream(entry.file, entry.length, offset, length, () -> closed(entry));
    } catch (IOException e) {
      closed(entry);
      throw e;
    }
  }

  private synchronized void closed(Entry entry) {
    entry.open--;
    use(entry);
  }

  private final class Copy implements PieceCopy {
    private final PieceInfo piece;
    private final long payloadBytes;
    private final Entry entry;

    Copy(PieceInfo piece, long payloadBytes, Entry entry) {
      this.piece = piece;
      this.payloadBytes = payloadBytes;
      this.entry = entry;
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
    public InputStream open(long offset, long length) throws IOException {
      PieceRange.requireWithin(piece, offset, length);
      return PieceCache.this.open(entry, offset, length);
    }
  }
}
