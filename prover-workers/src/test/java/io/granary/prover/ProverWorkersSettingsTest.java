package io.granary.prover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProverWorkersSettingsTest {
  private static final Path HOME = Path.of("/nowhere");

  @Test
  void defaultsAreValid_andGiveEveryClassASlot() {
    ProverWorkersSettings settings = TestSettings.of(HOME, "");
    assertThat(settings.worker().slots()).containsOnlyKeys(JobClass.values());
    assertThat(settings.worker().slots().values()).allMatch(slots -> slots > 0);
    assertThat(settings.child().parameterCache()).isEmpty();
    assertThat(settings.pool().workerSilence()).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void limitIsTheMethodsOwn_elseTheDefault() {
    ProverWorkersSettings.Child child =
        TestSettings.of(HOME, "granary.prover.child.limits { \"seal.c2\" = 7m }").child();
    assertThat(child.limit("seal.c2")).isEqualTo(Duration.ofMinutes(7));
    assertThat(child.limit("seal.pc1")).isEqualTo(Duration.ofHours(12));
    assertThat(child.limit("piece.commit")).isEqualTo(child.defaultLimit());
  }

  @ParameterizedTest
  @CsvSource({
    "child.gpu-processes, 0",
    "child.watch-interval, 0s",
    "child.default-limit, 0s",
    "worker.slots.post-prove, -1",
    "worker.vanilla-parallel, 0",
    "pool.waiting-jobs-max, 0",
    "pool.worker-silence, 0s",
    "storage.vanilla-runs-kept, 0"
  })
  void refusesNamingTheKey_whenAValueIsOutOfRange(String key, String value) {
    assertThatThrownBy(() -> TestSettings.of(HOME, "granary.prover." + key + " = " + value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key);
  }

  @Test
  void refusesNamingTheKey_whenAValueHasTheWrongType() {
    assertThatThrownBy(() -> TestSettings.of(HOME, "granary.prover.worker.heartbeat = soon"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("heartbeat");
  }
}
