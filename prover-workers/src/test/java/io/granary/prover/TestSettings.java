package io.granary.prover;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings for tests, over reference.conf. */
public final class TestSettings {
  private TestSettings() {}

  /**
   * {@code granary.prover} with its work directory under {@code home}, the real prover, and {@code
   * overrides} in HOCON on top.
   */
  public static ProverWorkersSettings of(Path home, String overrides) {
    return ProverWorkersSettings.from(config(home, overrides));
  }

  public static Config config(Path home, String overrides) {
    String base =
        """
        granary.prover.child {
          binary = "%s"
          work-directory = "%s"
          stop-limit = 2s
          watch-interval = 50ms
          threads = 2
        }
        """
            .formatted(prover(), home.resolve("work"));
    return ConfigFactory.parseString(overrides)
        .withFallback(ConfigFactory.parseString(base))
        .withFallback(ConfigFactory.load());
  }

  /** The real prover: {@code GRANARY_PROVER}, or where cargo leaves it in this checkout. */
  public static Path prover() {
    String named = System.getProperty("GRANARY_PROVER", System.getenv("GRANARY_PROVER"));
    return named != null
        ? Path.of(named)
        : Path.of("native/target/release/granary-prover").toAbsolutePath();
  }

  /** Fails with the command that helps when the prover is not built. */
  public static void requireProver() {
    if (!Files.isExecutable(prover())) {
      throw new AssertionError(
          "no prover at "
              + prover()
              + ": run `cargo build --release --locked` in prover-workers/native, or set"
              + " GRANARY_PROVER");
    }
  }
}
