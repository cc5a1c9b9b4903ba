package io.granary.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A closed loop over some entities for a while: each is sent its next command when it has answered
 * the one before. Thread-safe.
 */
final class Window {
  private static final long DRAIN_SECONDS = 60;

  private final LongAdder answered = new LongAdder();
  private final CountDownLatch drivers;
  private volatile boolean open = true;

  Window(int entities) {
    this.drivers = new CountDownLatch(entities);
  }

  /**
   * An actor that keeps one entity busy until the window closes.
   *
   * @param send sends the next command, to be answered to the given actor
   */
  <R> Behavior<R> driver(Consumer<ActorRef<R>> send) {
    return Behaviors.setup(
        context -> {
          send.accept(context.getSelf());
          return Behaviors.receiveMessage(
              reply -> {
                if (open) {
                  answered.increment();
                  send.accept(context.getSelf());
                  return Behaviors.same();
                }
                drivers.countDown();
                return Behaviors.stopped();
              });
        });
  }

  /**
   * Lets the loop run for {@code length}, then waits for the last answers.
   *
   * @return commands answered within the window, a second
   * @throws IllegalStateException when an entity never answers
   */
  double run(Duration length) throws InterruptedException {
    long start = System.nanoTime();
    long before = answered.sum();
    TimeUnit.NANOSECONDS.sleep(length.toNanos());
    long after = answered.sum();
    double seconds = (System.nanoTime() - start) / 1e9;
    open = false;
    if (!drivers.await(DRAIN_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(drivers.getCount() + " entities stopped answering");
    }
    return (after - before) / seconds;
  }
}
