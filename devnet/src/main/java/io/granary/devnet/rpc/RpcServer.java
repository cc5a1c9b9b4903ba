package io.granary.devnet.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.granary.devnet.chain.Chain;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.RpcMethod.Permission;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.PathHandler;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.websockets.spi.WebSocketHttpExchange;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/** Serves {@code /rpc/v1} by HTTP POST and WebSocket, with the statuses a node answers. */
public final class RpcServer implements Closeable {
  static final String PATH = "/rpc/v1";

  /** The same methods where no trouble reaches, so that it can be ended. */
  static final String CONTROL_PATH = "/devnet/v1";

  /** Request bodies up to 100 MiB, as a node's default (chain.md 2.1). */
  private static final long BODY_BYTES_MAX = 100L << 20;

  private static final int BATCH_MAX = 1000;
  private static final int WORKER_THREADS = 16;
  private static final String FORM = "application/x-www-form-urlencoded";

  static final ObjectMapper JSON = new ObjectMapper();

  private final Undertow undertow;
  private final RpcDispatcher dispatcher;
  private final Tokens tokens;
  private final ScheduledExecutorService pings;
  private final Trouble trouble;
  private final RpcDispatcher controlDispatcher;
  private final Set<SocketSession> sessions = ConcurrentHashMap.newKeySet();

