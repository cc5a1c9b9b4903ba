package io.granary.bridge.chain;

import io.granary.bridge.BridgeOperatorLog;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.port.ChainException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Hands what is signed, a message or a block, to every believed node at once: the same bytes have
 * the same effect however often they come, and what several nodes have travels though one of them
 * is cut off. The first node that has it answers. When none has, the answer is the refusal of the
 * first node in order that refused; only when no node said anything, that no answer came.
 */
final class PushToAll {
  /**
   * What a node says of a message that is in its pool, byte for byte
   * (recorded/MpoolPush--dup.json); of another message with the same nonce it says "already in
   * mpool, increase GasPremium".
   */
  private static final String KNOWN = "already in mpool: message with nonce already exists";

  private final RpcClient rpc;
  private final Duration limit;

  PushToAll(RpcClient rpc, Duration limit) {
    this.rpc = rpc;
    this.limit = limit;
  }

  /**
   * Pushes {@code value} by {@code method}.
   *
   * @param own what {@code value} is called by; the answer when a node has it
   */
  <R> CompletionStage<Cid> push(RpcMethod<R> method, Object value, Cid own) {
    List<NodeEndpoint> believed = rpc.nodes().believed();
    List<NodeEndpoint> targets =
        believed.isEmpty() ? List.of(rpc.nodes().order().get(0)) : believed;
    CompletableFuture<Cid> outcome = new CompletableFuture<>();
    List<CompletableFuture<Cid>> pushes =
        targets.stream().map(target -> pushAt(target, method, value, own)).toList();
    for (CompletionStage<Cid> one : pushes) {
      one.thenAccept(outcome::complete);
    }
    CompletionStage<Void> all = CompletableFuture.allOf(pushes.toArray(CompletableFuture[]::new));
    all.whenComplete(
        (done, error) -> {
          if (error != null && !outcome.isDone()) {
            outcome.completeExceptionally(worst(pushes));
          }
        });
    return outcome;
  }

  private <R> CompletableFuture<Cid> pushAt(
      NodeEndpoint target, RpcMethod<R> method, Object value, Cid own) {
    return rpc.callAt(target, limit, method, value)
        .handle(
            (answer, error) -> {
              if (error == null) {
                return own;
              }
              ChainException failure = asChainException(error);
              String why = String.valueOf(failure.getMessage());
              if (failure.code() == 1 && why.contains(KNOWN)) {
                return own;
              }
              BridgeOperatorLog.pushRefused(target, why);
              throw failure;
            })
        .toCompletableFuture();
  }

  /** The first refusal of a handler, else the first failure. */
  private static ChainException worst(List<CompletableFuture<Cid>> pushes) {
    @Nullable ChainException first = null;
    for (CompletableFuture<Cid> one : pushes) {
      ChainException failure = failureOf(one);
      if (!failure.connectionLost() && failure.code() != ChainException.TOKEN_REFUSED) {
        return failure;
      }
      first = first == null ? failure : first;
    }
    if (first == null) {
      throw new IllegalStateException("no push failed");
    }
    return first;
  }

  private static ChainException failureOf(CompletableFuture<Cid> push) {
    try {
      throw new IllegalStateException("a push had succeeded with " + push.getNow(null));
    } catch (CompletionException e) {
      return asChainException(e);
    }
  }

  private static ChainException asChainException(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof ChainException chain
        ? chain
        : new ChainException(ChainException.CONNECTION_LOST, cause.toString(), cause);
  }
}
