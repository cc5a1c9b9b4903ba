package io.granary.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path home;

  private Cli.Run demo(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "demo";
    all[1] = "--data";
    all[2] = home.resolve("demo").toString();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return Cli.run(all);
  }

  private void refuses(String reason, String... arguments) {
    Cli.Run run = demo(arguments);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("granary: " + reason + System.lineSeparator());
    assertThat(run.out()).isEmpty();
    assertThat(home.resolve("demo/cassandra")).doesNotExist();
  }

  @Test
  void namesTheFile_whenItCannotBeStored() throws IOException {
    Path empty = Files.createFile(home.resolve("empty"));
    Path big = Files.write(home.resolve("big"), new byte[8_323_073]);
    Path none = home.resolve("none");
    refuses("FILE: " + empty + " is empty", empty.toString());
    refuses("FILE: " + home + " is not a regular file", home.toString());
    refuses("FILE: " + none + " does not exist", none.toString());
    refuses("FILE: " + none + " does not exist", none.toString(), "--resume");
    refuses(
        "FILE: " + big + " has 8323073 bytes; a 8MiB sector takes at most 8323072", big.toString());
  }

  @Test
  void namesTheFile_whenOnlyItsCarIsTooBig() throws IOException {
    Path file = Files.write(home.resolve("file"), new byte[2_000]);
    refuses(
        "FILE: "
            + file
            + " has 2000 bytes, and 2097 as the CAR of a deal; a 2KiB sector takes at most 2032",
        "--deal",
        file.toString(),
        "--sector-size",
        "2KiB");
  }

  @Test
  void namesTheOption_whenTheSectorSizeIsUnknown() {
    refuses("--sector-size: expected 8MiB or 2KiB, got 32GiB", "--sector-size", "32GiB");
  }
}
