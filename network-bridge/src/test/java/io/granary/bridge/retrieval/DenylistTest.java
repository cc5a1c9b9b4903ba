package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.car.Cars;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenylistTest {
  private static final Cid ONE = Cars.raw("one").cid();
  private static final Cid TWO = Cars.raw("two").cid();

  @TempDir Path folder;

  @Test
  void deniesEveryCidOfTheMultihash_whenOneIsListed() throws IOException {
    Denylist list = list(ONE.toString());
    assertThat(list.denies(ONE)).isTrue();
    assertThat(list.denies(Cid.v0(ONE.digest()))).isTrue();
    assertThat(list.denies(TWO)).isFalse();
    assertThat(Denylist.none().denies(ONE)).isFalse();
  }

  @Test
  void takesTheChange_whenFileIsRewritten() throws IOException {
    Denylist list = list(ONE.toString());
    Path file = folder.resolve("list");
    Files.writeString(file, TWO.toString());
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    assertThat(list.denies(TWO)).isTrue();
    assertThat(list.denies(ONE)).isFalse();
  }

  @Test
  void keepsTheOldList_whenTheNewOneIsDamagedOrGone() throws IOException {
    Denylist list = list(ONE.toString());
    Path file = folder.resolve("list");
    Files.writeString(file, "nonsense");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    assertThat(list.denies(ONE)).isTrue();
    Files.delete(file);
    assertThat(list.denies(ONE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "//1234", "/ipfs/bafkqaaa/path", "//" + "zz"})
  void namesTheLine_whenItIsNoEntry(String line) {
    assertThatThrownBy(() -> list("# comment\n" + line))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 2");
  }

  private Denylist list(String text) throws IOException {
    Path file = folder.resolve("list");
    Files.writeString(file, text);
    return Denylist.open(file, Duration.ofNanos(1));
  }
}