  RpcServer(
      String host,
      int port,
      MethodTable methods,
      Tokens tokens,
      Chain chain,
      Tipsets tipsets,
      Trouble trouble,
      ChainJson json) {
    this.dispatcher = new RpcDispatcher(methods, trouble);
    this.controlDispatcher = new RpcDispatcher(methods, new Trouble());
    this.tokens = tokens;
    this.trouble = trouble;
    trouble.onOutage(() -> sessions.forEach(SocketSession::breakOff));
    this.pings =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "devnet-ping");
              thread.setDaemon(true);
              return thread;
            });
    HttpHandler sockets =
        Handlers.websocket(
            (exchange, channel) -> {
              SocketSession session =
                  new SocketSession(
                      channel,
                      dispatcher,
                      chain,
                      tipsets,
                      trouble,
                      json,
                      allowedOf(exchange),
                      pings);
              sessions.add(session);
              session.start(() -> sessions.remove(session));
            });
    this.undertow =
        Undertow.builder()
            .addHttpListener(port, host)
            .setWorkerThreads(WORKER_THREADS)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, BODY_BYTES_MAX)
            .setHandler(
                new PathHandler()
                    .addExactPath(PATH, exchange -> reach(exchange, sockets))
                    .addExactPath(
                        CONTROL_PATH, exchange -> route(exchange, sockets, controlDispatcher)))
            .build();
    this.undertow.start();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
  }

  @Override
  public void close() {
    pings.shutdownNow();
    undertow.stop();
  }

  private Set<Permission> allowedOf(WebSocketHttpExchange exchange) {
    return tokenOf(
            exchange.getRequestHeader("Authorization"),
            exchange.getRequestParameters().getOrDefault("token", List.of()).stream().findFirst())
        .map(token -> tokens.verify(token).orElse(List.of()))
        .map(Set::copyOf)
        .orElseGet(Tokens::anonymous);
  }

  private static Optional<String> tokenOf(@Nullable String header, Optional<String> query) {
    if (header != null && header.startsWith("Bearer ")) {
      return Optional.of(header.substring("Bearer ".length()).strip());
    }
    return query;
  }

  private void reach(HttpServerExchange exchange, HttpHandler sockets) throws Exception {
    if (trouble.isOut()) {
      IoUtils.safeClose(exchange.getConnection());
      return;
    }
    route(exchange, sockets, dispatcher);
  }

  private void route(HttpServerExchange exchange, HttpHandler sockets, RpcDispatcher dispatching)
      throws Exception {
    Optional<String> query =
        Optional.ofNullable(exchange.getQueryParameters().get("token")).map(Deque::peekFirst);
    Optional<String> token =
        tokenOf(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION), query);
    Optional<List<Permission>> allowed = token.flatMap(tokens::verify);
    if (token.isPresent() && allowed.isEmpty()) {
      exchange.setStatusCode(401).endExchange();
      return;
    }
    // Java's HTTP client offers an upgrade to HTTP/2, which is none to a WebSocket.
    if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst(Headers.UPGRADE))) {
      sockets.handleRequest(exchange);
      return;
    }
    String contentType =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE)).orElse("");
    boolean swallowedByFormParser = token.isEmpty() && contentType.startsWith(FORM);
    if (!exchange.getRequestMethod().equals(Methods.POST) || swallowedByFormParser) {
      send(exchange, 400, List.of(invalidRequest()), false);
      return;
    }
    Set<Permission> permissions = allowed.map(Set::copyOf).orElseGet(Tokens::anonymous);
    exchange
        .getRequestReceiver()
        .receiveFullBytes(
            (received, body) ->
                received.dispatch(() -> answer(received, body, permissions, dispatching)));
  }

  private static RpcDispatcher.Response invalidRequest() {
    return RpcDispatcher.error(NullNode.instance, RpcException.INVALID_REQUEST, "Invalid request");
  }

  private void answer(
      HttpServerExchange exchange,
      byte[] body,
      Set<Permission> allowed,
      RpcDispatcher dispatching) {
    if (body.length == 0) {
      send(exchange, 400, List.of(invalidRequest()), false);
      return;
    }
    JsonNode request;
    try {
      request = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      send(exchange, 500, List.of(parseError()), false);
      return;
    } catch (IOException e) {
      throw new IllegalStateException("reading JSON from memory", e);
    }
    if (request.isArray()) {
      answerBatch(exchange, request, allowed, dispatching);
      return;
    }
    boolean notification = request.isObject() && !request.has("id");
    dispatching
        .dispatch(request, allowed)
        .thenAccept(
            response -> {
              if (isCutOff(dispatching, request)) {
                IoUtils.safeClose(exchange.getConnection());
                return;
              }
              int status = RpcException.httpStatus(response.errorCode());
              send(exchange, status, notification ? List.of() : List.of(response), false);
            });
  }

  /** An outage that began meanwhile takes answers too, but not that to the one who ordered it. */
  private boolean isCutOff(RpcDispatcher dispatching, JsonNode request) {
    return dispatching == dispatcher
        && trouble.isOut()
        && !request.path("method").asText().startsWith(MethodTable.EXTENSION_PREFIX);
  }

  static RpcDispatcher.Response parseError() {
    return RpcDispatcher.error(NullNode.instance, RpcException.PARSE_ERROR, "Parse error");
  }

  private void answerBatch(
      HttpServerExchange exchange,
      JsonNode requests,
      Set<Permission> allowed,
      RpcDispatcher dispatching) {
    if (requests.isEmpty() || requests.size() > BATCH_MAX) {
      send(exchange, 400, List.of(invalidRequest()), false);
      return;
    }
    List<CompletableFuture<RpcDispatcher.Response>> pending = new ArrayList<>();
    for (JsonNode request : requests) {
      CompletionStage<RpcDispatcher.Response> response = dispatching.dispatch(request, allowed);
      if (request.has("id")) {
        pending.add(response.toCompletableFuture());
      }
    }
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new))
            .thenRun(
                () ->
                    send(
                        exchange,
                        200,
                        pending.stream().map(CompletableFuture::join).toList(),
                        true));
  }

  private static void send(
      HttpServerExchange exchange,
      int status,
      List<RpcDispatcher.Response> responses,
      boolean batch) {
    StringBuilder text = new StringBuilder();
    for (RpcDispatcher.Response response : responses) {
      text.append(text.isEmpty() ? "" : ",").append(response.body()).append('\n');
    }
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange
        .getResponseSender()
        .send(batch ? "[" + text + "]" : text.toString(), StandardCharsets.UTF_8);
  }
}
