package io.granary.bridge.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.NodeVersion;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.HeadEvent;
import io.granary.protocol.json.JsonText;
import io.granary.protocol.json.NodeCodecs;
import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** A chain node on loopback over a {@link FakeChain}: queries over HTTP, ChainNotify by script. */
final class FakeNode implements AutoCloseable {
  private static final ChainJson JSON = new ChainJson('t');
  private static final ChainMethods METHODS = new ChainMethods(JSON);
  static final long CHANNEL = 7;
  private static final String REFUSAL = "refusal";

  private final FakeChain chain;
  private final Undertow server;
  private final List<WebSocketChannel> sockets = new CopyOnWriteArrayList<>();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile boolean knowsPaths = true;
  private volatile boolean refuses;
  private volatile Duration answersAfter = Duration.ZERO;
  private final Map<String, BiFunction<JsonNode, FakeNode, JsonNode>> scripted =
      new ConcurrentHashMap<>();
  private volatile BiConsumer<FakeNode, Long> onSubscribe = FakeNode::acceptAtHead;

  FakeNode(FakeChain chain) {
    this(chain, 0);
  }

  /**
   * @param port 0 for a free one
   */
  FakeNode(FakeChain chain, int port) {
    this.chain = chain;
    server =
        Undertow.builder()
            .addHttpListener(port, "127.0.0.1")
            .setIoThreads(1)
            .setWorkerThreads(32)
            .setHandler(
                new WebSocketProtocolHandshakeHandler(
                    (WebSocketConnectionCallback) (exchange, channel) -> opened(channel),
                    this::post))
            .build();
    server.start();
  }

  URI url() {
    InetSocketAddress address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    return URI.create("http://127.0.0.1:" + address.getPort() + "/rpc/v1");
  }

  int port() {
    return url().getPort();
  }

  /** Has every HTTP answer come so late; longer than any time limit for a node that hangs. */
  void answersAfter(Duration pause) {
    answersAfter = pause;
  }

  /** Has the node refuse every token. */
  void refuses(boolean all) {
    refuses = all;
  }

  /** Answers {@code method} (without prefix) by {@code script}, which gets the parameters. */
  void script(String method, BiFunction<JsonNode, FakeNode, JsonNode> script) {
    scripted.put(method, script);
  }

  /** An answer that is an error of the handler. */
  static JsonNode refusal(String message) {
    return JsonNodeFactory.instance.objectNode().put(REFUSAL, message);
  }

  /** What to do when a subscription with this request id comes in, from the next one on. */
  void onSubscribe(BiConsumer<FakeNode, Long> script) {
    onSubscribe = script;
  }

  /** Has ChainGetPath be an unknown method. */
  void withoutPaths() {
    knowsPaths = false;
  }

  /** The usual: channel id, then the current head. */
  void acceptAtHead(long id) {
    accept(id);
    send(HeadEvent.Type.CURRENT, chain.head());
  }

  void accept(long id) {
    raw("{\"id\":" + id + ",\"jsonrpc\":\"2.0\",\"result\":" + CHANNEL + "}\n");
  }

  void send(HeadEvent.Type type, TipSet... tipSets) {
    JsonNode events =
        JSON.blocks()
            .change()
            .list()
            .write(Arrays.stream(tipSets).map(t -> new HeadEvent(type, t)).toList());
    raw(frame(events));
  }

