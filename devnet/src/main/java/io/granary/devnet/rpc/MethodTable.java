package io.granary.devnet.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The methods that are served, by their name on the wire. Filled before the server starts. */
final class MethodTable {
  /** The prefix of what only this chain has. */
  static final String EXTENSION_PREFIX = "Granary.";

  private final Map<String, Served> byWireName = new TreeMap<>();

  /** A method with what it does; the result is JSON already. */
  record Served(
      String name,
      Permission permission,
      List<JsonCodec<?>> parameters,
      Function<Arguments, CompletionStage<JsonNode>> handler) {
    Served {
      parameters = List.copyOf(parameters);
    }
  }

  /** Serves {@code method} by a function that answers at once. */
  <R> void serve(RpcMethod<R> method, Function<Arguments, R> handler) {
    serveLater(method, arguments -> CompletableFuture.completedFuture(handler.apply(arguments)));
  }

  /** Serves {@code method} by a function that may answer later. */
  <R> void serveLater(RpcMethod<R> method, Function<Arguments, CompletionStage<R>> handler) {
    put(method.wireName(), method, handler);
  }

  /** Serves an extension of this chain. */
  <R> void serveExtension(RpcMethod<R> method, Function<Arguments, R> handler) {
    put(
        EXTENSION_PREFIX + method.name(),
        method,
        arguments -> CompletableFuture.completedFuture(handler.apply(arguments)));
  }

  private <R> void put(
      String wireName, RpcMethod<R> method, Function<Arguments, CompletionStage<R>> handler) {
    Served served =
        new Served(
            method.name(),
            method.permission(),
            method.parameters(),
            arguments -> handler.apply(arguments).thenApply(method.result()::write));
    if (byWireName.put(wireName, served) != null) {
      throw new IllegalStateException("served twice: " + wireName);
    }
  }

  Optional<Served> find(String wireName) {
    return Optional.ofNullable(byWireName.get(wireName));
  }

  Set<String> wireNames() {
    return byWireName.keySet();
  }
}
