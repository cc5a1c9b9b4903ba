package io.granary.prover.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.prover.ProverWorkersSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedStagingTest {
  private static final String DEAL = "00112233-4455-6677-8899-aabbccddeeff";
  private static final int NODES = 8;

  @TempDir Path root;

  @Test
  void hasOneId_whenNodesStartTogether() throws Exception {
    ExecutorService nodes = Executors.newFixedThreadPool(NODES);
    try {
      Callable<String> start = () -> SharedStaging.open(root).id();
      Set<String> ids =
          nodes.invokeAll(IntStream.range(0, NODES).mapToObj(i -> start).toList()).stream()
              .map(SharedStagingTest::get)
              .collect(Collectors.toSet());
      assertThat(ids).singleElement().isEqualTo(SharedStaging.open(root).id());
    } finally {
      nodes.shutdownNow();
    }
    try (Stream<Path> files = Files.list(root)) {
      assertThat(files.toList()).containsExactly(root.resolve(SharedStaging.FILE_NAME));
    }
  }

  private static String get(Future<String> id) {
    try {
      return id.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void isRefused_whenItIsNotMounted_orItsFileIsNoGood() throws IOException {
    assertThatThrownBy(() -> SharedStaging.open(root.resolve("absent")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("is it mounted?");
    Files.writeString(root.resolve(SharedStaging.FILE_NAME), "{\"ID\": \"../x\"}");
    assertThatThrownBy(() -> SharedStaging.open(root)).isInstanceOf(StorageException.class);
  }

  @Test
  void dealsDataIsFoundThere_byEveryNode() throws IOException {
    String name = "deal-staging/" + DEAL + ".0123456789abcdef-7.data";
    Path data = root.resolve(name);
    Files.createDirectories(data.getParent());
    Files.writeString(data, "piece");
    for (int node = 0; node < 2; node++) {
      try (StoragePaths paths =
          StoragePaths.open(
              new ProverWorkersSettings.Storage(List.of(), 0, 2, Optional.of(root)))) {
        String id = paths.sharedStaging().orElseThrow().id();
        BlobStore blobs = new BlobStore(paths);
        assertThat(blobs.staged(id, name)).contains(data);
        assertThat(blobs.served(id, name)).contains(data);
        assertThat(blobs.staged(id, name.replace("-7", "-7/../x"))).isEmpty();
        assertThat(blobs.staged("other", name)).isEmpty();
        assertThat(paths.home()).isEmpty();
      }
    }
  }
}
