package io.granary.ops.demo;

import io.granary.protocol.SectorSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** The file that a demo stores. */
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
    long most = SectorSize.valueOf("SIZE_" + sectorSize.toUpperCase(Locale.ROOT)).unpaddedBytes();
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
          absolute, bytes, sha256(absolute, bytes), sectorSize, Optional.empty(), Optional.empty());
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
}
