package io.granary.bridge.transfer;

import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.DealFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * The files of deals in {@link Staging} on the storage paths of one node, and files of an
 * operator's on that node. A file that is staged elsewhere is not found. Thread-safe.
 */
public final class StagedDealFiles implements DealFiles {
  private static final int BUFFER_BYTES = 4 * CommPDigest.CHUNK_DATA_BYTES;

  /** What is done with a file on a thread that may wait for the disk. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private final Function<String, Optional<Path>> storagePaths;
  private final Staging staging;
  private final List<Path> importFolders;
  private final Executor disk;

  /**
   * @param storagePaths the root of a storage path of this node, by its id
   * @param staging where operators' files are copied to
   * @param importFolders which they have to lie in; none for anywhere
   * @param disk where files are read, bounded by whoever gives it; what it refuses fails
   */
  public StagedDealFiles(
      Function<String, Optional<Path>> storagePaths,
      Staging staging,
      List<Path> importFolders,
      Executor disk) {
    this.storagePaths = storagePaths;
    this.staging = staging;
    this.importFolders = List.copyOf(importFolders);
    this.disk = disk;
  }

  @Override
  public CompletionStage<StagedFile> adopt(String path, long payloadBytesMax) {
    return onDisk(
        () -> {
          ImportedFile file = ImportedFile.look(path, importFolders, staging);
          if (file.bytes() > payloadBytesMax) {
            throw new IOException(
                file.path()
                    + " has "
                    + file.bytes()
                    + " bytes, the deal's piece takes "
                    + payloadBytesMax);
          }
          return new StagedFile(StagedFile.IMPORTED, file.path().toString(), file.bytes());
        });
  }

  @Override
  public CompletionStage<Commitment> commP(StagedFile file, PieceInfo piece) {
    return onDisk(
        () -> {
          Path source = present(file);
          CommPDigest digest = new CommPDigest();
          byte[] buffer = new byte[BUFFER_BYTES];
          try (InputStream in = Files.newInputStream(source)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
              requireLength(source, file, digest.dataBytes() + read, false);
              digest.update(buffer, 0, read);
            }
          }
          requireLength(source, file, digest.dataBytes(), true);
          return digest.finish(piece.paddedBytes()).commP();
        });
  }

  @Override
  public CompletionStage<String> source(StagedFile file) {
    return onDisk(
        () -> {
          if (isHere(file)) {
            requirePresent(locate(file), file);
          }
          return file.source();
        });
  }

  private static long length(Path file) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IOException("there is no readable file " + file);
    }
    return Files.size(file);
  }

  private boolean isHere(StagedFile file) {
    return file.isImported() || storagePaths.apply(file.storageId()).isPresent();
  }

  private Path present(StagedFile file) throws IOException {
    Path here = locate(file);
    requirePresent(here, file);
    return here;
  }

  private static void requirePresent(Path here, StagedFile file) throws IOException {
    requireLength(here, file, length(here), true);
  }

  private Path locate(StagedFile file) throws IOException {
    if (file.isImported()) {
      return ImportedFile.absolute(file.path());
    }
    Optional<Path> root = storagePaths.apply(file.storageId());
    if (root.isEmpty()) {
      throw new IOException(
          file.path()
              + " is staged on storage path "
              + file.storageId()
              + ", which is none of this node's");
    }
    return Staging.resolve(root.get(), file);
  }

  private static void requireLength(Path source, StagedFile file, long bytes, boolean atEnd)
      throws IOException {
    if (bytes > file.payloadBytes() || (atEnd && bytes != file.payloadBytes())) {
      throw new IOException(source + " had " + file.payloadBytes() + " bytes, now it has " + bytes);
    }
  }

  private <T> CompletionStage<T> onDisk(Reading<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      disk.execute(
          () -> {
            try {
              done.complete(work.read());
            } catch (IOException | RuntimeException e) {
              done.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(
          new StagingException("staging: too many files are read on this node", e));
    }
    return done;
  }
}
