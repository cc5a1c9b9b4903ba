package io.granary.bridge.chain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.granary.protocol.json.RpcMethod;
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

/**
 * One JSON-RPC request over HTTP POST to one node, bounded in time and size. What comes of it is
 * noted in the node's {@link NodeHealth}. Any thread may call it.
 */
final class NodeCall {
  private final HttpClient http;
  private final int answerBytesMax;
  private final AtomicLong lastId = new AtomicLong();

  NodeCall(HttpClient http, int answerBytesMax) {
    this.http = http;
    this.answerBytesMax = answerBytesMax;
  }

  /**
   * Asks {@code node}. The future fails with ChainException; cancelling it breaks the request off.
   *
   * @param limit for the whole answer
   */
  <R> CompletableFuture<R> ask(
      NodeEndpoint node, RpcMethod<R> method, ArrayNode params, Duration limit) {
    long began = System.nanoTime();
    long id = lastId.incrementAndGet();
    CompletableFuture<HttpResponse<byte[]>> request =
        post(node, RpcEnvelope.request(id, method.wireName(), params));
    CompletableFuture<R> answer = new CompletableFuture<>();
    // The request's own timeout ends with the response's head; this one covers the body too.
    CompletionStage<R> read =
        request
            .copy()
            .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
            .thenApply(
                response -> RpcEnvelope.result(method, id, response.statusCode(), response.body()));
    read.whenComplete(
        (result, error) -> {
          if (error == null) {
            node.health().answered(Duration.ofNanos(System.nanoTime() - began));
            answer.complete(result);
          } else if (!answer.isDone()) {
            ChainException failure = asChainException(method, node, error);
            note(node, failure, began);
            answer.completeExceptionally(failure);
          }
        });
    CompletionStage<R> over = answer;
    over.whenComplete((result, error) -> request.cancel(true));
    return answer;
  }

  private CompletableFuture<HttpResponse<byte[]>> post(NodeEndpoint node, String text) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.url())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(text));
    try {
      node.authorization().ifPresent(value -> request.header("Authorization", value));
    } catch (UncheckedIOException e) {
      return CompletableFuture.failedFuture(e);
    }
    return http.sendAsync(request.build(), BoundedBody.handler(answerBytesMax));
  }

  private static void note(NodeEndpoint node, ChainException failure, long began) {
    switch (failure.code()) {
      case ChainException.TOKEN_REFUSED -> {
        node.forgetToken();
        node.health().refused(String.valueOf(failure.getMessage()));
      }
      case ChainException.CONNECTION_LOST, ChainException.MALFORMED_ANSWER ->
          node.health().failed(String.valueOf(failure.getMessage()));
      default -> node.health().answered(Duration.ofNanos(System.nanoTime() - began));
    }
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
