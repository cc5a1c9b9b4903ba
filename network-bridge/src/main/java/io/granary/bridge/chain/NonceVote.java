package io.granary.bridge.chain;

import io.granary.protocol.address.Address;
import io.granary.protocol.json.RpcMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The next nonce of an address, asked of every believed node: the highest of the answers holds. A
 * node that has not yet seen a message of ours, or has lost its pool, names one that is used
 * already, and a message with it would replace or collide with the other; none names one too high,
 * since it counts only messages that exist. After the first answer the others have a short time
 * more, so that a hung node holds nobody up.
 */
final class NonceVote {
  private final RpcClient rpc;
  private final RpcMethod<Long> nonce;
  private final Duration whole;
  private final Duration others;

  /**
   * @param whole for the first answer
   * @param others for the rest, from the first answer on
   */
  NonceVote(RpcClient rpc, RpcMethod<Long> nonce, Duration whole, Duration others) {
    this.rpc = rpc;
    this.nonce = nonce;
    this.whole = whole;
    this.others = others;
  }

  CompletionStage<Long> ask(Address address) {
    List<NodeEndpoint> believed = rpc.nodes().believed();
    if (believed.size() < 2) {
      return rpc.call(nonce, address);
    }
    CompletableFuture<Long> highest = new CompletableFuture<>();
    Count count = new Count(believed.size());
    for (NodeEndpoint node : believed) {
      rpc.callAt(node, whole, nonce, address)
          .whenComplete(
              (value, error) -> {
                boolean first = error == null ? count.answered(value) : count.failed();
                if (count.open() == 0) {
                  finish(count, highest, error);
                } else if (first && error == null) {
                  CompletableFuture.delayedExecutor(others.toMillis(), TimeUnit.MILLISECONDS)
                      .execute(() -> finish(count, highest, null));
                }
              });
    }
    return highest;
  }

  private static void finish(
      Count count, CompletableFuture<Long> highest, @Nullable Throwable error) {
    if (count.highest() >= 0) {
      highest.complete(count.highest());
    } else if (error != null) {
      highest.completeExceptionally(error);
    }
  }

  /** Answers so far. Any thread. */
  private static final class Count {
    private int open;
    private long highest = -1;

    Count(int open) {
      this.open = open;
    }

    /** Returns whether this is the first answer. */
    synchronized boolean answered(long value) {
      boolean first = highest < 0;
      open--;
      highest = Math.max(highest, value);
      return first;
    }

    synchronized boolean failed() {
      open--;
      return false;
    }

    synchronized int open() {
      return open;
    }

    synchronized long highest() {
      return highest;
    }
  }
}
