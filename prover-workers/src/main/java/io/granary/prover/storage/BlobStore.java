package io.granary.prover.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.files.DurableFiles;
import io.granary.prover.files.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
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
 * Large bytes kept beside messages, under {@code .granary/blobs} of a storage path:
 *
 * <ul>
 *   <li>{@code s-t01000-1/} what the sealing of a sector leaves: PC1 and C1 records
 *   <li>{@code post/t01000/d3-p0/<job>/} vanilla proofs of one run of a partition
 *   <li>{@code unsealed/} recovered bytes, until who asked deletes them
 *   <li>{@code copies/<storage id>/post/…} second copies of other nodes' vanilla proofs
 * </ul>
 *
 * A blob is published by rename: one that exists is whole.
 */
public final class BlobStore {
  private static final Logger LOG = LoggerFactory.getLogger(BlobStore.class);

  private static final String PREFIX = StoragePath.OWN_FOLDER + "/blobs/";
  private static final Pattern STORAGE_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** Names of vanilla proofs, below the blobs' folder. */
  private static final Pattern VANILLA =
      Pattern.compile("post/t0\\d{1,19}/d\\d{1,10}-p\\d{1,10}/[0-9a-f]{32}/\\d{1,19}\\.vanilla");

  /** Names of C1 records, below the blobs' folder. */
  private static final Pattern COMMIT1 =
      Pattern.compile("s-t0\\d{1,19}-\\d{1,19}/c1-[0-9a-f]{64}\\.json");

  private static final String UNSEALED = "unsealed";

  /** Names of recovered bytes, below the blobs' folder. */
  private static final Pattern RECOVERED = Pattern.compile(UNSEALED + "/[0-9a-f]{64}");

  private static final String STAGING = "deal-staging";

  /** Names of deals' data that waits for its sector, below the root of a storage path. */
  private static final Pattern STAGED =
      Pattern.compile(
          STAGING
              + "/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\\.[0-9a-f]{16}-[0-9]{1,19})?\\.data");

  private final StoragePaths paths;

  public BlobStore(StoragePaths paths) {
    this.paths = paths;
  }

  /** The folder of a sector's sealing records, made when absent. */
  public Path sectorFolder(StoragePath path, SectorId sector) {
    return folder(path.sectorBlobs(sector));
  }

  /** The folder of one run's vanilla proofs, made when absent. */
  public Path vanillaFolder(
      StoragePath path, ActorId miner, long deadline, long partition, JobId job) {
    return folder(
        partitionFolder(path, miner, deadline, partition).resolve(job.value().substring(0, 32)));
  }

  /** Where {@code job} leaves recovered bytes. */
  public Path unsealedFile(StoragePath path, JobId job) {
    return folder(path.blobs().resolve(UNSEALED)).resolve(job.value());
  }

