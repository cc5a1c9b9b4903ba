package io.granary.ops.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormerProcessesIT {
  @TempDir Path folder;

  @Test
  void waitsForNobody_whenTheIdBelongsToAnotherProcessNow() throws IOException {
    Path file = folder.resolve("processes");
    Files.writeString(file, ProcessHandle.current().pid() + " 1000\n17 torn");
    FormerProcesses.awaitEnd(folder, new Said());
    assertThat(file).doesNotExist();
  }

  @Test
  void waitsForAProcess_whenItIsTheOneNamed() throws IOException {
    Process sleep = new ProcessBuilder("sleep", "1").start();
    FormerProcesses.add(folder, sleep.pid());
    Said said = new Said();
    FormerProcesses.awaitEnd(folder, said);
    assertThat(sleep.isAlive()).isFalse();
    assertThat(said.lines).containsExactly("… waiting for the former run to end");
  }
}
