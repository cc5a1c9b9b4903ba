package io.granary.ops.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.storage.SectorStore;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnsealedReviewsTest {
  @TempDir private Path folder;
  private StoragePaths storage;
  private Instant now = Instant.parse("2026-11-30T00:00:00Z");
  private final List<SectorId> told = new ArrayList<>();

  @BeforeEach
  void attach() {
    StoragePath.create(folder, SectorStore.DEFAULT_WEIGHT, true, true, 0);
    storage = StoragePaths.open(new ProverWorkersSettings.Storage(List.of(folder), 0, 2));
  }

  @AfterEach
  void detach() {
    storage.close();
  }

  private Path file(long number, SectorFileType type) {
    return storage.paths().get(0).file(sector(number), type);
  }

  private void has(long number, SectorFileType type) throws IOException {
    Files.createDirectories(file(number, type).resolveSibling(""));
    Files.writeString(file(number, type), "x");
    storage.declare(sector(number), type, storage.paths().get(0));
  }

  private static SectorId sector(long number) {
    return SectorId.of(1000, number);
  }

  private UnsealedReviews reviews(int sectorsMax) {
    return UnsealedReviews.still(
        storage,
        told::add,
        new UnsealedReviewSettings(
            Duration.ofMinutes(1), sectorsMax, Duration.ofHours(1), Duration.ofHours(5)),
        () -> now);
  }

  private List<SectorId> round(UnsealedReviews reviews) {
    told.clear();
    reviews.round();
    return List.copyOf(told);
  }

  @Test
  void remindsThoseWithAnUnsealedFileOnly_untilItIsGone() throws IOException {
    has(1, SectorFileType.SEALED);
    has(2, SectorFileType.UNSEALED);
    has(3, SectorFileType.UNSEALED);
    Files.delete(file(3, SectorFileType.UNSEALED));
    try (UnsealedReviews reviews = reviews(10)) {
      assertThat(round(reviews)).containsExactly(sector(2));
      now = now.plus(Duration.ofHours(1));
      assertThat(round(reviews)).containsExactly(sector(2));
      storage.remove(sector(2), SectorFileType.UNSEALED);
      now = now.plus(Duration.ofHours(5));
      assertThat(round(reviews)).isEmpty();
    }
  }

  @Test
  void remindsEachInTurnAndNobodySoonAgain_whenTheyAreMore() throws IOException {
    for (long number = 0; number < 5; number++) {
      has(number, SectorFileType.UNSEALED);
    }
    try (UnsealedReviews reviews = reviews(2)) {
      assertThat(round(reviews)).containsExactly(sector(0), sector(1));
      now = now.plus(Duration.ofMinutes(1));
      assertThat(round(reviews)).containsExactly(sector(2), sector(3));
      now = now.plus(Duration.ofMinutes(59));
      assertThat(round(reviews)).containsExactly(sector(4), sector(0));
      assertThat(round(reviews)).containsExactly(sector(1));
      assertThat(round(reviews)).isEmpty();
    }
  }

  @Test
  void remindsEverMoreSeldomUpToTheBound_whileTheFileStays() throws IOException {
    has(1, SectorFileType.UNSEALED);
    Instant start = now;
    List<Long> hours = new ArrayList<>();
    try (UnsealedReviews reviews = reviews(1)) {
      for (long hour = 0; hour <= 20; hour++) {
        now = start.plus(Duration.ofHours(hour));
        if (!round(reviews).isEmpty()) {
          hours.add(hour);
        }
      }
      assertThat(hours).containsExactly(0L, 1L, 3L, 7L, 12L, 17L);

      storage.remove(sector(1), SectorFileType.UNSEALED);
      assertThat(round(reviews)).isEmpty();
      has(1, SectorFileType.UNSEALED);
      assertThat(round(reviews)).as("another file begins anew").containsExactly(sector(1));
      now = now.plus(Duration.ofHours(1));
      assertThat(round(reviews)).containsExactly(sector(1));
    }
    try (UnsealedReviews restarted = reviews(1)) {
      assertThat(round(restarted)).containsExactly(sector(1));
    }
  }

  @Test
  void remindsNobody_whenEveryCopyIsKept() {
    assertThat(UnsealedReviews.start(config("always"), storage, told::add)).isEmpty();
    Optional<UnsealedReviews> reviews =
        UnsealedReviews.start(config("as-deals-say"), storage, told::add);
    assertThat(reviews).isPresent();
    reviews.get().close();
  }

  private static Config config(String keepUnsealed) {
    return ConfigFactory.parseString("granary.sharding.sector.keep-unsealed = " + keepUnsealed)
        .withFallback(ConfigFactory.load());
  }

  @ParameterizedTest
  @CsvSource({"sectors-max, 0", "again-after, 999ms", "again-after-max, 59m"})
  void settingsNameTheKey_whenABoundIsWrong(String key, String value) {
    String path = "granary.node.unsealed-review." + key;
    assertThatThrownBy(
            () ->
                UnsealedReviewSettings.from(
                    ConfigFactory.parseString(path + " = " + value)
                        .withFallback(ConfigFactory.load())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(path + ":");
  }
}
