package io.granary.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineLoadTest {
  @Test
  void takesADeadlineThroughItsWindow_againAndAgain() {
    ActorSystem<Void> system =
        ActorSystem.create(Behaviors.empty(), "bench", BenchSettings.withoutStore());
    AtomicInteger peaks = new AtomicInteger();
    try {
      for (long number = 0; number < 2; number++) {
        DeadlineLoad load = new DeadlineLoad(system, number, 10_000);
        assertThatCode(() -> load.prove(peaks::incrementAndGet)).doesNotThrowAnyException();
        load.close();
      }
    } finally {
      system.terminate();
    }
    assertThat(peaks).hasValue(2);
  }
}
