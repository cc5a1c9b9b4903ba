package io.granary.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file whose pages are dropped from memory, so that it is read from disk again. Java has no
 * posix_fadvise; coreutils' dd calls it with POSIX_FADV_DONTNEED (its manual, "iflag=nocache
 * count=0"). The machine below a virtual one may still have the file in its own memory.
 */
final class ColdFile {
  /** Part of a file that must have come from disk; the rest is forgiven to other readers of it. */
  private static final double FROM_DISK_MIN = 0.95;

  private final Path file;
  private long readBefore;

  ColdFile(Path file) {
    this.file = file;
  }

  /**
   * Drops the pages.
   *
   * @throws IOException when dd is not there or fails
   */
  void drop() throws IOException, InterruptedException {
    // Pages that are not on disk yet stay.
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Process dd =
        new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0", "status=none")
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start();
    if (dd.waitFor() != 0) {
      throw new IOException("dd drops the pages of " + file + " not: " + dd.exitValue());
    }
    readBefore = readFromDisk();
  }

  /**
   * Checks that since {@link #drop} this process had as much from disk as the file is long.
   *
   * @throws IOException when it had less
   */
  void requireRead() throws IOException {
    long read = readFromDisk() - readBefore;
    if (read < Files.size(file) * FROM_DISK_MIN) {
      throw new IOException(
          "only " + read + " bytes of " + file + " came from disk: is its folder on one?");
    }
  }

  /** What storage was made to fetch for this process (proc(5), /proc/pid/io, read_bytes). */
  private static long readFromDisk() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/io")).stream()
        .filter(line -> line.startsWith("read_bytes: "))
        .mapToLong(line -> Long.parseLong(line.substring("read_bytes: ".length())))
        .findFirst()
        .orElseThrow(() -> new IOException("/proc/self/io has no read_bytes"));
  }
}
