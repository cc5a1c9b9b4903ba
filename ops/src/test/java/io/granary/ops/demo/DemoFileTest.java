package io.granary.ops.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A FILE that cannot be stored is named before anything is made or started. */
class DemoFileTest {
  @TempDir Path home;

  private void refuses(Path file, String reason) {
    refuses(file, reason, /* deal= */ false);
  }

  private void refuses(Path file, String reason, boolean deal) {
    Path folder = home.resolve("demo");
    Said said = new Said();
    DemoOptions options =
        new DemoOptions(
            Optional.of(file),
            Optional.empty(),
            folder,
            "2KiB",
            deal,
            List.of(),
            false,
            false,
            2,
            "again");
    assertThatThrownBy(() -> new Demo(options, said).run())
        .isInstanceOf(DemoException.class)
        .hasMessage("FILE: " + file + " " + reason);
    assertThat(folder).doesNotExist();
    assertThat(said.lines).isEmpty();
  }

  private Path file(int bytes) throws IOException {
    return Files.write(home.resolve("file"), new byte[bytes]);
  }

  @Test
  void isRefused_whenMissing() {
    refuses(home.resolve("none"), "does not exist");
  }

  @Test
  void isRefused_whenEmpty() throws IOException {
    refuses(file(0), "is empty");
  }

  @Test
  void isRefused_whenOneByteTooBig() throws IOException {
    refuses(file(2_033), "has 2033 bytes; a 2KiB sector takes at most 2032");
  }

  @Test
  void isRefused_whenItsCarIsTooBig() throws IOException {
    // The header of a CAR with one root (59 bytes), the length of its one block (2), its CID (36).
    int most = 2_032 - 59 - 2 - 36;
    assertThat(DemoFiles.describe(file(most), "2KiB", /* deal= */ true).deal()).isTrue();
    refuses(
        file(most + 1),
        "has 1936 bytes, and 2033 as the CAR of a deal; a 2KiB sector takes at most 2032",
        /* deal= */ true);
  }

  @Test
  void isRefused_whenADirectory() {
    refuses(home, "is not a regular file");
  }

  @Test
  void isRefused_whenADevice() {
    refuses(Path.of("/dev/zero"), "is not a regular file");
  }

  @Test
  void isRefused_whenUnreadable() throws IOException {
    Path file = file(1);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "root reads every file");
    refuses(file, "cannot be read");
  }

  @Test
  void isDescribed_whenItJustFits() throws IOException {
    DemoRecord record = DemoFiles.describe(file(2_032), "2KiB", /* deal= */ false);
    assertThat(record.bytes()).isEqualTo(2_032);
    // sha256sum of 2,032 zero bytes (coreutils 9.1).
    assertThat(record.sha256())
        .isEqualTo("23ba65cb93433b65e7ddcae5f8a7dd2ca232491793848644e625875c6dd6ae43");
  }
}
