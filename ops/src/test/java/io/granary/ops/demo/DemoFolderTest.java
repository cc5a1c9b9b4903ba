package io.granary.ops.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {
  @TempDir Path home;
  private Path folder;
  private Path file;
  private DemoRecord record;

  @BeforeEach
  void describe() throws IOException {
    folder = home.resolve("demo");
    file = Files.writeString(home.resolve("file"), "to be stored");
    record = DemoFiles.describe(file, "2KiB", /* deal= */ false);
  }

  @Test
  void keepsBytesAndRecord_whenTheFileIsGoneLater() throws IOException {
    try (DemoFolder demo = DemoFolder.open(folder)) {
      demo.startAfresh(record);
    }
    Files.delete(file);
    try (DemoFolder demo = DemoFolder.open(folder)) {
      assertThat(demo.record()).contains(record);
      assertThat(demo.payload()).hasContent("to be stored");
    }
  }

  @Test
  void removesTheDemoBefore_whenStartedAfresh() throws IOException {
    try (DemoFolder demo = DemoFolder.open(folder)) {
      demo.startAfresh(record);
      Files.createDirectories(folder.resolve("cassandra/data"));
      Files.writeString(folder.resolve("cassandra/data/journal"), "old");
      demo.startAfresh(record);
    }
    assertThat(folder.resolve("cassandra")).doesNotExist();
  }

  @Test
  void hasNoDemo_whenRemovingTheOneBeforeWasInterrupted() throws IOException {
    try (DemoFolder demo = DemoFolder.open(folder)) {
      demo.startAfresh(record);
      Files.createFile(folder.resolve("emptying"));
      assertThat(demo.record()).isEmpty();
      Files.delete(folder.resolve(DemoRecord.FILE_NAME));
    }
    try (DemoFolder demo = DemoFolder.open(folder)) {
      demo.startAfresh(record);
      assertThat(demo.record()).contains(record);
    }
  }

  @Test
  void isRefused_whenItHoldsSomethingElse() throws IOException {
    Files.createDirectories(folder);
    Path other = Files.writeString(folder.resolve("thesis"), "years of work");
    assertThatThrownBy(() -> DemoFolder.open(folder))
        .isInstanceOf(DemoException.class)
        .hasMessageContaining("holds no demo");
    assertThat(other).hasContent("years of work");
    assertThat(folder.resolve("lock")).doesNotExist();
  }

  @Test
  void isRefused_whenADemoRunsInIt() {
    try (DemoFolder demo = DemoFolder.open(folder)) {
      demo.startAfresh(record);
      assertThatThrownBy(() -> DemoFolder.open(folder))
          .isInstanceOf(DemoException.class)
          .hasMessageContaining("a demo is running in " + folder);
    }
  }

  @Test
  void refusesTheFile_whenItLiesInTheFolderThatIsEmptied() throws IOException {
    try (DemoFolder demo = DemoFolder.open(folder)) {
      Path inside = Files.writeString(folder.resolve("unsealed-0"), "from the demo before");
      DemoRecord own = DemoFiles.describe(inside, "2KiB", /* deal= */ false);
      assertThatThrownBy(() -> demo.startAfresh(own)).isInstanceOf(DemoException.class);
      assertThat(inside).hasContent("from the demo before");
    }
  }
}
