package io.granary.protocol.port;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Chains of advertisements in memory. */
public final class MemoryAdChain implements AdChain {
  private final Map<String, Map<Cid, Bytes>> nodes = new HashMap<>();
  private final Map<String, Contexts> chains = new HashMap<>();
  private final Random chance;
  private final int lostPercent;
  private boolean unreachable;

  /** One that answers everything. */
  public MemoryAdChain() {
    this(0, 0);
  }

  /**
   * One that loses answers to moves, of which half took place.
   *
   * @param lostPercent of all
   */
  public MemoryAdChain(long seed, int lostPercent) {
    this.chance = new Random(seed);
    this.lostPercent = lostPercent;
  }

  /** From now on nothing is answered, or again. */
  public synchronized void unreachable(boolean is) {
    unreachable = is;
  }

  @Override
  public synchronized CompletionStage<Void> put(String peerId, Cid node, Bytes data) {
    nodes.computeIfAbsent(peerId, added -> new HashMap<>()).put(node, data);
    return unreachable ? CompletableFuture.failedStage(lost()) : CompletableFuture.allOf();
  }

  @Override
  public synchronized CompletionStage<Optional<Bytes>> get(String peerId, Cid node) {
    return answer(Optional.ofNullable(nodes.getOrDefault(peerId, Map.of()).get(node)));
  }

  @Override
  public synchronized CompletionStage<Optional<Cid>> head(String peerId) {
    return answer(chain(peerId).head());
  }

  @Override
  public synchronized CompletionStage<Optional<Cid>> advertised(String peerId, Bytes contextId) {
    return answer(Optional.ofNullable(chain(peerId).advertised().get(contextId)));
  }

  @Override
  public synchronized CompletionStage<Contexts> contexts(String peerId) {
    return answer(chain(peerId));
  }

  @Override
  public synchronized CompletionStage<Boolean> move(
      String peerId, Optional<Cid> from, Cid to, Change change) {
    boolean lost = chance.nextInt(100) < lostPercent;
    if (lost && chance.nextBoolean()) {
      return CompletableFuture.failedStage(lost());
    }
    Contexts before = chain(peerId);
    boolean moves = !unreachable && before.head().equals(from);
    if (moves) {
      Map<Bytes, Cid> after = new HashMap<>(before.advertised());
      if (change instanceof Change.Advertised advertised) {
        after.put(advertised.contextId(), to);
      } else {
        after.remove(change.contextId());
      }
      chains.put(peerId, new Contexts(Optional.of(to), after));
    }
    return lost
        ? CompletableFuture.failedStage(lost())
        : answer(moves || before.head().equals(Optional.of(to)));
  }

  private Contexts chain(String peerId) {
    return chains.getOrDefault(peerId, Contexts.NONE);
  }

  private <T> CompletionStage<T> answer(T value) {
    return unreachable
        ? CompletableFuture.failedStage(lost())
        : CompletableFuture.completedStage(value);
  }

  private static IllegalStateException lost() {
    return new IllegalStateException("no answer of the store");
  }
}