  /**
   * Deletes recovered bytes, and receipts of them, that have lain there since before {@code limit}:
   * who asked for them died before he deleted them. A file that cannot be deleted is left.
   *
   * @return files deleted
   */
  public int sweepUnsealed(StoragePath path, Instant limit) {
    Path folder = path.blobs().resolve(UNSEALED);
    int deleted = 0;
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path file : entries.filter(each -> Files.isRegularFile(each, NOFOLLOW_LINKS)).toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)
            && Files.deleteIfExists(file)) {
          deleted++;
        }
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} has no recovered bytes yet", folder, e);
    } catch (IOException e) {
      LOG.warn("cannot remove old recovered bytes under {}", folder, e);
    }
    return deleted;
  }

  private static Path partitionFolder(
      StoragePath path, ActorId miner, long deadline, long partition) {
    return path.blobs()
        .resolve("post")
        .resolve("t0" + miner.value())
        .resolve("d" + deadline + "-p" + partition);
  }

  private static Path folder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new StorageException("cannot make " + folder, e);
    }
  }

  /** Deletes all runs of a partition but the newest {@code kept}. */
  public void pruneVanilla(
      StoragePath path, ActorId miner, long deadline, long partition, int kept) {
    prune(partitionFolder(path, miner, deadline, partition), kept);
  }

  private static void prune(Path folder, int kept) {
    Map<Path, FileTime> runs = new HashMap<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path run : entries.toList()) {
        runs.put(run, Files.getLastModifiedTime(run));
      }
      List<Path> newestFirst = new ArrayList<>(runs.keySet());
      newestFirst.sort(Comparator.comparing((Path run) -> runs.get(run)).reversed());
      for (Path run : newestFirst.subList(Math.min(kept, newestFirst.size()), newestFirst.size())) {
        FileTrees.delete(run);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} has no runs yet", folder, e);
    } catch (IOException e) {
      LOG.warn("cannot remove old vanilla proofs under {}", folder, e);
    }
  }

  /** Deletes a sector's sealing records. */
  public void removeSectorFolder(StoragePath path, SectorId sector) {
    try {
      FileTrees.delete(path.sectorBlobs(sector));
    } catch (IOException e) {
      throw new StorageException("cannot delete " + path.sectorBlobs(sector), e);
    }
  }

  /** Names a published file, reading it through for its sha256. */
  public BlobRef describe(StoragePath path, Path file) throws IOException {
    return new BlobRef(
        path.id(), relative(path, file), Files.size(file), DurableFiles.sha256(file));
  }

  /** The path of {@code file} as a {@link BlobRef} has it. */
  public static String relative(StoragePath path, Path file) {
    return path.root().relativize(file).toString();
  }

  /**
   * The file of a blob when it is here and has the right length and sha256.
   *
   * @throws StorageException when the path is not under the storage path's blobs
   */
  public Optional<Path> find(BlobRef blob) {
    Optional<Path> file = locate(blob);
    try {
      return file.isPresent()
              && Files.isRegularFile(file.get())
              && Files.size(file.get()) == blob.length()
              && DurableFiles.sha256(file.get()).equals(blob.sha256())
          ? file
          : Optional.empty();
    } catch (IOException e) {
      throw new StorageException("cannot read blob " + file.get(), e);
    }
  }

  /**
   * A deal's data on a storage path of this node, or in the staging it shares. Whatever is named
   * otherwise, is a link or leads out of the path, is not there.
   */
  public Optional<Path> staged(String storageId, String path) {
    return STAGED.matcher(path).matches()
        ? paths
            .stagingRoot(storageId)
            .flatMap(root -> within(root.resolve(STAGING), root.resolve(path)))
        : Optional.empty();
  }

  /**
   * The file that another node may have for a name it sends: a vanilla proof, a C1 record, or a
   * copy of one, recovered bytes, a sector's unsealed file, a deal's data. Whatever is not named
   * exactly as one, is a link or leads out of the path, is not there.
   */
  public Optional<Path> served(String storageId, String path) {
    if (!path.startsWith(PREFIX)) {
      return unsealedSector(storageId, path).or(() -> staged(storageId, path));
    }
    String name = path.substring(PREFIX.length());
    boolean known =
        VANILLA.matcher(name).matches()
            || COMMIT1.matcher(name).matches()
            || RECOVERED.matcher(name).matches();
    if (!known || !STORAGE_ID.matcher(storageId).matches()) {
      return Optional.empty();
    }
    Optional<StoragePath> own = paths.find(storageId);
    return own.isPresent()
        ? within(own.get().blobs(), own.get().blobs().resolve(name))
        : copied(storageId, name);
  }

  private Optional<Path> unsealedSector(String storageId, String path) {
    String folder = SectorFileType.UNSEALED.folder() + "/";
    if (!path.startsWith(folder)
        || SectorFileNames.parse(path.substring(folder.length())).isEmpty()) {
      return Optional.empty();
    }
    return paths
        .find(storageId)
        .flatMap(own -> within(own.root().resolve(folder), own.root().resolve(path)));
  }

  /** The sectors of which this node has files that it serves, or replicas, behind {@code after}. */
  public HeldSectors heldSectors(Optional<SectorId> after, int max) {
    return HeldSectors.list(paths, after, max, NOFOLLOW_LINKS);
  }

  /** The storage paths here. */
  public List<String> storageIds() {
    return paths.paths().stream().map(StoragePath::id).toList();
  }

  private Optional<Path> copied(String storageId, String name) {
    return paths.paths().stream()
        .map(path -> within(path.blobs(), copies(path, storageId).resolve(name)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Path copies(StoragePath path, String storageId) {
    return path.blobs().resolve("copies").resolve(storageId);
  }

  private static Optional<Path> within(Path blobs, Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
              && file.toRealPath().startsWith(blobs.toRealPath())
          ? Optional.of(file)
          : Optional.empty();
    } catch (IOException e) {
      throw new StorageException("cannot look at blob " + file, e);
    }
  }

  /**
   * Refuses a blob of which this node keeps no copy.
   *
   * @throws IllegalArgumentException unless it is a vanilla proof of another node
   */
  public void requireCopyable(BlobRef blob) {
    if (!STORAGE_ID.matcher(blob.storageId()).matches()
        || paths.find(blob.storageId()).isPresent()
        || !blob.path().startsWith(PREFIX)
        || !VANILLA.matcher(blob.path().substring(PREFIX.length())).matches()) {
      throw new IllegalArgumentException(
          "no copy is kept of " + blob.path() + " of storage path " + blob.storageId());
    }
  }

  /**
   * Where the copy of another node's vanilla proof belongs, its folder made; of its partition only
   * {@code kept} runs are left.
   *
   * @throws IllegalArgumentException unless it is a vanilla proof of another node
   * @throws StorageException when this node has no storage path
   */
  public Path copy(BlobRef blob, int kept) {
    requireCopyable(blob);
    StoragePath home =
        paths.home().orElseThrow(() -> new StorageException("this node has no storage path"));
    Path file = copies(home, blob.storageId()).resolve(blob.path().substring(PREFIX.length()));
    Path run = file.resolveSibling("");
    if (!Files.isDirectory(run)) {
      folder(run);
      prune(run.resolveSibling(""), kept);
    }
    return file;
  }

  /**
   * Where a blob lies or would lie, unchecked; empty when neither it nor a copy is on this node.
   */
  public Optional<Path> locate(BlobRef blob) {
    Optional<StoragePath> path = paths.find(blob.storageId());
    if (path.isEmpty()) {
      return served(blob.storageId(), blob.path());
    }
    Path file = path.get().root().resolve(blob.path()).normalize();
    if (!file.startsWith(path.get().blobs())) {
      throw new StorageException("blob path " + blob.path() + " leads out of the blobs' folder");
    }
    return Optional.of(file);
  }

  /**
   * Deletes recovered bytes for who asked for them, if they are here.
   *
   * @return false when the name is not one of recovered bytes here
   */
  public boolean deleteRecovered(String storageId, String path) {
    if (!path.startsWith(PREFIX) || !RECOVERED.matcher(path.substring(PREFIX.length())).matches()) {
      return false;
    }
    Optional<Path> file = served(storageId, path);
    file.ifPresent(BlobStore::deleteWithReceipt);
    return file.isPresent();
  }

  private static void deleteWithReceipt(Path file) {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".receipt"));
    } catch (IOException e) {
      throw new StorageException("cannot delete blob " + file, e);
    }
  }

  /** Deletes a blob if it is there, and the receipt of the job that left it. */
  public void delete(BlobRef blob) {
    locate(blob).ifPresent(BlobStore::deleteWithReceipt);
  }
}
