package io.granary.prover.worker;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.files.DurableFiles;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the files of a sector lie on this node, and the records its sealing leaves beside them. */
final class SectorFiles {
  private static final String FINALIZED = "finalized";

  private final StoragePaths storage;
  private final BlobStore blobs;

  SectorFiles(StoragePaths storage, BlobStore blobs) {
    this.storage = storage;
    this.blobs = blobs;
  }

  StoragePaths storage() {
    return storage;
  }

  BlobStore blobs() {
    return blobs;
  }

  /**
   * The path that holds a sector's file, which exists there.
   *
   * @throws JobFailedException of kind {@code DATA} when this node has none
   */
  StoragePath holder(SectorId sector, SectorFileType type) {
    return storage
        .find(sector, type)
        .filter(path -> Files.exists(path.file(sector, type)))
        .orElseThrow(
            () ->
                new JobFailedException(
                    JobFailure.Kind.DATA,
                    "sector "
                        + sector
                        + ": no storage path of this node holds its "
                        + type.folder()
                        + (type == SectorFileType.CACHE ? " folder" : " file")));
  }

  /** The file itself. */
  Path file(SectorId sector, SectorFileType type) {
    return holder(sector, type).file(sector, type);
  }

  /** The folder of the sector's sealing records, on the path that holds its cache. */
  Path records(SectorId sector, StoragePath path) {
    return blobs.sectorFolder(path, sector);
  }

  /** The PC1 record for a ticket. */
  static Path preCommit1Record(Path records, Bytes ticket) {
    return records.resolve("pc1-" + ticket.toHex() + ".json");
  }

  /** The C1 record of a job. */
  static Path commit1Record(Path records, JobId job) {
    return records.resolve("c1-" + job.value() + ".json");
  }

  /**
   * Refuses to touch a finished sector's files: a late copy of a sealing job must not write over a
   * replica that is being proven.
   */
  void requireNotFinalized(SectorId sector) {
    if (isFinalized(sector)) {
      throw new JobFailedException(
          JobFailure.Kind.INPUT,
          "sector " + sector + " is finalized; its files are not sealed again");
    }
  }

  /**
   * Refuses what may be done to a finished sector only.
   *
   * @throws JobFailedException of kind {@code DATA} when no path of this node says it is
   */
  void requireFinalized(SectorId sector) {
    if (!isFinalized(sector)) {
      throw new JobFailedException(
          JobFailure.Kind.DATA,
          "sector " + sector + ": no storage path of this node has it finalized");
    }
  }

  private boolean isFinalized(SectorId sector) {
    return storage.paths().stream()
        .anyMatch(path -> Files.exists(records(sector, path).resolve(FINALIZED)));
  }

  /** Marks a sector as finished and drops the records of its sealing. */
  void markFinalized(SectorId sector, StoragePath path) {
    Path folder = records(sector, path);
    try {
      DurableFiles.write(folder.resolve(FINALIZED), new byte[0]);
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          if (!file.endsWith(FINALIZED)) {
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot drop the sealing records of " + sector, e);
    }
  }

  /**
   * Disk a sector takes while it is sealed: its layers, tree-d of twice its size, replica and fresh
   * copy, and less than another size of tree-c and tree-r-last (proofs.md 4.1).
   */
  static long sealingBytes(SectorSize size) {
    boolean production = size.bytes() >= SectorSize.SIZE_32GIB.bytes();
    long layers = production ? 11 : 2;
    return Math.multiplyExact(size.bytes(), layers + 5);
  }
}
