package io.granary.ops.demo;

import io.granary.bridge.client.Payload;
import io.granary.bridge.unixfs.UnixFsProfile;
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
   * @param deal whether it is stored by a deal, as a CAR, which is longer than the file
   * @throws DemoException when it cannot be stored in a sector of {@code sectorSize}
   */
  static DemoRecord describe(Path file, String sectorSize, boolean deal) {
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
      if (deal) {
        requireCarFits(file, absolute, bytes, sectorSize, most);
      }
      return new DemoRecord(
          absolute,
          bytes,
          sha256(absolute, bytes),
          sectorSize,
          deal,
          Optional.empty(),
          Optional.empty());
    } catch (IOException e) {
      throw new DemoException("FILE: " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void requireCarFits(
      Path file, Path absolute, long bytes, String sectorSize, long most) throws IOException {
    Path folder = Files.createTempDirectory("granary-demo");
    Path car = folder.resolve("car");
    try {
      long carBytes =
          Payload.of(absolute, UnixFsProfile.KUBO_CID_V1, car, progress -> {}).carBytes();
      if (carBytes > most) {
        throw new DemoException(
            "FILE: "
                + file
                + " has "
                + bytes
                + " bytes, and "
                + carBytes
                + " as the CAR of a deal; a "
                + sectorSize
                + " sector takes at most "
                + most);
      }
    } finally {
      Files.deleteIfExists(car);
      Files.delete(folder);
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
