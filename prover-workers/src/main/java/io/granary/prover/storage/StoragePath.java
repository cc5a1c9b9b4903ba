package io.granary.prover.storage;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.files.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attached storage path. Holds a lock on it for as long as it is open, so that no two processes
 * work on one path. Thread-safe.
 */
public final class StoragePath implements AutoCloseable {
  /** The folder of what is ours alone; lotus does not look into it. */
  static final String OWN_FOLDER = ".granary";

  private static final Logger LOG = LoggerFactory.getLogger(StoragePath.class);

  private final Path root;
  private final SectorStore store;
  private final FileChannel lock;

  private StoragePath(Path root, SectorStore store, FileChannel lock) {
    this.root = root;
    this.store = store;
    this.lock = lock;
  }

  /**
   * Makes a new storage path of the folder {@code root}, which is created when absent.
   *
   * @throws StorageException when it is one already
   */
  public static SectorStore create(
      Path root, long weight, boolean canSeal, boolean canStore, long maxStorageBytes) {
    if (Files.exists(root.resolve(SectorStore.FILE_NAME))) {
      throw new StorageException(root + " is a storage path already; attach it as it is");
    }
    SectorStore store =
        new SectorStore(UUID.randomUUID().toString(), weight, canSeal, canStore, maxStorageBytes);
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new StorageException("cannot create storage path " + root, e);
    }
    store.write(root);
    return store;
  }

  /**
   * Attaches the path at {@code root}: reads its {@code sectorstore.json}, makes missing folders,
   * takes its lock and removes the job directories of an earlier process.
   *
   * @throws StorageException when it is no storage path, cannot be written, or is in use
   */
  public static StoragePath open(Path root) {
    SectorStore store = SectorStore.read(root);
    try {
      for (SectorFileType type : SectorFileType.values()) {
        Files.createDirectories(root.resolve(type.folder()));
      }
      Path own = Files.createDirectories(root.resolve(OWN_FOLDER));
      FileChannel lock = lock(own.resolve("lock"), root);
      StoragePath path = new StoragePath(root.toAbsolutePath(), store, lock);
      FileTrees.delete(path.jobs());
      Files.createDirectories(path.jobs());
      Files.createDirectories(path.blobs());
      return path;
    } catch (IOException e) {
      throw new StorageException("cannot use storage path " + root, e);
    }
  }

  private static FileChannel lock(Path file, Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("{} is attached in this JVM already", root, e);
    }
    channel.close();
    throw new StorageException("storage path " + root + " is attached by another process");
  }

  public String id() {
    return store.id();
  }

  public SectorStore store() {
    return store;
  }

  public Path root() {
    return root;
  }

  /** Where a sector's file or cache folder lies, whether it is there or not. */
  public Path file(SectorId sector, SectorFileType type) {
    return root.resolve(type.folder()).resolve(sector.fileName());
  }

  /** Blobs of one sector: records of its sealing. They go when it is finished or removed. */
  Path sectorBlobs(SectorId sector) {
    return blobs().resolve(sector.fileName());
  }

  Path blobs() {
    return root.resolve(OWN_FOLDER).resolve("blobs");
  }

  private Path jobs() {
    return root.resolve(OWN_FOLDER).resolve("jobs");
  }

  /** An empty directory for a run of a job, on this file system; emptied if it was there. */
  public Path jobDirectory(JobId job) {
    Path directory = jobs().resolve(job.value());
    try {
      FileTrees.delete(directory);
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StorageException("cannot make job directory " + directory, e);
    }
  }

  /** Removes a run's directory. */
  public void removeJobDirectory(JobId job) {
    Path directory = jobs().resolve(job.value());
    try {
      FileTrees.delete(directory);
    } catch (IOException e) {
      LOG.warn("cannot remove job directory {}; the next start will", directory, e);
    }
  }

  /** Bytes that may still be written: what the disk has, bounded by MaxStorage. */
  public long freeBytes() {
    try {
      long disk = Files.getFileStore(root).getUsableSpace();
      return store.maxStorageBytes() == 0
          ? disk
          : Math.min(disk, store.maxStorageBytes() - usedBytes());
    } catch (IOException | UncheckedIOException e) {
      throw new StorageException("cannot ask the disk of " + root + " for its free space", e);
    }
  }

  /** Bytes of all files under the path; only asked for where MaxStorage bounds it. */
  private long usedBytes() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** The sectors' files on this path, by type; names that are not a sector's are left out. */
  Map<SectorFileType, List<SectorId>> scan() {
    Map<SectorFileType, List<SectorId>> found = new EnumMap<>(SectorFileType.class);
    for (SectorFileType type : SectorFileType.values()) {
      List<SectorId> sectors = new ArrayList<>();
      try (Stream<Path> entries = Files.list(root.resolve(type.folder()))) {
        entries.forEach(
            entry ->
                SectorFileNames.parse(entry.getFileName().toString())
                    .ifPresentOrElse(sectors::add, () -> LOG.debug("{} is no sector file", entry)));
      } catch (IOException e) {
        throw new StorageException("cannot list " + root.resolve(type.folder()), e);
      }
      found.put(type, sectors);
    }
    return found;
  }

  /** Gives the path free for another process. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("cannot release the lock of storage path {}", root, e);
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