  static String frame(JsonNode events) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.ch.val\",\"params\":["
        + CHANNEL
        + ","
        + JsonText.write(events)
        + "]}\n";
  }

  /** Sends {@code text} to every open socket. */
  void raw(String text) {
    for (WebSocketChannel socket : sockets) {
      WebSockets.sendText(text, socket, null);
    }
  }

  /** Breaks every open socket without a close frame. */
  void dropSockets() {
    for (WebSocketChannel socket : List.copyOf(sockets)) {
      sockets.remove(socket);
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  int openSockets() {
    return (int) sockets.stream().filter(WebSocketChannel::isOpen).count();
  }

  /** The text messages that came over sockets. */
  List<String> received() {
    return List.copyOf(received);
  }

  /** How many subscriptions were asked for. */
  long subscriptions() {
    return received.stream().filter(text -> text.contains("ChainNotify")).count();
  }

  /** The methods asked over HTTP. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private void opened(WebSocketChannel socket) {
    sockets.add(socket);
    socket
        .getReceiveSetter()
        .set(
            new AbstractReceiveListener() {
              @Override
              protected void onFullTextMessage(WebSocketChannel from, BufferedTextMessage message) {
                // The data can be taken once.
                String text = message.getData();
                received.add(text);
                JsonNode request = JsonText.parse(text);
                if ("Filecoin.ChainNotify".equals(request.get("method").textValue())) {
                  onSubscribe.accept(FakeNode.this, request.get("id").longValue());
                }
              }
            });
    socket.resumeReceives();
  }

  private void post(HttpServerExchange exchange) {
    if (exchange.isInIoThread()) {
      exchange.dispatch(this::post);
      return;
    }
    exchange
        .getRequestReceiver()
        .receiveFullString(
            (same, body) -> {
              pause();
              if (refuses) {
                same.setStatusCode(401);
                same.endExchange();
                return;
              }
              same.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
              same.getResponseSender()
                  .send(JsonText.write(answer(JsonText.parse(body))), StandardCharsets.UTF_8);
            },
            StandardCharsets.UTF_8);
  }

  /** A request that waits goes on as soon as the node answers at once again. */
  private void pause() {
    long began = System.nanoTime();
    try {
      while (System.nanoTime() - began < answersAfter.toNanos()) {
        Thread.sleep(Math.min(20, answersAfter.toMillis()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode answer(JsonNode request) {
    String method = request.get("method").textValue();
    asked.add(method.substring(method.indexOf('.') + 1));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("jsonrpc", "2.0").set("id", request.get("id"));
    Optional<JsonNode> result = result(method, request.get("params"));
    if (result.isPresent() && result.get().has(REFUSAL)) {
      answer.putObject("error").put("code", 1).set("message", result.get().get(REFUSAL));
    } else if (result.isPresent()) {
      answer.set("result", result.get());
    } else {
      answer.putObject("error").put("code", 1).put("message", "could not find");
    }
    return answer;
  }

  private Optional<JsonNode> result(String method, JsonNode params) {
    var script = scripted.get(method.substring(method.indexOf('.') + 1));
    if (script != null) {
      return Optional.of(script.apply(params, this));
    }
    if (method.equals(METHODS.chainHead.wireName())) {
      return Optional.of(METHODS.chainHead.result().write(chain.head()));
    }
    if (method.equals(METHODS.version.wireName())) {
      return Optional.of(NodeCodecs.VERSION.write(new NodeVersion("fake", 131840, 1, "fake")));
    }
    if (method.equals(METHODS.chainGetTipSet.wireName())) {
      TipSetKey key = (TipSetKey) METHODS.chainGetTipSet.readParameters(params).get(0);
      return chain.get(key).map(METHODS.chainGetTipSet.result()::write);
    }
    if (method.equals(METHODS.chainGetTipSetAfterHeight.wireName())) {
      List<Object> p = METHODS.chainGetTipSetAfterHeight.readParameters(params);
      TipSet after = chain.after((Epoch) p.get(0), (TipSetKey) p.get(1));
      return Optional.of(METHODS.chainGetTipSetAfterHeight.result().write(after));
    }
    if (method.equals(METHODS.chainGetPath.wireName()) && knowsPaths) {
      List<Object> p = METHODS.chainGetPath.readParameters(params);
      Optional<ChainPath> path = chain.path((TipSetKey) p.get(0), (TipSetKey) p.get(1));
      return path.map(METHODS.chainGetPath.result()::write);
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    // The server waits for what it is answering.
    answersAfter = Duration.ZERO;
    server.stop();
  }
}
