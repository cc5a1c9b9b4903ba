package io.granary.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.prover.ProverWorkersSettings;
import java.nio.file.Path;
import java.util.Map;

/** The modules' own settings, with what a benchmark must decide itself. */
final class BenchSettings {
  private BenchSettings() {}

  /**
   * The children's settings.
   *
   * @param work where they have their working directories
   * @param threads of each child
   */
  static ProverWorkersSettings.Child child(Path work, int threads) {
    return ProverWorkersSettings.from(config(work, threads)).child();
  }

  /** The whole configuration of a process under {@code work}. */
  static Config config(Path work, int threads) {
    return ConfigFactory.parseMap(
            Map.of(
                "granary.prover.child.threads",
                threads,
                "granary.prover.child.log-level",
                "warn",
                "granary.prover.child.work-directory",
                work.resolve("children").toString()))
        .withFallback(ConfigFactory.load())
        .resolve();
  }
}
