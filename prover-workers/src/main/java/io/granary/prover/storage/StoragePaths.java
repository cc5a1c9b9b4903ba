package io.granary.prover.storage;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.FileLocation;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.files.FileTrees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All storage paths of a node and what lies on them. Thread-safe. The index is a cache of the
 * disks: it is made by a scan when a path is attached and kept by {@link #declare} and {@link
 * #remove}.
 */
public final class StoragePaths implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoragePaths.class);

  private final long reservedBytes;
  private final Optional<SharedStaging> sharedStaging;
  private final List<StoragePath> paths = new CopyOnWriteArrayList<>();
  private final Map<SectorId, Map<SectorFileType, StoragePath>> index = new ConcurrentHashMap<>();
  private final Map<StoragePath, Long> promised = new HashMap<>();
  private final List<BiConsumer<SectorId, Boolean>> listeners = new CopyOnWriteArrayList<>();

  /**
   * Attaches the configured paths.
   *
   * @throws StorageException when one cannot be used, or the shared staging
   */
  public static StoragePaths open(ProverWorkersSettings.Storage settings) {
    StoragePaths all =
        new StoragePaths(
            settings.reservedBytes(), settings.sharedStaging().map(SharedStaging::open));
    try {
      settings.paths().forEach(all::attach);
      return all;
    } catch (StorageException e) {
      all.close();
      throw e;
    }
  }

  private StoragePaths(long reservedBytes, Optional<SharedStaging> sharedStaging) {
    this.reservedBytes = reservedBytes;
    this.sharedStaging = sharedStaging;
  }

  /**
   * Attaches the path at {@code root} and scans it.
   *
   * @throws StorageException when it cannot be used, or its id is attached already
   */
  public StoragePath attach(Path root) {
    StoragePath path = StoragePath.open(root);
    synchronized (this) {
      if (find(path.id()).isPresent()) {
        path.close();
        throw new StorageException("storage path " + path.id() + " is attached already: " + root);
      }
      paths.add(path);
    }
    path.scan().forEach((type, sectors) -> sectors.forEach(s -> declare(s, type, path)));
    LOG.info("attached storage path {} at {}", path.id(), root);
    return path;
  }

  /** The attached paths. */
  public List<StoragePath> paths() {
    return List.copyOf(paths);
  }

  /** The attached path of an id. */
  public Optional<StoragePath> find(String storageId) {
    return paths.stream().filter(path -> path.id().equals(storageId)).findFirst();
  }

  /**
   * The path for what is kept beside sectors: one for sealing, which is as a rule a local disk and
   * not a mount that may hang; always the same one. Empty when there is no path.
   */
  public Optional<StoragePath> home() {
    return paths.stream()
        .max(
            Comparator.comparing((StoragePath path) -> path.store().canSeal())
                .thenComparingLong(path -> path.store().weight())
                .thenComparing(StoragePath::id));
  }

  /** The staging that this node has in common with others. */
  public Optional<SharedStaging> sharedStaging() {
    return sharedStaging;
  }

  /**
   * Under which folder of this node the deals' data lies that is staged on {@code storageId}: a
   * storage path, or the shared staging.
   */
  public Optional<Path> stagingRoot(String storageId) {
    return find(storageId)
        .map(StoragePath::root)
        .or(
            () ->
                sharedStaging
                    .filter(shared -> shared.id().equals(storageId))
                    .map(SharedStaging::root));
  }

  /** The path that holds a sector's file. */
  public Optional<StoragePath> find(SectorId sector, SectorFileType type) {
    return Optional.ofNullable(index.getOrDefault(sector, Map.of()).get(type));
  }

  /** Every file of a sector that is here. */
  public List<FileLocation> locations(SectorId sector) {
    return index.getOrDefault(sector, Map.of()).entrySet().stream()
        .map(entry -> new FileLocation(entry.getValue().id(), entry.getKey()))
        .sorted(Comparator.comparing(FileLocation::type))
        .toList();
  }

  /** Every sector that has a file here. */
  public Set<SectorId> sectors() {
    return new TreeSet<>(index.keySet());
  }

  /**
   * Hears of sectors that come (true) and go (false), on the thread that changes the index.
   *
   * @return ends the listening
   */
  public Runnable listen(BiConsumer<SectorId, Boolean> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Records that a sector's file now lies on {@code path}. */
  public void declare(SectorId sector, SectorFileType type, StoragePath path) {
    Map<SectorFileType, StoragePath> files = new ConcurrentHashMap<>();
    Map<SectorFileType, StoragePath> before = index.putIfAbsent(sector, files);
    StoragePath other = (before == null ? files : before).putIfAbsent(type, path);
    if (other != null && !other.equals(path)) {
      LOG.warn(
          "sector {} has its {} file on {} and on {}; the first is used",
          sector,
          type.folder(),
          other,
          path);
    }
    if (before == null) {
      listeners.forEach(listener -> listener.accept(sector, true));
    }
  }

  /**
   * The path where {@code sector} is or should be sealed: the one that holds any of its files, else
   * the one with the most weighted free space for {@code bytes} more.
   *
   * @throws StorageException when no path that may seal has the space
   */
  public synchronized StoragePath allocate(SectorId sector, long bytes) {
    Map<SectorFileType, StoragePath> files = index.getOrDefault(sector, Map.of());
    for (SectorFileType type :
        EnumSet.of(SectorFileType.CACHE, SectorFileType.UNSEALED, SectorFileType.SEALED)) {
      StoragePath holder = files.get(type);
      if (holder != null && holder.store().canSeal()) {
        return holder;
      }
    }
    return paths.stream()
        .filter(path -> path.store().canSeal() && available(path) >= bytes)
        .max(Comparator.comparingDouble(StoragePaths.this::appeal))
        .orElseThrow(
            () ->
                new StorageException(
                    "no storage path that may seal has "
                        + bytes
                        + " bytes free for sector "
                        + sector
                        + " beside the "
                        + reservedBytes
                        + " kept free: "
                        + paths.stream()
                            .map(
                                p ->
                                    p
                                        + " (CanSeal "
                                        + p.store().canSeal()
                                        + ", free "
                                        + p.freeBytes()
                                        + ")")
                            .toList()));
  }

  /** Sets bytes aside on a path for a running job, so that two jobs do not count on the same. */
  public synchronized Promise promise(StoragePath path, long bytes) {
    if (available(path) < bytes) {
      throw new StorageException(
          "storage path "
              + path
              + " has "
              + available(path)
              + " bytes free beside what is kept and promised, "
              + bytes
              + " are needed");
    }
    promised.merge(path, bytes, Long::sum);
    return new Promise(path, bytes);
  }

  /** Bytes set aside until closed. */
  public final class Promise implements AutoCloseable {
    private final StoragePath path;
    private final long bytes;

    private Promise(StoragePath path, long bytes) {
      this.path = path;
      this.bytes = bytes;
    }

    @Override
    public void close() {
      synchronized (StoragePaths.this) {
        promised.merge(path, -bytes, Long::sum);
      }
    }
  }

  private long available(StoragePath path) {
    return path.freeBytes() - reservedBytes - Objects.requireNonNullElse(promised.get(path), 0L);
  }

  private double appeal(StoragePath path) {
    return (double) available(path) * path.store().weight();
  }

  /**
   * Deletes one file of a sector from every path; done twice, it does nothing more. Who has it open
   * reads on.
   */
  public void remove(SectorId sector, SectorFileType type) {
    for (StoragePath path : paths) {
      try {
        FileTrees.delete(path.file(sector, type));
      } catch (IOException e) {
        throw new StorageException(
            "cannot delete the " + type.folder() + " file of " + sector + " on " + path, e);
      }
    }
    boolean[] gone = new boolean[1];
    index.computeIfPresent(
        sector,
        (known, files) -> {
          gone[0] = files.remove(type) != null && files.isEmpty();
          return files.isEmpty() ? null : files;
        });
    if (gone[0]) {
      listeners.forEach(listener -> listener.accept(sector, false));
    }
  }

  /** Deletes every file of a sector from every path; done twice, it does nothing more. */
  public void remove(SectorId sector) {
    for (StoragePath path : paths) {
      try {
        for (SectorFileType type : SectorFileType.values()) {
          FileTrees.delete(path.file(sector, type));
        }
        FileTrees.delete(path.sectorBlobs(sector));
      } catch (IOException e) {
        throw new StorageException("cannot delete the files of " + sector + " on " + path, e);
      }
    }
    if (index.remove(sector) != null) {
      listeners.forEach(listener -> listener.accept(sector, false));
    }
  }

  /** Gives every path free. */
  @Override
  public void close() {
    paths.forEach(StoragePath::close);
  }
}
