package io.granary.devnet.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.ExecutedTipSet;
import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.HeadEvent;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.RpcMethod.Permission;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/**
 * One WebSocket: calls answered out of order, subscriptions to the head, cancelling (chain.md 2.2).
 * Frames leave one at a time; a reader that lets {@value #BUFFERED_CHANGES} changes of a
 * subscription pile up gets that subscription closed.
 */
final class SocketSession {
  private static final Logger LOG = LoggerFactory.getLogger(SocketSession.class);
  private static final int BUFFERED_CHANGES = 16;
  private static final int PENDING_CALLS_MAX = 1000;
  private static final long PING_SECONDS = 5;
  private static final long FRAME_BYTES_MAX = 100L << 20;

  private final WebSocketChannel channel;
  private final RpcDispatcher dispatcher;
  private final Chain chain;
  private final Tipsets tipsets;
  private final Trouble trouble;
  private final JsonCodec<HeadEvent> change;
  private final Set<Permission> allowed;
  private final ScheduledExecutorService pings;
  private final AtomicLong channelIds = new AtomicLong();
  private final Map<JsonNode, Subscription> subscriptions = new ConcurrentHashMap<>();
  private final Map<JsonNode, CompletableFuture<RpcDispatcher.Response>> calls =
      new ConcurrentHashMap<>();
  private final Deque<Frame> outgoing = new ArrayDeque<>();
  private boolean sending;

  /** A text to send; {@code sent} runs once it has left. */
  private record Frame(String text, Runnable sent) {}

  SocketSession(
      WebSocketChannel channel,
      RpcDispatcher dispatcher,
      Chain chain,
      Tipsets tipsets,
      Trouble trouble,
      ChainJson json,
      Set<Permission> allowed,
      ScheduledExecutorService pings) {
    this.channel = channel;
    this.dispatcher = dispatcher;
    this.chain = chain;
    this.tipsets = tipsets;
    this.trouble = trouble;
    this.change = json.blocks().change();
    this.allowed = allowed;
    this.pings = pings;
  }

  /** Begins to read; {@code closed} runs when the socket is gone. */
  void start(Runnable closed) {
    channel
        .getReceiveSetter()
        .set(
            new AbstractReceiveListener() {
              @Override
              protected void onFullTextMessage(
                  WebSocketChannel source, BufferedTextMessage message) {
                String text = message.getData();
                source.getWorker().execute(() -> receive(text));
              }

              @Override
              protected long getMaxTextBufferSize() {
                return FRAME_BYTES_MAX;
              }
            });
    Future<?> ping =
        pings.scheduleAtFixedRate(
            () -> WebSockets.sendPing(ByteBuffer.allocate(0), channel, null),
            PING_SECONDS,
            PING_SECONDS,
            TimeUnit.SECONDS);
    channel.addCloseTask(
        gone -> {
          closed.run();
          ping.cancel(false);
          subscriptions.values().forEach(Subscription::end);
          calls.values().forEach(call -> call.cancel(false));
        });
    channel.resumeReceives();
  }

  /** Breaks the connection off without a closing frame. */
  void breakOff() {
    IoUtils.safeClose(channel);
  }

  private void receive(String text) {
    JsonNode request;
    try {
      request = RpcServer.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      send(RpcServer.parseError().body(), () -> {});
      return;
    }
    String method = request.path("method").asText();
    if (method.equals("xrpc.cancel")) {
      cancel(request.path("params").path(0));
    } else if (method.equals(ChainMethods.CHAIN_NOTIFY) && request.has("id")) {
      subscribe(request);
    } else {
      call(request);
    }
  }

  private void call(JsonNode request) {
    if (!request.has("id")) {
      dispatcher.dispatch(request, allowed);
      return;
    }
    JsonNode id = request.get("id");
    if (calls.size() >= PENDING_CALLS_MAX) {
      send(
          RpcDispatcher.error(id, RpcException.HANDLER_ERROR, "too many calls in flight").body(),
          () -> {});
      return;
    }
    CompletableFuture<RpcDispatcher.Response> call =
        dispatcher.dispatch(request, allowed).toCompletableFuture().copy();
    calls.put(id, call);
    CompletableFuture<RpcDispatcher.Response> unused =
        call.whenComplete(
            (response, failure) -> {
              calls.remove(id, call);
              send(
                  failure == null
                      ? response.body()
                      : RpcDispatcher.error(id, RpcException.HANDLER_ERROR, "context canceled")
                          .body(),
                  () -> {});
            });
  }

