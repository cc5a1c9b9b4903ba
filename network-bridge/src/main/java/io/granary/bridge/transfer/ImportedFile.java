package io.granary.bridge.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;

/**
 * An operator's file as it lies now.
 *
 * @param path absolute; the file itself, with no symbolic link on the way
 * @param bytes its length, at least 1
 * @param changed when it was last written to
 */
record ImportedFile(Path path, long bytes, Instant changed) {
  /**
   * Looks at what {@code path} leads to.
   *
   * @param folders one of which it has to lie in; none for anywhere
   * @param staging which it must not lie in: nothing is copied onto itself
   * @throws IOException saying why it cannot be taken
   */
  static ImportedFile look(String path, List<Path> folders, Staging staging) throws IOException {
    Path given = absolute(path);
    Path real = real(given);
    String shown = real.equals(given) ? given.toString() : given + " (that is, " + real + ")";
    BasicFileAttributes seen =
        Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!seen.isRegularFile() || !Files.isReadable(real)) {
      throw new IOException("there is no readable file " + shown);
    }
    if (staging.holds(real)) {
      throw new IOException(shown + " lies in staging: import it from elsewhere");
    }
    if (!folders.isEmpty() && folders.stream().noneMatch(folder -> isIn(real, folder))) {
      throw new IOException(
          shown + " lies in none of " + TransferSettings.IMPORT_FOLDERS + ": " + folders);
    }
    if (seen.size() == 0) {
      throw new IOException(shown + " is empty");
    }
    return new ImportedFile(real, seen.size(), seen.lastModifiedTime().toInstant());
  }

  /** Whether it has not been written to since it was looked at. */
  boolean isUnchanged() throws IOException {
    try {
      BasicFileAttributes now =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return now.size() == bytes && now.lastModifiedTime().toInstant().equals(changed);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** The path of an operator's file. */
  static Path absolute(String path) throws IOException {
    try {
      Path file = Path.of(path);
      if (!file.isAbsolute()) {
        throw new IOException("expected an absolute path, got " + path);
      }
      return file.normalize();
    } catch (InvalidPathException e) {
      throw new IOException("no path: " + e.getMessage(), e);
    }
  }

  private static Path real(Path given) throws IOException {
    try {
      return given.toRealPath();
    } catch (IOException e) {
      throw new IOException("there is no readable file " + given, e);
    }
  }

  private static boolean isIn(Path real, Path folder) {
    try {
      return real.startsWith(folder.toRealPath());
    } catch (IOException e) {
      return false; // Not mounted now: nothing lies in it.
    }
  }
}
