package io.granary.bridge.chain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import io.granary.protocol.port.ChainException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** JSON-RPC over HTTP POST, with bounds on time, size and number of requests. */
final class RpcClient {
  private final HttpClient http;
  private final NodeRing nodes;
  private final NetworkBridgeSettings settings;
  private final RequestGate gate;
  private final RequestGate waits;
  private final AnswerCache cache;
  private final AtomicLong lastId = new AtomicLong();

  RpcClient(HttpClient http, NodeRing nodes, NetworkBridgeSettings settings) {
    this.http = http;
    this.nodes = nodes;
    this.settings = settings;
    gate = new RequestGate(settings.requestsInFlightMax(), settings.requestsWaitingMax());
    waits = new RequestGate(settings.waitsInFlightMax(), settings.requestsWaitingMax());
    cache = new AnswerCache(settings.answersKeptMax());
  }

  /**
   * Calls {@code method}; a read that got no answer is asked of each further node once. What was
   * asked before of a named tipset may be answered from memory.
   */
  <R> CompletionStage<R> call(RpcMethod<R> method, Object... values) {
    ArrayNode params = method.writeParameters(values);
    return cache.get(
        method,
        params,
        () ->
            gate.submit(
                () -> attempt(method, params, settings.requestTimeout(), nodes.size() - 1)));
  }

  /** As {@link #call}, for methods that answer only when something has happened. */
  <R> CompletionStage<R> callAndWait(RpcMethod<R> method, Object... values) {
    ArrayNode params = method.writeParameters(values);
    return waits.submit(() -> attempt(method, params, settings.waitTimeout(), nodes.size() - 1));
  }

  private <R> CompletionStage<R> attempt(
      RpcMethod<R> method, ArrayNode params, Duration timeout, int othersLeft) {
    NodeEndpoint node = nodes.preferred();
    CompletionStage<R> posted;
    try {
      posted = post(node, method, params, timeout);
    } catch (UncheckedIOException e) {
      posted = CompletableFuture.failedStage(e);
    }
    return posted
        .handle(
            (result, error) -> {
              if (error == null) {
                return CompletableFuture.completedStage(result);
              }
              ChainException failure = asChainException(method, node, error);
              if (failure.code() == ChainException.TOKEN_REFUSED) {
                node.forgetToken();
              }
              if (failure.connectionLost()) {
                nodes.failed(node);
                if (method.permission() == Permission.READ && othersLeft > 0) {
                  return attempt(method, params, timeout, othersLeft - 1);
                }
              }
              return CompletableFuture.<R>failedStage(failure);
            })
        .thenCompose(stage -> stage);
  }

  private <R> CompletionStage<R> post(
      NodeEndpoint node, RpcMethod<R> method, ArrayNode params, Duration timeout) {
    long id = lastId.incrementAndGet();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.url())
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    RpcEnvelope.request(id, method.wireName(), params)));
    node.authorization().ifPresent(value -> request.header("Authorization", value));
    CompletableFuture<HttpResponse<byte[]>> sent =
        http.sendAsync(request.build(), BoundedBody.handler(settings.answerBytesMax()));
    // The request's own timeout ends with the response's head; this one covers the body too.
    return sent.copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (response, error) -> {
              if (error instanceof TimeoutException) {
                sent.cancel(true);
              }
            })
        .thenApply(
            response -> RpcEnvelope.result(method, id, response.statusCode(), response.body()));
  }

  private static ChainException asChainException(
      RpcMethod<?> method, NodeEndpoint node, Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof ChainException chain) {
      return chain;
    }
    if (cause instanceof UncheckedIOException) {
      return new ChainException(
          ChainException.TOKEN_REFUSED, method.name() + ": " + cause.getMessage(), cause);
    }
    String what = cause instanceof TimeoutException ? "no answer in time" : cause.toString();
    return new ChainException(
        ChainException.CONNECTION_LOST, method.name() + " to " + node + ": " + what, cause);
  }
}
