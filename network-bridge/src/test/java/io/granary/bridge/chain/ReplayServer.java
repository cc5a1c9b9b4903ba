package io.granary.bridge.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.json.JsonText;
import io.granary.protocol.recorded.Recording;
import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A loopback HTTP server that answers as it is told to, and keeps what it was asked. */
final class ReplayServer implements AutoCloseable {
  /** What the server does with one request's body. */
  @FunctionalInterface
  interface Answerer {
    void answer(HttpServerExchange exchange, String body) throws InterruptedException;
  }

  private final Undertow server;
  private final List<JsonNode> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
  private volatile Answerer answerer = (exchange, body) -> exchange.setStatusCode(404);

  ReplayServer() {
    server =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setIoThreads(1)
            .setWorkerThreads(4)
            .setHandler(new BlockingHandler(this::handle))
            .build();
    server.start();
  }

  URI url() {
    InetSocketAddress address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    return URI.create("http://127.0.0.1:" + address.getPort() + "/rpc/v1");
  }

  void answerWith(Answerer next) {
    requests.clear();
    answerer = next;
  }

  /** Answers as the node did in {@code recording}, with the id of the request. */
  void replay(Recording recording) {
    answerWith(
        (exchange, body) -> {
          ObjectNode answer = JsonNodeFactory.instance.objectNode();
          recording.result().ifPresent(result -> answer.set("result", result));
          recording.error().ifPresent(error -> answer.set("error", error));
          answer.put("jsonrpc", "2.0").set("id", JsonText.parse(body).get("id"));
          send(exchange, recording.httpStatus(), JsonText.write(answer) + "\n");
        });
  }

  /** Answers with these very bytes. */
  void answerRaw(int status, String body) {
    answerWith((exchange, request) -> send(exchange, status, body));
  }

  static void send(HttpServerExchange exchange, int status, String body) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange.getResponseSender().send(body, StandardCharsets.UTF_8);
  }

  /** The requests since the last {@code answer…} or {@code replay}. */
  List<JsonNode> requests() {
    return List.copyOf(requests);
  }

  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  /** On a worker's thread, so that an answerer may block. */
  private void handle(HttpServerExchange exchange) throws IOException {
    String body = new String(exchange.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String authorization = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    authorizations.add(authorization == null ? "" : authorization);
    requests.add(JsonText.parse(body));
    try {
      answerer.answer(exchange, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE);
    }
  }

  @Override
  public void close() {
    server.stop();
  }
}
