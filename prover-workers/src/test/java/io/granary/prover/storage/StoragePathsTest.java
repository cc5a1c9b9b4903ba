package io.granary.prover.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.FileLocation;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.ProverWorkersSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoragePathsTest {
  private static final SectorId SECTOR = SectorId.of(1000, 1);

  @TempDir Path home;

  private Path path(String name, long weight, boolean canSeal, long maxStorageBytes) {
    Path root = home.resolve(name);
    StoragePath.create(root, weight, canSeal, true, maxStorageBytes);
    return root;
  }

  private static StoragePaths open(Path... roots) {
    return StoragePaths.open(new ProverWorkersSettings.Storage(List.of(roots), 0, 2));
  }

  @Test
  void attachesAPathThatLotusMade_andLeavesItsFileAlone() throws IOException {
    // As written by `lotus-miner storage attach --init` (storiface.LocalStorageMeta).
    String json =
        """
        {
          "ID": "9d0d1d47-4b2f-44a6-9ac8-0e0d4e24ff0e",
          "Weight": 10,
          "CanSeal": false,
          "CanStore": true,
          "MaxStorage": 0,
          "Groups": ["a"],
          "AllowTo": null,
          "AllowTypes": null,
          "DenyTypes": null,
          "AllowMiners": null,
          "DenyMiners": null
        }
        """;
    Files.writeString(home.resolve(SectorStore.FILE_NAME), json);
    Files.createDirectories(home.resolve("sealed"));
    Files.writeString(home.resolve("sealed/s-t01000-1"), "x");
    Files.createDirectories(home.resolve("cache/s-t01000-1"));
    Files.writeString(home.resolve("sealed/s-t01000-2.pc2"), "half");
    Files.createDirectories(home.resolve("sealed/fetching"));
    try (StoragePaths paths = open(home)) {
      StoragePath path = paths.find("9d0d1d47-4b2f-44a6-9ac8-0e0d4e24ff0e").orElseThrow();
      assertThat(path.store().canSeal()).isFalse();
      assertThat(paths.sectors()).containsExactly(SECTOR);
      assertThat(paths.locations(SECTOR))
          .containsExactly(
              new FileLocation(path.id(), SectorFileType.SEALED),
              new FileLocation(path.id(), SectorFileType.CACHE));
    }
    assertThat(home.resolve(SectorStore.FILE_NAME)).hasContent(json);
  }

  @Test
  void createWritesWhatLotusReads_andRefusesASecondTime() throws IOException {
    Path root = path("a", SectorStore.DEFAULT_WEIGHT, true, 0);
    assertThat(Files.readString(root.resolve(SectorStore.FILE_NAME)))
        .contains("\"Weight\" : 10", "\"CanSeal\" : true", "\"CanStore\" : true", "\"ID\" : ");
    assertThatThrownBy(() -> path("a", 1, true, 0)).isInstanceOf(StorageException.class);
  }

  @Test
  void refusesToAttach_whenThePathIsInUseOrAttachedAlready() {
    Path root = path("a", 1, true, 0);
    try (StoragePaths paths = open(root)) {
      assertThat(paths.paths()).hasSize(1);
      assertThatThrownBy(() -> open(root)).hasMessageContaining("another process");
    }
    try (StoragePaths paths = open(root)) {
      assertThat(paths.paths()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"ID\":\"a\",\"Weight\":1,\"CanSeal\":true}",
        "{\"ID\":\"\",\"Weight\":1,\"CanSeal\":true,\"CanStore\":true}",
        "{\"ID\":\"a\",\"Weight\":\"1\",\"CanSeal\":true,\"CanStore\":true}",
        "{\"ID\":\"a\",\"Weight\":-1,\"CanSeal\":true,\"CanStore\":true}"
      })
  void refusesTheFile_whenItIsNotAsLotusWritesIt(String json) throws IOException {
    Files.writeString(home.resolve(SectorStore.FILE_NAME), json);
    assertThatThrownBy(() -> open(home)).isInstanceOf(StorageException.class);
  }

  @Test
  void refusesToAttach_whenThereIsNoStorageFile() {
    assertThatThrownBy(() -> open(home)).hasMessageContaining("storage path?");
  }

  @Test
  void allocatesBesideTheSectorsOtherFiles_elseByWeightedSpace() {
    try (StoragePaths paths =
        open(
            path("light", 1, true, 0),
            path("heavy", 50, true, 0),
            path("heaviest", 900, false, 0))) {
      StoragePath light = paths.paths().get(0);
      StoragePath heavy = paths.paths().get(1);
      assertThat(paths.allocate(SECTOR, 1024)).isEqualTo(heavy);
      paths.declare(SECTOR, SectorFileType.UNSEALED, light);
      assertThat(paths.allocate(SECTOR, 1024)).isEqualTo(light);
    }
  }

  @Test
  void refusesToAllocate_whenMaxStorageOrPromisesLeaveNoRoom() {
    try (StoragePaths paths = open(path("small", 1, true, 4096))) {
      StoragePath small = paths.paths().get(0);
      assertThatThrownBy(() -> paths.allocate(SECTOR, 8192))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("8192");
      try (StoragePaths.Promise promise = paths.promise(small, 3000)) {
        assertThat(promise).isNotNull();
        assertThatThrownBy(() -> paths.promise(small, 3000)).isInstanceOf(StorageException.class);
      }
      try (StoragePaths.Promise promise = paths.promise(small, 3000)) {
        assertThat(promise).isNotNull();
      }
    }
  }

  @Test
  void removesOneFileFromEveryPathAndKeepsTheRest_alsoWhenDoneTwice() throws IOException {
    Path first = path("first", 10, true, 0);
    Path second = path("second", 10, true, 0);
    for (Path root : List.of(first, second)) {
      Files.createDirectories(root.resolve("unsealed"));
      Files.writeString(root.resolve("unsealed/s-t01000-1"), "data");
    }
    Files.createDirectories(first.resolve("sealed"));
    Files.writeString(first.resolve("sealed/s-t01000-1"), "replica");
    List<Boolean> heard = new ArrayList<>();
    try (StoragePaths paths = open(first, second)) {
      Runnable unused = paths.listen((sector, here) -> heard.add(here));
      paths.remove(SECTOR, SectorFileType.UNSEALED);
      paths.remove(SECTOR, SectorFileType.UNSEALED);
      assertThat(first.resolve("unsealed/s-t01000-1")).doesNotExist();
      assertThat(second.resolve("unsealed/s-t01000-1")).doesNotExist();
      assertThat(first.resolve("sealed/s-t01000-1")).exists();
      assertThat(paths.locations(SECTOR))
          .extracting(FileLocation::type)
          .containsExactly(SectorFileType.SEALED);
      assertThat(heard).isEmpty();
      paths.remove(SECTOR, SectorFileType.SEALED);
      assertThat(paths.sectors()).isEmpty();
      assertThat(heard).containsExactly(false);
    }
  }

  @Test
  void removesEveryFileOfASector_alsoWhenDoneTwice() throws IOException {
    Path root = path("a", 1, true, 0);
    Files.createDirectories(root.resolve("cache/s-t01000-1"));
    Files.writeString(root.resolve("cache/s-t01000-1/p_aux"), "x");
    Files.createDirectories(root.resolve("sealed"));
    Files.writeString(root.resolve("sealed/s-t01000-1"), "x");
    Files.writeString(root.resolve("sealed/s-t01000-2"), "x");
    List<String> heard = new ArrayList<>();
    try (StoragePaths paths = open(root)) {
      paths.listen((sector, here) -> heard.add(sector + " " + here));
      paths.remove(SECTOR);
      paths.remove(SECTOR);
      assertThat(paths.sectors()).containsExactly(SectorId.of(1000, 2));
    }
    assertThat(heard).containsExactly("f01000/1 false");
    assertThat(root.resolve("cache/s-t01000-1")).doesNotExist();
    assertThat(root.resolve("sealed/s-t01000-1")).doesNotExist();
    assertThat(root.resolve("sealed/s-t01000-2")).exists();
  }

  @Test
  void removesStaleJobDirectories_whenAttachedAgain() throws IOException {
    Path root = path("a", 1, true, 0);
    Path stale;
    try (StoragePaths paths = open(root)) {
      stale = paths.paths().get(0).jobDirectory(new JobId("ab".repeat(32)));
      Files.writeString(stale.resolve("half"), "x");
    }
    assertThat(stale).exists();
    open(root).close();
    assertThat(stale).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "s-t01000-1, true",
    "s-t00-0, true",
    "s-t01000-1.pc2, false",
    "s-t01000-01, false",
    "s-f01000-1, false",
    "s-t01000-9223372036854775808, false",
    "s-t01000, false"
  })
  void readsSectorNames_onlyAsLotusWritesThem(String name, boolean isSector) {
    assertThat(SectorFileNames.parse(name).isPresent()).isEqualTo(isSector);
    SectorFileNames.parse(name).ifPresent(id -> assertThat(id.fileName()).isEqualTo(name));
  }
}
