package io.granary.ops.scenario;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process that holds a sender is killed between any two steps of a message, its replacement
 * included, at steps that seeds draw, with the real journal, store, client and pool: each intent
 * ends as exactly one message on chain, and the nonces have no gap. Fifty seeds die in this JVM,
 * where nothing passes any more; a few in JVMs of their own, by SIGKILL.
 */
class SenderKillScenarioTest {
  @TempDir Path folder;

  @Test
  void oneMessageAnIntentAndNoGap_whenTheProcessDiesBetweenAnySteps() throws Exception {
    try (SenderKillStage stage = new SenderKillStage(folder)) {
      SenderKills kills = new SenderKills(stage);
      kills.run(SenderKills.seeds(0, 50), 5, kills::inProcess);
    }
  }

  @Test
  void oneMessageAnIntentAndNoGap_whenItsJvmIsKilled() throws Exception {
    try (SenderKillStage stage = new SenderKillStage(folder)) {
      SenderKills kills = new SenderKills(stage);
      kills.run(SenderKills.seeds(100, 5), 2, kills::inJvm);
    }
  }
}
