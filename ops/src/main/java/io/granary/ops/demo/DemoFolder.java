package io.granary.ops.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder with everything of one demo, held by one process at a time.
 *
 * <p>Starting afresh may be interrupted anywhere: a marker says that what is there is being
 * removed, until the last of it is gone, so that half a demo is never resumed.
 */
final class DemoFolder implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String EMPTYING = "emptying";
  private static final String PAYLOAD = "payload";

  private final Path folder;
  private final FileChannel channel;

  private DemoFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Takes {@code folder}, making it when it is not there.
   *
   * @throws DemoException when it cannot be made, holds something that is no demo, or a demo runs
   *     in it
   */
  static DemoFolder open(Path folder) {
    try {
      refuseForeign(folder);
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new DemoException(
            "a demo is running in " + folder + ": end it first, or name another folder by --data");
      }
      return new DemoFolder(folder, channel);
    } catch (IOException e) {
      throw new DemoException("the demo's folder " + folder + " cannot be made: " + e, e);
    }
  }

  /** Only what a demo made is ever removed. */
  private static void refuseForeign(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    Set<String> names;
    try (Stream<Path> entries = Files.list(folder)) {
      names = entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
    }
    boolean ours =
        names.contains(DemoRecord.FILE_NAME)
            || names.contains(EMPTYING)
            || Set.of(LOCK).containsAll(names);
    if (!ours) {
      throw new DemoException(
          "--data: " + folder + " is not empty and holds no demo; name another folder");
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // this very process runs one
    }
  }

  Path path() {
    return folder;
  }

  /** The stored file's bytes as they were when the demo began, whatever becomes of the file. */
  Path payload() {
    return folder.resolve(PAYLOAD);
  }

  /** The demo to go on with; empty when there is none, or only what is left of a removed one. */
  Optional<DemoRecord> record() {
    return Files.exists(folder.resolve(EMPTYING)) ? Optional.empty() : DemoRecord.read(folder);
  }

  /** Removes the demo in it and begins the one of {@code record} with a copy of its file. */
  void startAfresh(DemoRecord record) {
    if (record.file().startsWith(folder)) {
      throw new DemoException(
          "FILE: " + record.file() + " lies in the demo's own folder, which is emptied first");
    }
    try {
      Path marker = folder.resolve(EMPTYING);
      if (!Files.exists(marker)) {
        Files.createFile(marker);
      }
      removeAllBut(Set.of(LOCK, EMPTYING));
      Files.copy(record.file(), payload());
      String copied = DemoFiles.sha256(payload(), record.bytes());
      if (!copied.equals(record.sha256()) || Files.size(payload()) != record.bytes()) {
        throw new DemoException("FILE: " + record.file() + " changes while it is read");
      }
      record.write(folder);
      Files.delete(marker);
    } catch (IOException e) {
      throw new DemoException("the demo's folder " + folder + " cannot be made ready: " + e, e);
    }
  }

  private void removeAllBut(Set<String> kept) throws IOException {
    List<Path> entries;
    try (Stream<Path> all = Files.list(folder)) {
      entries = all.filter(path -> !kept.contains(path.getFileName().toString())).toList();
    }
    for (Path entry : entries) {
      List<Path> deepestFirst;
      try (Stream<Path> tree = Files.walk(entry)) {
        deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }

  /** Gives the folder free for another process. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new DemoException("the lock of " + folder + " cannot be released: " + e, e);
    }
  }
}
