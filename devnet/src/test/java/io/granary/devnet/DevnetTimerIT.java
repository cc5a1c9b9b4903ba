package io.granary.devnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.chain.TipSet;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks by the timer, so over wall time. */
class DevnetTimerIT {
  private static final Duration SEVERAL_BLOCKS = Duration.ofMillis(300);
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir Path directory;

  @Test
  void makesNoBlocks_whenPaused() throws InterruptedException {
    DevnetSettings settings =
        Policies.settings("granary.devnet { production = timer, block-time = 20ms }")
            .at(directory, 0);
    try (Devnet devnet = Devnet.start(settings, new FakeVerifier())) {
      awaitHeight(devnet, 2);
      devnet.pause();
      // Behind a block that the timer was making.
      TipSet last = devnet.step(0);
      Thread.sleep(SEVERAL_BLOCKS.toMillis());
      assertThat(devnet.head()).isEqualTo(last);
      devnet.resume();
      awaitHeight(devnet, last.height().value() + 2);
    }
  }

  private static void awaitHeight(Devnet devnet, long height) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (devnet.head().height().value() < height) {
      assertThat(System.nanoTime()).as("time for block %s", height).isLessThan(end);
      Thread.sleep(10);
    }
  }
}
