package io.granary.bridge.retrieval.plain;

import io.granary.bridge.BridgeOperatorLog;
import io.granary.bridge.retrieval.http.Body;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceCopy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plain copies of pieces that are read often, in a folder of their own that is empty at each start.
 * A plain copy is only another way to read a piece that is here: who asks for one has looked up the
 * piece just before. Disk space counts until nobody reads a copy that was given up, so the bound
 * holds at any time. Thread-safe.
 */
public final class PlainCopies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlainCopies.class);
  private static final String PART = ".part";
  private static final Pattern NAME =
      Pattern.compile("[0-9a-f]{64}-[1-9][0-9]{0,18}\\.plain(\\.part)?");

  /** One copies, one clears away meanwhile. */
  private static final int THREADS = 2;

  private static final long STOP_SECONDS = 5;

  private final PlainCopySettings settings;
  private final Path folder;
  private final Predicate<Commitment> served;
  private final Demand demand;
  private final ScheduledThreadPoolExecutor threads;
  private final AtomicBoolean filling = new AtomicBoolean();

  /** Guarded by this, in the order of their last use. */
  private final Map<Commitment, PlainFile> files = new LinkedHashMap<>(16, 0.75f, true);

  /** On disk or promised; guarded by this. */
  private long bytes;

  /**
   * How it is now.
   *
   * @param bytes of them on disk, with those that are still sent though given up, and of the one
   *     under way
   */
  public record Status(int copies, long bytes, long bytesMax) {}

  /**
   * Empties the folder.
   *
   * @param served whether a piece may still be read; asked every {@code sweepEvery} for each copy
   * @throws IOException when the folder cannot be used, or holds what is not ours
   */
  public static Optional<PlainCopies> open(
      PlainCopySettings settings,
      Predicate<Commitment> served,
      Duration sweepEvery,
      InstantSource clock)
      throws IOException {
    if (settings.folder().isEmpty()) {
      return Optional.empty();
    }
    Path folder = settings.folder().get();
    empty(Files.createDirectories(folder));
    PlainCopies copies = new PlainCopies(settings, folder, served, clock);
    ScheduledFuture<?> unused =
        copies.threads.scheduleWithFixedDelay(
            copies::sweep, sweepEvery.toNanos(), sweepEvery.toNanos(), TimeUnit.NANOSECONDS);
    return Optional.of(copies);
  }

  private PlainCopies(
      PlainCopySettings settings, Path folder, Predicate<Commitment> served, InstantSource clock) {
    this.settings = settings;
    this.folder = folder;
    this.served = served;
    this.demand = new Demand(settings.countedMax(), settings.within(), clock);
    this.threads =
        new ScheduledThreadPoolExecutor(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "plain-copies");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Nothing is deleted before all was looked at. */
  private static void empty(Path folder) throws IOException {
    List<Path> found;
    try (Stream<Path> entries = Files.list(folder)) {
      found = entries.toList();
    }
    for (Path entry : found) {
      if (!Files.isRegularFile(entry) || !NAME.matcher(entry.getFileName().toString()).matches()) {
        throw new IOException(
            "plain-copies.folder: "
                + entry
                + " is no plain copy; name a folder in which nothing else lies");
      }
    }
    for (Path entry : found) {
      Files.delete(entry);
    }
  }

  /** A copy that is read out of the plain one when there is one, and whose reads are counted. */
  public PieceCopy over(PieceCopy copy) {
    return new Over(this, copy);
  }

  private record Over(PlainCopies copies, PieceCopy copy) implements PieceCopy {
    @Override
    public PieceInfo piece() {
      return copy.piece();
    }

    @Override
    public long payloadBytes() {
      return copy.payloadBytes();
    }

    @Override
    public InputStream open(long offset, long length) throws IOException {
      requireWithin(copy.piece(), offset, length);
      Optional<PlainFile> plain = copies.held(copy.piece());
      return plain.isPresent()
          ? new PlainStream(copies, plain.get(), offset, length)
          : new CountedStream(copy.open(offset, length), read -> copies.wasRead(copy, read));
    }
  }

  private static void requireWithin(PieceInfo piece, long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || offset > piece.unpaddedBytes() - length) {
      throw new IOException(
          "bytes " + offset + " + " + length + " are not in " + piece.unpaddedBytes());
    }
  }

  /**
   * A part of a piece out of its plain copy, where there is one.
   *
   * @throws IOException when the part is not within the piece
   */
  public Optional<Body> body(PieceInfo piece, long offset, long length) throws IOException {
    requireWithin(piece, offset, length);
    return held(piece).map(file -> new PlainBody(this, file, offset, length));
  }

  /** The caller releases it. A thread that was interrupted while it read has closed it for all. */
  private Optional<PlainFile> held(PieceInfo piece) {
    PlainFile file;
    synchronized (this) {
      file = files.get(piece.commP());
      if (file == null || !file.piece().equals(piece)) {
        return Optional.empty();
      }
      if (file.channel().isOpen()) {
        return file.hold() ? Optional.of(file) : Optional.empty();
      }
    }
    giveUp(file);
    return Optional.empty();
  }

  /** Clearing away may take long for a large file, and who releases it may be an event loop. */
  void release(PlainFile file) {
    if (!file.release()) {
      return;
    }
    try {
      threads.execute(() -> free(file));
    } catch (RejectedExecutionException e) {
      free(file);
    }
  }

  private void free(PlainFile file) {
    try {
      file.free();
    } catch (IOException e) {
      LOG.warn("{} was given up and does not close", file.path(), e);
    }
    synchronized (this) {
      bytes -= file.bytes();
    }
  }

  /** A piece is served no longer: its plain copy goes. */
  public void giveUp(Commitment commP) {
    Optional<PlainFile> file;
    synchronized (this) {
      file = Optional.ofNullable(files.get(commP));
    }
    file.ifPresent(this::giveUp);
  }

  /** Takes the name and the cache's hold from a file; done twice, it does nothing more. */
  void giveUp(PlainFile file) {
    synchronized (this) {
      if (!files.remove(file.piece().commP(), file)) {
        return;
      }
      unlink(file.path());
    }
    LOG.info("{} is given up", file.path());
    release(file);
  }

  private static void unlink(Path path) {
    try {
      boolean unused = Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted", path, e);
    }
  }

  private void sweep() {
    List<Commitment> all;
    synchronized (this) {
      all = List.copyOf(files.keySet());
    }
    try {
      all.stream().filter(served.negate()).forEach(this::giveUp);
    } catch (RuntimeException e) {
      LOG.warn("whether pieces are still served cannot be told, asked again later", e);
    }
  }

  private void wasRead(PieceCopy copy, long read) {
    long payload = copy.payloadBytes();
    boolean worth = payload > 0 && payload <= settings.bytesMax();
    if (worth
        && demand.read(copy.piece().commP(), read, payload * settings.afterReads())
        && filling.compareAndSet(false, true)) {
      try {
        threads.execute(() -> fill(copy));
      } catch (RejectedExecutionException e) {
        filling.set(false);
      }
    }
  }

  private void fill(PieceCopy copy) {
    Commitment commP = copy.piece().commP();
    try {
      if (!has(commP)) {
        demand.rest(commP);
        make(copy);
        demand.forget(commP);
      }
    } catch (Filling.OtherPieceException e) {
      BridgeOperatorLog.plainCopyDiffers(Cid.commP(commP));
    } catch (IOException | RuntimeException e) {
      LOG.warn("piece {} gets no plain copy for now: {}", Cid.commP(commP), e.toString());
    } finally {
      filling.set(false);
    }
  }

  private synchronized boolean has(Commitment commP) {
    return files.containsKey(commP);
  }

  private void make(PieceCopy copy) throws IOException {
    long wanted = copy.payloadBytes();
    promise(wanted);
    boolean good = false;
    Path path = folder.resolve(name(copy.piece()));
    Path part = path.resolveSibling(path.getFileName() + PART);
    try {
      FileChannel channel = new Filling(copy, part, settings).run();
      try {
        publish(new PlainFile(copy.piece(), path, channel), part);
        good = true;
      } finally {
        if (!good) {
          channel.close();
          unlink(part);
        }
      }
    } finally {
      if (!good) {
        synchronized (this) {
          bytes -= wanted;
        }
      }
    }
    LOG.info("piece {} has a plain copy of {} bytes", Cid.commP(copy.piece().commP()), wanted);
  }

  private static String name(PieceInfo piece) {
    return piece.commP().bytes().toHex() + "-" + piece.paddedBytes() + ".plain";
  }

  private void publish(PlainFile file, Path part) throws IOException {
    if (!served.test(file.piece().commP())) {
      throw new IOException("it is not served any more");
    }
    synchronized (this) {
      Path unused = Files.move(part, file.path(), StandardCopyOption.ATOMIC_MOVE);
      files.put(file.piece().commP(), file);
    }
  }

  /**
   * Makes room: copies that nobody reads go, the one used longest ago first, but none goes in vain.
   *
   * @throws IOException when there is not enough room
   */
  private void promise(long wanted) throws IOException {
    long usable = Files.getFileStore(folder).getUsableSpace();
    for (PlainFile file : leaving(wanted, usable)) {
      if (file.release()) {
        free(file);
      }
    }
    synchronized (this) {
      if (bytes + wanted > settings.bytesMax() || files.size() >= settings.copiesMax()) {
        throw new IOException("no room for " + wanted + " bytes beside those that are being sent");
      }
      bytes += wanted;
    }
  }

  /** Copies that go, no longer found and without a name, still held by the cache. */
  private synchronized List<PlainFile> leaving(long wanted, long usable) throws IOException {
    long lacking =
        Math.max(bytes + wanted - settings.bytesMax(), wanted + settings.freeBytesMin() - usable);
    List<PlainFile> idle = files.values().stream().filter(PlainFile::isIdle).toList();
    if (lacking > idle.stream().mapToLong(PlainFile::bytes).sum()) {
      throw new IOException("no room for " + wanted + " bytes");
    }
    List<PlainFile> leaving = new ArrayList<>();
    for (PlainFile file : idle) {
      if (lacking > 0 || files.size() >= settings.copiesMax()) {
        boolean unused = files.remove(file.piece().commP(), file);
        unlink(file.path());
        leaving.add(file);
        lacking -= file.bytes();
      }
    }
    return leaving;
  }

  /** How it is now. */
  public synchronized Status status() {
    return new Status(files.size(), bytes, settings.bytesMax());
  }

  /** Deletes all plain copies. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a piece is still being copied after {} s", STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<PlainFile> all;
    synchronized (this) {
      all = List.copyOf(files.values());
    }
    all.forEach(this::giveUp);
  }
}
