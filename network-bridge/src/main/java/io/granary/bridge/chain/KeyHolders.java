package io.granary.bridge.chain;

import io.granary.protocol.address.Address;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.port.ChainException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Which node's wallet holds a key. A signature is asked where the key is, and stays there until
 * that node gives no answer; then another holder is looked for. The same key signs the same bytes
 * alike, wherever it lies (BLS and RFC 6979), so a second request does no harm.
 */
final class KeyHolders {
  private final RpcClient rpc;
  private final RpcMethod<Boolean> walletHas;
  private final Duration quick;
  private final Duration whole;
  private final Map<Address, NodeEndpoint> holders;

  KeyHolders(
      RpcClient rpc,
      RpcMethod<Boolean> walletHas,
      Duration quick,
      Duration whole,
      int keysKeptMax) {
    this.rpc = rpc;
    this.walletHas = walletHas;
    this.quick = quick;
    this.whole = whole;
    holders =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Address, NodeEndpoint> eldest) {
            return size() > keysKeptMax;
          }
        };
  }

  /** Whether any node has the key of {@code address}. */
  CompletionStage<Boolean> has(Address address) {
    return rpc.nodes().all().size() == 1
        ? rpc.callOnce(walletHas, address)
        : holder(address).thenApply(Optional::isPresent);
  }

  /** Calls {@code method} at a node that holds the key of {@code address}. */
  <R> CompletionStage<R> call(Address address, RpcMethod<R> method, Object... values) {
    if (rpc.nodes().all().size() == 1) {
      return rpc.callOnce(method, values);
    }
    return holder(address)
        .thenCompose(
            found -> {
              // Without a holder the node's own words say what is missing.
              NodeEndpoint node = found.orElse(rpc.nodes().order().get(0));
              return rpc.callAt(node, whole, method, values)
                  .whenComplete(
                      (result, error) -> {
                        if (error != null && isLost(error)) {
                          forget(address, node);
                        }
                      });
            });
  }

  private CompletionStage<Optional<NodeEndpoint>> holder(Address address) {
    @Nullable NodeEndpoint known;
    synchronized (this) {
      known = holders.get(address);
    }
    return known != null && rpc.nodes().doubt(known).isEmpty()
        ? CompletableFuture.completedStage(Optional.of(known))
        : search(address, rpc.nodes().order(), 0, Optional.empty());
  }

  private CompletionStage<Optional<NodeEndpoint>> search(
      Address address, List<NodeEndpoint> nodes, int from, Optional<Throwable> failure) {
    if (from >= nodes.size()) {
      return failure
          .<CompletionStage<Optional<NodeEndpoint>>>map(CompletableFuture::failedStage)
          .orElse(CompletableFuture.completedStage(Optional.empty()));
    }
    NodeEndpoint node = nodes.get(from);
    return rpc.callAt(node, quick, walletHas, address)
        .handle(
            (has, error) -> {
              if (error == null && has) {
                keep(address, node);
                return CompletableFuture.completedStage(Optional.of(node));
              }
              return search(address, nodes, from + 1, error == null ? failure : Optional.of(error));
            })
        .thenCompose(stage -> stage);
  }

  private synchronized void keep(Address address, NodeEndpoint node) {
    holders.put(address, node);
  }

  private synchronized void forget(Address address, NodeEndpoint node) {
    holders.remove(address, node);
  }

  private static boolean isLost(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return cause instanceof ChainException chain && chain.connectionLost();
  }
}
