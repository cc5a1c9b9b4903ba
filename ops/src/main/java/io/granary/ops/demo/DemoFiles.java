package io.granary.ops.demo;

import io.granary.protocol.SectorSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The demo's file and folder. */
final class DemoFiles {
  private static final int BUFFER = 1 << 16;

  private DemoFiles() {}

  /**
   * The record of a demo about to store {@code file}.
   *
   * @throws DemoException when it cannot be stored in a sector of {@code sectorSize}
   */
  static DemoRecord describe(Path file, String sectorSize) {
    Path absolute = file.toAbsolutePath().normalize();
    if (!Files.exists(absolute)) {
      throw new DemoException("FILE: " + file + " does not exist");
    }
    if (!Files.isRegularFile(absolute)) {
      throw new DemoException("FILE: " + file + " is not a regular file");
    }
    if (!Files.isReadable(absolute)) {
      throw new DemoException("FILE: " + file + " cannot be read");
    }
    long most =
        SectorSize.valueOf("SIZE_" + sectorSize.toUpperCase(java.util.Locale.ROOT)).unpaddedBytes();
    try {
      long bytes = Files.size(absolute);
      if (bytes == 0) {
        throw new DemoException("FILE: " + file + " is empty");
      }
      if (bytes > most) {
        throw new DemoException(
            "FILE: "
                + file
                + " has "
                + bytes
                + " bytes; a "
                + sectorSize
                + " sector takes at most "
                + most);
      }
      return new DemoRecord(
          absolute,
          bytes,
          sha256(absolute, bytes),
          sectorSize,
          java.util.Optional.empty(),
          java.util.Optional.empty());
    } catch (IOException e) {
      throw new DemoException("FILE: " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Lower-case hex of the SHA-256 over the first {@code length} bytes of {@code file}. */
  static String sha256(Path file, long length) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      long left = length;
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          throw new IOException(file + " ends " + left + " bytes too early");
        }
        digest.update(buffer, 0, read);
        left -= read;
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Makes {@code folder} empty. Only what a demo made is removed: a folder with something else in
   * it is refused.
   */
  static void startAfresh(Path folder) {
    try {
      if (Files.exists(folder)) {
        boolean foreign;
        try (Stream<Path> entries = Files.list(folder)) {
          foreign = entries.findAny().isPresent();
        }
        if (foreign && !Files.exists(folder.resolve(DemoRecord.FILE_NAME))) {
          throw new DemoException(
              "--data: " + folder + " is not empty and holds no demo; name another folder");
        }
        removeTree(folder);
      }
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new DemoException(
          "the demo's folder " + folder + " cannot be made: " + e.getMessage(), e);
    }
  }

  private static void removeTree(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(folder)) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
