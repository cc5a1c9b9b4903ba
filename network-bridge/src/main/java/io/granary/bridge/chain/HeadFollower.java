package io.granary.bridge.chain;

import io.granary.bridge.BridgeOperatorLog;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.HeadEvent;
import io.granary.protocol.port.ChainGateway;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows the head of the preferred chain node and hands each change to all listeners, one at a
 * time, as an unbroken line. All state belongs to the thread of {@code owner}; a listener runs on
 * it too and must not block it.
 *
 * <p>A subscription counts as lost when its socket fails, when the node closes the channel, when
 * two pings in a row bring nothing, when no head comes for the silence limit, or when a frame
 * cannot be read or handed on. Then the next node of the ring is tried after a pause.
 */
final class HeadFollower {
  private final HttpClient http;
  private final NodeRing nodes;
  private final ChainGateway gateway;
  private final ChainJson json;
  private final NetworkBridgeSettings settings;
  private final ScheduledExecutorService owner;
  private final HeadLine line;
  private final CatchUp catchUp;
  private final Backoff backoff;
  private final List<Consumer<HeadChange>> listeners = new ArrayList<>();

  private @Nullable NotifyChannel channel;
  private @Nullable NodeEndpoint node;
  private @Nullable ScheduledFuture<?> watch;
  private long lastHeadNanos;
  private boolean following;

  /** How long no head may come; the floor until the node has told its block delay. */
  private Duration silence;

  HeadFollower(
      HttpClient http,
      NodeRing nodes,
      ChainGateway gateway,
      ChainJson json,
      NetworkBridgeSettings settings,
      ScheduledExecutorService owner,
      RandomGenerator random) {
    this.http = http;
    this.nodes = nodes;
    this.gateway = gateway;
    this.json = json;
    this.settings = settings;
    this.owner = owner;
    NetworkBridgeSettings.Follow follow = settings.follow();
    line = new HeadLine(follow.historyTipsetsMax());
    catchUp = new CatchUp(gateway, line, follow.catchUpEpochs(), owner);
    backoff =
        new Backoff(follow.reconnectMin(), follow.reconnectMax(), follow.reconnectJitter(), random);
    silence = follow.silenceMin();
  }

  /** Adds a listener; it hears the current head first. Any thread. */
  AutoCloseable subscribe(Consumer<HeadChange> listener) {
    owner.execute(
        () -> {
          listeners.add(listener);
          line.last().ifPresent(head -> tell(listener, first(head)));
          if (listeners.size() == 1) {
            connect();
          }
        });
    return () ->
        owner.execute(
            () -> {
              listeners.remove(listener);
              if (listeners.isEmpty()) {
                disconnect();
              }
            });
  }

  /** Ends the subscription for all listeners. Any thread. */
  void close() {
    owner.execute(
        () -> {
          listeners.clear();
          disconnect();
        });
  }

  private void connect() {
    NodeEndpoint target = nodes.preferred();
    node = target;
    following = false;
    lastHeadNanos = System.nanoTime();
    Connection connection = new Connection();
    NotifyChannel opening =
        new NotifyChannel(connection, json.blocks().change(), settings.frameBytesMax(), owner);
    connection.channel = opening;
    channel = opening;
    WebSocket.Builder builder =
        http.newWebSocketBuilder().connectTimeout(settings.connectTimeout());
    try {
      target.authorization().ifPresent(value -> builder.header("Authorization", value));
    } catch (UncheckedIOException e) {
      opening.end(String.valueOf(e.getMessage()));
      return;
    }
    CompletionStage<WebSocket> connecting = builder.buildAsync(target.webSocketUrl(), opening);
    connecting.whenCompleteAsync(
        (opened, error) -> {
          if (error != null) {
            target.forgetToken();
            opening.end("no connection: " + error);
          }
        },
        owner);
    learnBlockDelay();
    startWatch(opening);
  }

  private void disconnect() {
    stopWatch();
    NotifyChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }

  private void lost(NotifyChannel ended, String reason) {
    if (channel != ended) {
      return;
    }
    channel = null;
    stopWatch();
    NodeEndpoint failed = node;
    if (failed != null) {
      nodes.failed(failed);
    }
    if (listeners.isEmpty()) {
      return;
    }
    Duration pause = backoff.next();
    BridgeOperatorLog.followingLost(String.valueOf(failed), reason, pause);
    ScheduledFuture<?> again =
        owner.schedule(
            () -> {
              if (channel == null && !listeners.isEmpty()) {
                connect();
              }
            },
            pause.toMillis(),
            TimeUnit.MILLISECONDS);
    watch = again;
  }

