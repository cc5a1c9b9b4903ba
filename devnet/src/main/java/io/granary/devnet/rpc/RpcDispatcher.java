package io.granary.devnet.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.actor.ChainRandomness;
import io.granary.devnet.actor.VerifierUnavailableException;
import io.granary.devnet.chain.BlockRefusedException;
import io.granary.devnet.chain.DevnetException;
import io.granary.devnet.chain.PoolException;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.JsonCursor;
import io.granary.protocol.json.JsonShapeException;
import io.granary.protocol.json.RpcMethod.Permission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From one JSON-RPC request to its response. */
final class RpcDispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(RpcDispatcher.class);

  private final MethodTable methods;
  private final Trouble trouble;

  RpcDispatcher(MethodTable methods, Trouble trouble) {
    this.methods = methods;
    this.trouble = trouble;
  }

  /** A response, and the error code in it; 0 for a result. */
  record Response(ObjectNode body, int errorCode) {}

  /** Answers {@code request}; a notification is carried out and its response has no use. */
  CompletionStage<Response> dispatch(JsonNode request, Set<Permission> allowed) {
    JsonNode id = request.path("id").isMissingNode() ? NullNode.instance : request.get("id");
    try {
      if (!request.isObject() || !request.path("method").isTextual()) {
        throw new RpcException(RpcException.INVALID_REQUEST, "Invalid request");
      }
      String wireName = request.get("method").asText();
      if (wireName.equals(ChainMethods.CHAIN_NOTIFY)) {
        throw new RpcException(
            RpcException.METHOD_NOT_FOUND,
            "method '" + wireName + "' not supported in this mode (no out channel support)");
      }
      return call(wireName, request.path("params"), allowed)
          .handle(
              (result, failure) ->
                  failure == null ? success(id, result) : failure(id, wireName, failure));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failure(id, request.path("method").asText(), e));
    }
  }

  private CompletionStage<JsonNode> call(
      String wireName, JsonNode params, Set<Permission> allowed) {
    MethodTable.Served method =
        methods
            .find(wireName)
            .orElseThrow(
                () ->
                    new RpcException(
                        RpcException.METHOD_NOT_FOUND, "method '" + wireName + "' not found"));
    List<JsonNode> values = positional(params);
    if (values.size() != method.parameters().size()) {
      throw new RpcException(
          RpcException.INVALID_PARAMS,
          "wrong param count (method '"
              + wireName
              + "'): "
              + values.size()
              + " != "
              + method.parameters().size());
    }
    requireAllowed(method.name(), method.permission(), allowed);
    Arguments arguments = decode(wireName, method, values);
    Duration delay = trouble.delay(wireName);
    return delay.isZero()
        ? method.handler().apply(arguments)
        : CompletableFuture.supplyAsync(
                () -> arguments,
                CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS))
            .thenCompose(method.handler());
  }

  static void requireAllowed(String name, Permission needed, Set<Permission> allowed) {
    if (!allowed.contains(needed)) {
      throw RpcException.handler(
          "missing permission to invoke '" + name + "' (need '" + needed.text() + "')");
    }
  }

  private static List<JsonNode> positional(JsonNode params) {
    if (params.isMissingNode() || params.isNull()) {
      return List.of();
    }
    if (!params.isArray()) {
      throw new RpcException(
          RpcException.PARSE_ERROR,
          "unmarshaling param array: json: cannot unmarshal object into a list of parameters");
    }
    List<JsonNode> values = new ArrayList<>();
    params.forEach(values::add);
    return values;
  }

  private static Arguments decode(
      String wireName, MethodTable.Served method, List<JsonNode> values) {
    List<Object> decoded = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      try {
        decoded.add(method.parameters().get(i).read(JsonCursor.root(values.get(i))));
      } catch (JsonShapeException e) {
        throw new RpcException(
            RpcException.PARSE_ERROR,
            "unmarshaling params for '" + wireName + "' (param: " + i + "): " + e.getMessage());
      }
    }
    return new Arguments(decoded);
  }

  private static Response success(JsonNode id, JsonNode result) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("id", id);
    body.put("jsonrpc", "2.0");
    body.set("result", result);
    return new Response(body, 0);
  }

  private static Response failure(JsonNode id, String wireName, Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof RpcException refused) {
      return error(id, refused.code(), String.valueOf(refused.getMessage()));
    }
    if (!isExpected(cause)) {
      LOG.error("method {} failed", wireName, cause);
    }
    return error(
        id,
        RpcException.HANDLER_ERROR,
        Optional.ofNullable(cause.getMessage()).orElseGet(cause::toString));
  }

  private static boolean isExpected(Throwable cause) {
    return cause instanceof PoolException
        || cause instanceof BlockRefusedException
        || cause instanceof DevnetException
        || cause instanceof VerifierUnavailableException
        || cause instanceof ChainRandomness.FutureEpochException;
  }

  /** An error response. */
  static Response error(JsonNode id, int code, String message) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error").put("code", code).put("message", message);
    body.set("id", id);
    body.put("jsonrpc", "2.0");
    return new Response(body, code);
  }
}
