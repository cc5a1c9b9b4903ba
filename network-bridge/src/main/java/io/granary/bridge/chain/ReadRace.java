package io.granary.bridge.chain;

import io.granary.protocol.port.ChainException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One question whose answer is the same wherever it comes from, asked of one node after the other
 * within one time limit. The next node is asked when one gives no answer, refuses our token or
 * answers what cannot be read, and beside the first when that takes unusually long. The first
 * result wins; a node's refusal is the answer when nobody else is being asked.
 *
 * <p>While another node is left, one gets only {@link Limits#quick}, so that a hung node costs
 * seconds; the last one gets all the time there is.
 */
final class ReadRace<R> {
  private final List<NodeEndpoint> nodes;
  private final Limits limits;
  private final BiFunction<NodeEndpoint, Duration, CompletableFuture<R>> ask;
  private final CompletableFuture<R> outcome = new CompletableFuture<>();
  private final List<CompletableFuture<R>> running = new ArrayList<>();
  private final long beganNanos = System.nanoTime();
  private int next;
  private int open;

  /** What to fail with; a refusal by a node's handler stands before a lost connection. */
  private @Nullable ChainException failure;

  private boolean refused;

  /**
   * @param whole for the answer, all tries together
   * @param quick for one node while another is left
   * @param hedgeAfter when a second node is asked beside the first; empty for never
   */
  record Limits(Duration whole, Duration quick, Optional<Duration> hedgeAfter) {}

  /**
   * @param nodes whom to ask, in order, at most once each
   * @param ask asks a node within a time limit
   */
  ReadRace(
      List<NodeEndpoint> nodes,
      Limits limits,
      BiFunction<NodeEndpoint, Duration, CompletableFuture<R>> ask) {
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("nobody to ask");
    }
    this.nodes = List.copyOf(nodes);
    this.limits = limits;
    this.ask = ask;
  }

  /** Starts; to be called once. */
  CompletionStage<R> run() {
    Optional<Duration> hedge = limits.hedgeAfter();
    if (hedge.isPresent() && nodes.size() > 1) {
      Executor later =
          CompletableFuture.delayedExecutor(hedge.get().toMillis(), TimeUnit.MILLISECONDS);
      later.execute(this::hedge);
    }
    askNext();
    return outcome;
  }

  private void hedge() {
    boolean second;
    synchronized (this) {
      // Whoever waits for a second node already needs no third.
      second = next == 1 && open == 1;
    }
    if (second && !outcome.isDone()) {
      askNext();
    }
  }

  /** Asks the next node; false when there is none, or no time. */
  private boolean askNext() {
    NodeEndpoint node;
    Duration limit;
    synchronized (this) {
      Duration left = limits.whole().minusNanos(System.nanoTime() - beganNanos);
      if (outcome.isDone() || next >= nodes.size() || (next > 0 && left.toMillis() <= 0)) {
        return false;
      }
      node = nodes.get(next++);
      boolean last = next == nodes.size();
      limit = last || left.compareTo(limits.quick()) < 0 ? left : limits.quick();
      open++;
    }
    CompletableFuture<R> asked = ask.apply(node, limit);
    synchronized (this) {
      running.add(asked);
    }
    CompletionStage<R> settled = asked;
    settled.whenComplete(this::settle);
    return true;
  }

  private void settle(@Nullable R result, @Nullable Throwable error) {
    if (error == null) {
      finish(() -> outcome.complete(result));
      return;
    }
    ChainException failed = asChainException(error);
    boolean elsewhere;
    synchronized (this) {
      open--;
      boolean refusal = !isWorthAnotherNode(failed);
      if (failure == null || (refusal && !refused)) {
        failure = failed;
      }
      refused |= refusal;
      elsewhere = !refused;
    }
    if (elsewhere && askNext()) {
      return;
    }
    ChainException last;
    synchronized (this) {
      last = open == 0 ? failure : null;
    }
    if (last != null) {
      finish(() -> outcome.completeExceptionally(last));
    }
  }

  private void finish(Runnable completion) {
    completion.run();
    List<CompletableFuture<R>> rest;
    synchronized (this) {
      rest = List.copyOf(running);
    }
    rest.forEach(asked -> asked.cancel(true));
  }

  private static boolean isWorthAnotherNode(ChainException failure) {
    return failure.connectionLost()
        || failure.code() == ChainException.TOKEN_REFUSED
        || failure.code() == ChainException.MALFORMED_ANSWER;
  }

  private static ChainException asChainException(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof ChainException chain
        ? chain
        : new ChainException(ChainException.CONNECTION_LOST, cause.toString(), cause);
  }
}