  private void cancel(JsonNode id) {
    Subscription subscription = subscriptions.get(id);
    if (subscription != null) {
      subscription.close();
    }
    CompletableFuture<RpcDispatcher.Response> call = calls.get(id);
    if (call != null) {
      call.cancel(false);
    }
  }

  private void subscribe(JsonNode request) {
    JsonNode id = request.get("id");
    if (!request.path("params").isEmpty()) {
      String text =
          "wrong param count (method '"
              + ChainMethods.CHAIN_NOTIFY
              + "'): "
              + request.path("params").size()
              + " != 0";
      send(RpcDispatcher.error(id, RpcException.INVALID_PARAMS, text).body(), () -> {});
      return;
    }
    if (!allowed.contains(Permission.READ)) {
      String text = "missing permission to invoke 'ChainNotify' (need 'read')";
      send(RpcDispatcher.error(id, RpcException.HANDLER_ERROR, text).body(), () -> {});
      return;
    }
    Subscription subscription = new Subscription(id, channelIds.incrementAndGet());
    if (subscriptions.putIfAbsent(id, subscription) != null) {
      send(
          RpcDispatcher.error(id, RpcException.INVALID_REQUEST, "request id in use").body(),
          () -> {});
      return;
    }
    ObjectNode answer = RpcServer.JSON.createObjectNode();
    answer.set("id", id);
    answer.put("jsonrpc", "2.0").put("result", subscription.channelId);
    send(answer, () -> {});
    subscription.begin();
  }

  /** A subscription to the head. Its changes are counted until they have left. */
  private final class Subscription implements Consumer<HeadChange> {
    private final JsonNode requestId;
    private final long channelId;
    private int waiting;
    private @Nullable ExecutedTipSet last;
    private boolean ended;

    Subscription(JsonNode requestId, long channelId) {
      this.requestId = requestId;
      this.channelId = channelId;
    }

    void begin() {
      synchronized (chain) {
        chain.subscribe(this);
        last = tipsets.head();
        value(List.of(new HeadEvent(HeadEvent.Type.CURRENT, last.tipSet())));
      }
    }

    @Override
    public void accept(HeadChange moved) {
      ExecutedTipSet from = last;
      ExecutedTipSet to = tipsets.head();
      if (from == null || trouble.isSilent() || to.equals(from)) {
        return;
      }
      last = to;
      ChainPath path = Tipsets.path(from, to);
      List<HeadEvent> events = new ArrayList<>();
      for (TipSet reverted : path.reverted()) {
        events.add(new HeadEvent(HeadEvent.Type.REVERT, reverted));
      }
      for (TipSet applied : path.applied()) {
        events.add(new HeadEvent(HeadEvent.Type.APPLY, applied));
      }
      value(events);
    }

    private synchronized void value(List<HeadEvent> events) {
      if (ended) {
        return;
      }
      if (waiting >= BUFFERED_CHANGES) {
        LOG.warn("a reader lags by {} head changes: its channel is closed", waiting);
        close();
        return;
      }
      waiting++;
      ObjectNode frame = frame("xrpc.ch.val");
      frame.withArray("params").add(change.list().write(events));
      send(frame, this::left);
    }

    private synchronized void left() {
      waiting--;
    }

    /** Ends it and tells the reader. */
    synchronized void close() {
      if (!ended) {
        end();
        send(frame("xrpc.ch.close"), () -> {});
      }
    }

    synchronized void end() {
      ended = true;
      chain.unsubscribe(this);
      subscriptions.remove(requestId, this);
    }

    private ObjectNode frame(String method) {
      ObjectNode frame = RpcServer.JSON.createObjectNode();
      frame.put("jsonrpc", "2.0").put("method", method);
      ArrayNode params = frame.putArray("params");
      params.add(channelId);
      return frame;
    }
  }

  private void send(JsonNode body, Runnable sent) {
    synchronized (outgoing) {
      outgoing.add(new Frame(body + "\n", sent));
      if (sending) {
        return;
      }
      sending = true;
    }
    sendNext();
  }

  private void sendNext() {
    Frame frame;
    synchronized (outgoing) {
      frame = outgoing.poll();
      if (frame == null || !channel.isOpen()) {
        sending = false;
        return;
      }
    }
    WebSockets.sendText(
        frame.text(),
        channel,
        new WebSocketCallback<>() {
          @Override
          public void complete(WebSocketChannel source, Void context) {
            frame.sent().run();
            sendNext();
          }

          @Override
          public void onError(WebSocketChannel source, Void context, Throwable problem) {
            LOG.debug("a socket closed while it was written to", problem);
            synchronized (outgoing) {
              outgoing.clear();
              sending = false;
            }
          }
        });
  }
}
