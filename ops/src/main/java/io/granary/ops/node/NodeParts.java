package io.granary.ops.node;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node has to close at its end, around the end of its actor system. Thread-safe. */
final class NodeParts {
  private static final Logger LOG = LoggerFactory.getLogger(NodeParts.class);

  /** For the actor system of a node that did not start. */
  private static final Duration ABANDON_LIMIT = Duration.ofSeconds(90);

  /** For leaving the cluster and draining Cassandra; above the sum of Akka's phases. */
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

  /** What closes before the actor system ends, the newest first. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** What closes after it has ended. */
  private final Deque<AutoCloseable> last = new ArrayDeque<>();

  /** Takes what closes before the actor system ends, and before what was taken earlier. */
  void push(AutoCloseable part) {
    push(parts, part);
  }

  /** Takes what the actor system needs to its end. */
  void pushLast(AutoCloseable part) {
    push(last, part);
  }

  private static void push(Deque<AutoCloseable> parts, AutoCloseable part) {
    synchronized (parts) {
      parts.push(part);
    }
  }

  /** Whoever comes second waits until all is closed. */
  private static void closeAll(Deque<AutoCloseable> parts) {
    synchronized (parts) {
      while (!parts.isEmpty()) {
        AutoCloseable part = parts.pop();
        try {
          part.close();
        } catch (Exception e) {
          LOG.warn("{} did not end in order", part.getClass().getSimpleName(), e);
        }
      }
    }
  }

  /** Ends what was started before the start failed. */
  void abandon(Optional<ActorSystem<Void>> begun) {
    closeAll(parts);
    begun.ifPresent(
        system -> {
          // A mere terminate would end the process, with success, before anybody hears why.
          CoordinatedShutdown.get(system).runAll(new StartFailed());
          await(system.getWhenTerminated().toCompletableFuture(), ABANDON_LIMIT);
        });
    closeAll(last);
  }

  /**
   * Closes the parts after the entities have been handed over and before the actor system ends, and
   * the rest after it. The process waits for that: else it would be gone while its Cassandra still
   * writes, and the next start would find the directory taken.
   *
   * @return completes when everything is closed
   */
  CompletableFuture<Void> closeWith(ActorSystem<Void> system) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "close-parts",
            () ->
                CompletableFuture.supplyAsync(
                    () -> {
                      closeAll(parts);
                      return Done.getInstance();
                    }));
    CompletableFuture<Void> closed = closeLast(system);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> await(closeLast(system), STOP_LIMIT), "node-close"));
    return closed;
  }

  /**
   * The end of the system is asked for anew at each call: when Akka itself ends the process, after
   * the cluster has downed the node, it does so before it tells those who asked earlier, and waits
   * for this. The typed system would only repeat its earlier question.
   */
  private CompletableFuture<Void> closeLast(ActorSystem<Void> system) {
    return Adapter.toClassic(system)
        .getWhenTerminated()
        .thenRun(() -> closeAll(last))
        .toCompletableFuture();
  }

  private static void await(CompletableFuture<?> end, Duration limit) {
    try {
      end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the node did not end in order", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