  private void startWatch(NotifyChannel opened) {
    long pingMillis = settings.follow().pingInterval().toMillis();
    watch =
        owner.scheduleWithFixedDelay(
            () -> look(opened, pingMillis), pingMillis, pingMillis, TimeUnit.MILLISECONDS);
  }

  private void stopWatch() {
    ScheduledFuture<?> running = watch;
    watch = null;
    if (running != null) {
      running.cancel(false);
    }
  }

  private void look(NotifyChannel opened, long pingMillis) {
    long now = System.nanoTime();
    if (opened.handling()) {
      // Nothing is read now, and what is asked of the node meanwhile has limits of its own.
      return;
    }
    if (millisSince(opened.lastSignNanos(), now) > 2 * pingMillis) {
      opened.end("two pings brought nothing");
    } else if (millisSince(lastHeadNanos, now) > silence.toMillis()) {
      opened.end("no head for " + silence.toSeconds() + " s");
    } else {
      opened.ping();
    }
  }

  private static long millisSince(long nanos, long now) {
    return TimeUnit.NANOSECONDS.toMillis(now - nanos);
  }

  private void learnBlockDelay() {
    gateway
        .version()
        .whenCompleteAsync(
            (version, error) -> {
              // Without an answer the last limit stays; the subscription fails on its own then.
              if (error == null) {
                Duration told =
                    Duration.ofSeconds(version.blockDelaySeconds())
                        .multipliedBy(settings.follow().silenceEpochs());
                Duration least = settings.follow().silenceMin();
                silence = told.compareTo(least) > 0 ? told : least;
              }
            },
            owner);
  }

  private CompletionStage<Void> heads(List<HeadEvent> events) {
    lastHeadNanos = System.nanoTime();
    HeadLine.Step step = line.step(events);
    if (step instanceof HeadLine.Step.Deliver deliver) {
      hand(deliver.change());
    } else if (step instanceof HeadLine.Step.FetchHead fetch) {
      return gateway
          .tipSet(fetch.head())
          .thenComposeAsync(head -> reverted(fetch.reverted(), head), owner);
    } else if (step instanceof HeadLine.Step.CatchUp gap) {
      return catchUp(gap.target(), 0, 0);
    }
    follows();
    return CompletableFuture.completedStage(null);
  }

  private CompletionStage<Void> reverted(List<TipSet> reverted, TipSet head) {
    if (reverted.isEmpty()) {
      return catchUp(head, 0, 0);
    }
    hand(new HeadChange(reverted, List.of(), head));
    return CompletableFuture.completedStage(null);
  }

  private CompletionStage<Void> catchUp(TipSet target, int reverted, int applied) {
    return catchUp
        .next(target)
        .thenComposeAsync(
            change -> {
              if (change.isEmpty()) {
                BridgeOperatorLog.caughtUp(reverted, applied, target.height().value());
                follows();
                return CompletableFuture.completedStage(null);
              }
              hand(change.get());
              lastHeadNanos = System.nanoTime();
              return catchUp(
                  target,
                  reverted + change.get().reverted().size(),
                  applied + change.get().applied().size());
            },
            owner);
  }

  private void follows() {
    backoff.reset();
    if (!following) {
      following = true;
      line.last()
          .ifPresent(
              head -> BridgeOperatorLog.following(String.valueOf(node), head.height().value()));
    }
  }

  private void hand(HeadChange change) {
    line.deliver(change);
    for (Consumer<HeadChange> listener : List.copyOf(listeners)) {
      tell(listener, change);
    }
  }

  private static void tell(Consumer<HeadChange> listener, HeadChange change) {
    try {
      listener.accept(change);
    } catch (RuntimeException e) {
      BridgeOperatorLog.listenerFailed(change.head().height().value(), e);
    }
  }

  private static HeadChange first(TipSet head) {
    return new HeadChange(List.of(), List.of(head), head);
  }

  /** Ties what a channel says to the follower, as long as it is the follower's channel. */
  private final class Connection implements NotifyChannel.Handler {
    private @Nullable NotifyChannel channel;

    @Override
    public CompletionStage<Void> heads(List<HeadEvent> events) {
      return HeadFollower.this.heads(events);
    }

    @Override
    public void ended(String reason) {
      NotifyChannel mine = channel;
      if (mine != null) {
        lost(mine, reason);
      }
    }
  }
}
