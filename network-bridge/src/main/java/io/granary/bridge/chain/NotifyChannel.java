package io.granary.bridge.chain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.HeadEvent;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.JsonCursor;
import io.granary.protocol.json.JsonScalars;
import io.granary.protocol.json.JsonText;
import io.granary.protocol.port.ChainException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One ChainNotify subscription over one WebSocket (chain.md 2.2). The socket's thread collects the
 * pieces of a message; everything else happens on the owner's thread. The next message is asked of
 * the socket only when the last one has been dealt with, so a slow listener holds back the node
 * instead of filling memory.
 */
final class NotifyChannel implements WebSocket.Listener {
  private static final long REQUEST_ID = 1;

  /** Frames that may come before the answer that names our channel. */
  private static final int EARLY_FRAMES_MAX = 16;

  /** What happens on the channel; called on the owner's thread, until the first {@code ended}. */
  interface Handler {
    /** A frame of head events. The next one follows when the stage is complete. */
    CompletionStage<Void> heads(List<HeadEvent> events);

    /** The channel is of no more use. */
    void ended(String reason);
  }

  private final Handler handler;
  private final JsonCodec<List<HeadEvent>> events;
  private final int frameCharsMax;
  private final Executor owner;

  /** Pieces of the message under way: the socket's thread only. */
  private final StringBuilder pieces = new StringBuilder();

  /** Frames of channels not known yet: the owner's thread only, as the two below. */
  private final Queue<JsonCursor> early = new ArrayDeque<>();

  private OptionalLong channel = OptionalLong.empty();
  private boolean over;

  /** Whether a message is being dealt with, and the socket not read meanwhile: owner's thread. */
  private boolean handling;

  private @Nullable WebSocket socket;
  private volatile long lastSignNanos = System.nanoTime();

  NotifyChannel(Handler handler, JsonCodec<HeadEvent> event, int frameCharsMax, Executor owner) {
    this.handler = handler;
    this.events = event.list();
    this.frameCharsMax = frameCharsMax;
    this.owner = owner;
  }

  @Override
  public void onOpen(WebSocket opened) {
    String request =
        RpcEnvelope.request(
            REQUEST_ID, ChainMethods.CHAIN_NOTIFY, JsonNodeFactory.instance.arrayNode());
    owner.execute(
        () -> {
          socket = opened;
          if (over) {
            opened.abort();
            return;
          }
          CompletionStage<WebSocket> asked = opened.sendText(request, true);
          asked.whenCompleteAsync(
              (sent, error) -> {
                if (error != null) {
                  end("the subscription could not be sent: " + error);
                } else {
                  opened.request(1);
                }
              },
              owner);
        });
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    lastSignNanos = System.nanoTime();
    if (data.length() > frameCharsMax - pieces.length()) {
      owner.execute(() -> end("a message longer than " + frameCharsMax + " characters"));
      return null;
    }
    pieces.append(data);
    if (!last) {
      from.request(1);
      return null;
    }
    String text = pieces.toString();
    pieces.setLength(0);
    owner.execute(() -> message(from, text));
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    owner.execute(() -> end("a binary message"));
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
    lastSignNanos = System.nanoTime();
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
    lastSignNanos = System.nanoTime();
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    owner.execute(() -> end("the node closed the socket: " + status + " " + reason));
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    owner.execute(() -> end("the socket failed: " + error));
  }

  /** When anything last came from the node, by {@link System#nanoTime}. Any thread. */
  long lastSignNanos() {
    return lastSignNanos;
  }

  /** Whether a message is being dealt with; nothing is read meanwhile. Owner's thread. */
  boolean handling() {
    return handling;
  }

  /** Sends a ping. Owner's thread. */
  void ping() {
    WebSocket open = socket;
    if (open != null && !over) {
      CompletionStage<WebSocket> pinged = open.sendPing(ByteBuffer.allocate(0));
      pinged.whenCompleteAsync(
          (sent, error) -> {
            if (error != null) {
              end("a ping could not be sent: " + error);
            }
          },
          owner);
    }
  }

  /** Cancels the subscription and closes the socket. Owner's thread. */
  void close() {
    over = true;
    WebSocket open = socket;
    if (open != null) {
      ArrayNode params = JsonNodeFactory.instance.arrayNode().add(REQUEST_ID);
      CompletionStage<WebSocket> cancelled =
          open.sendText(RpcEnvelope.notification("xrpc.cancel", params), true);
      cancelled
          .thenCompose(sent -> open.sendClose(WebSocket.NORMAL_CLOSURE, ""))
          .whenComplete((closed, error) -> open.abort());
    }
  }

  /** Ends the channel for {@code reason}, unless it has ended. Owner's thread. */
  void end(String reason) {
    if (over) {
      return;
    }
    over = true;
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
    handler.ended(reason);
  }

  private void message(WebSocket from, String text) {
    if (over) {
      return;
    }
    handling = true;
    CompletionStage<Void> handled;
    try {
      handled = dispatch(JsonCursor.root(JsonText.parse(text)));
    } catch (IllegalArgumentException | ChainException e) {
      end("a message that cannot be read: " + e.getMessage());
      return;
    }
    handled.whenCompleteAsync(
        (done, error) -> {
          handling = false;
          lastSignNanos = System.nanoTime();
          if (error != null) {
            end("a head that cannot be handed on: " + error.getMessage());
          } else {
            from.request(1);
          }
        },
        owner);
  }

  private CompletionStage<Void> dispatch(JsonCursor message) {
    String method = message.getOr("method", JsonScalars.TEXT, "");
    return switch (method) {
      case "" -> answer(message);
      case "xrpc.ch.val" -> value(message.member("params"));
      case "xrpc.ch.close" -> {
        JsonCursor params = message.member("params");
        if (params.elements().isEmpty()) {
          throw params.problem("expected a channel id");
        }
        long closed = params.elements().get(0).integer();
        if (channel.isPresent() && channel.getAsLong() == closed) {
          end("the node closed the channel, as it does with a reader that lags");
        }
        yield done();
      }
      default -> done();
    };
  }

  private CompletionStage<Void> answer(JsonCursor message) {
    RpcEnvelope.throwError("ChainNotify", message);
    if (message.get("id", JsonScalars.INTEGER) != REQUEST_ID) {
      return done();
    }
    channel = OptionalLong.of(message.get("result", JsonScalars.INTEGER));
    CompletionStage<Void> all = done();
    while (!early.isEmpty()) {
      JsonCursor params = early.remove();
      all = all.thenComposeAsync(before -> value(params), owner);
    }
    return all;
  }

  private CompletionStage<Void> value(JsonCursor params) {
    List<JsonCursor> both = params.elements();
    if (both.size() != 2) {
      throw params.problem("expected channel id and value, got " + both.size() + " entries");
    }
    if (channel.isEmpty()) {
      if (early.size() >= EARLY_FRAMES_MAX) {
        throw params.problem("more than " + EARLY_FRAMES_MAX + " values before the channel id");
      }
      early.add(params);
      return done();
    }
    if (both.get(0).integer() != channel.getAsLong()) {
      return done();
    }
    return handler.heads(events.read(both.get(1)));
  }

  private static CompletionStage<Void> done() {
    return CompletableFuture.completedStage(null);
  }
}
