package io.granary.bridge.chain;

import io.granary.bridge.BridgeOperatorLog;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.HeadWeight;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.HeadEvent;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows the heaviest head of the chain nodes and hands each change to all listeners, one at a
 * time, as an unbroken line. All state belongs to the thread of {@code owner}; a listener runs on
 * it too and must not block it.
 *
 * <p>The head comes by a subscription at the best node. It counts as lost when its socket fails,
 * when the node closes the channel, when two pings in a row bring nothing, when {@link HeadWatch}
 * says so after a round of {@link HeadPolls}, or when a frame cannot be read or handed on. Then the
 * best node of that moment is tried after a pause of at most an epoch. Meanwhile the polls move the
 * head.
 *
 * <p>A frame that leads to a lighter head is not followed while another node that answers stands at
 * our head or above it.
 */
final class HeadFollower {
  private final HttpClient http;
  private final NodeBoard nodes;
  private final RpcClient rpc;
  private final ChainMethods methods;
  private final ChainJson json;
  private final NetworkBridgeSettings settings;
  private final ScheduledExecutorService owner;
  private final HeadLine line;
  private final CatchUp catchUp;
  private final HeadPolls polls;
  private final HeadWatch headWatch;
  private final Backoff backoff;
  private final List<Consumer<HeadChange>> listeners = new ArrayList<>();

  private @Nullable NotifyChannel channel;
  private @Nullable NodeEndpoint node;
  private @Nullable ScheduledFuture<?> watch;
  private boolean following;

  /** The change being handed on; the next one waits for it. */
  private CompletableFuture<Void> work = CompletableFuture.completedFuture(null);

  private volatile Optional<TipSet> handedOn = Optional.empty();

  HeadFollower(
      HttpClient http,
      RpcClient rpc,
      ChainJson json,
      ChainMethods methods,
      NetworkBridgeSettings settings,
      ScheduledExecutorService owner,
      RandomGenerator random,
      InstantSource clock) {
    this.http = http;
    this.rpc = rpc;
    this.nodes = rpc.nodes();
    this.methods = methods;
    this.json = json;
    this.settings = settings;
    this.owner = owner;
    NetworkBridgeSettings.Follow follow = settings.follow();
    line = new HeadLine(follow.historyTipsetsMax());
    catchUp = new CatchUp(line, follow.catchUpEpochs(), owner);
    headWatch = new HeadWatch(nodes, settings.watch());
    polls = new HeadPolls(rpc, methods, settings.watch(), owner, clock, this::polled);
    backoff =
        new Backoff(follow.reconnectMin(), follow.reconnectMax(), follow.reconnectJitter(), random);
  }

  /** Adds a listener; it hears the current head first. Any thread. */
  AutoCloseable subscribe(Consumer<HeadChange> listener) {
    owner.execute(
        () -> {
          listeners.add(listener);
          line.last().ifPresent(head -> tell(listener, first(head)));
          if (listeners.size() == 1) {
            polls.start();
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

  /** The head last handed on. Any thread. */
  Optional<TipSet> handedOn() {
    return handedOn;
  }

  /** The epoch's length. Any thread. */
  Duration blockDelay() {
    return polls.blockDelay();
  }

  /** Whether all nodes lag behind the network. Any thread. */
  boolean late() {
    return polls.late();
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
    NodeEndpoint target = nodes.order().get(0);
    node = target;
    nodes.follow(target);
    following = false;
    Connection connection = new Connection(target);
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
    startWatch(opening);
  }

  private void disconnect() {
    polls.stop();
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
      failed.health().failed(reason);
    }
    if (listeners.isEmpty()) {
      return;
    }
    Duration doubled = backoff.next();
    Duration epoch = polls.blockDelay();
    Duration pause = doubled.compareTo(epoch) > 0 ? epoch : doubled;
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
    } else {
      opened.ping();
    }
  }

  private static long millisSince(long nanos, long now) {
    return TimeUnit.NANOSECONDS.toMillis(now - nanos);
  }

  /** A round of polls is over. */
  private void polled() {
    if (listeners.isEmpty()) {
      return;
    }
    HeadWatch.Verdict verdict = headWatch.round(line.last(), line::contains);
    if (!work.isDone()) {
      // A long way is being handed on; what is asked for it has time limits of its own.
      return;
    }
    verdict.advance().ifPresent(this::advance);
    NotifyChannel open = channel;
    if (open != null) {
      verdict.leave().ifPresent(open::end);
    }
  }

  private void advance(NodeEndpoint from) {
    Optional<TipSet> head = from.health().head();
    if (head.isEmpty()) {
      return;
    }
    HeadLine.Step step = line.at(head.get());
    if (step instanceof HeadLine.Step.Deliver deliver) {
      BridgeOperatorLog.advancedByPolls(from, head.get().height().value());
      hand(deliver.change());
    } else if (step instanceof HeadLine.Step.CatchUp gap) {
      BridgeOperatorLog.advancedByPolls(from, head.get().height().value());
      work =
          catchUp(gap.target(), from, 0, 0)
              .whenComplete(
                  (done, error) -> {
                    if (error != null) {
                      BridgeOperatorLog.catchUpFailed(from, error);
                    }
                  })
              .toCompletableFuture();
    }
  }

  private CompletionStage<Void> heads(NodeEndpoint from, List<HeadEvent> events) {
    // Whether the change before failed is its own caller's to hear.
    work =
        work.<Void>handle((before, error) -> null)
            .thenComposeAsync(before -> frame(from, events), owner)
            .toCompletableFuture();
    return work;
  }

  private CompletionStage<Void> frame(NodeEndpoint from, List<HeadEvent> events) {
    HeadLine.Step step = line.step(events);
    HeadEvent newest = events.get(events.size() - 1);
    if (newest.type() != HeadEvent.Type.REVERT) {
      from.health().head(newest.tipSet());
    }
    if (step instanceof HeadLine.Step.Deliver deliver) {
      if (isLighter(deliver.change().head()) && othersHaveOurs(from)) {
        BridgeOperatorLog.headHeld(from, deliver.change().head().height().value());
        return done();
      }
      hand(deliver.change());
    } else if (step instanceof HeadLine.Step.FetchHead fetch) {
      return othersHaveOurs(from)
          ? done()
          : reads(from)
              .tipSet(fetch.head())
              .thenComposeAsync(head -> reverted(from, fetch.reverted(), head), owner);
    } else if (step instanceof HeadLine.Step.CatchUp gap) {
      return gap(from, gap.target());
    }
    follows();
    return done();
  }

  /** A frame does not continue the line. */
  private CompletionStage<Void> gap(NodeEndpoint from, TipSet target) {
    if (line.contains(target.key()) && isLighter(target)) {
      // Late news: the line was there, and a poll moved it on.
      return done();
    }
    if (isLighter(target)) {
      BridgeOperatorLog.headHeld(from, target.height().value());
      return done();
    }
    return catchUp(target, from, 0, 0);
  }

  private boolean isLighter(TipSet head) {
    return line.last().map(last -> HeadWeight.isHeavier(last, head)).orElse(false);
  }

  /** Whether another node that answers stands at the head handed on, or at a heavier one. */
  private boolean othersHaveOurs(NodeEndpoint node) {
    return nodes.all().stream()
        .filter(other -> other != node && other.health().reachable())
        .flatMap(other -> other.health().head().stream())
        .anyMatch(head -> !isLighter(head));
  }

  private CompletionStage<Void> reverted(NodeEndpoint from, List<TipSet> reverted, TipSet head) {
    if (reverted.isEmpty()) {
      return gap(from, head);
    }
    hand(new HeadChange(reverted, List.of(), head));
    return done();
  }

  private CompletionStage<Void> catchUp(
      TipSet target, NodeEndpoint from, int reverted, int applied) {
    return catchUp
        .next(target, reads(from))
        .thenComposeAsync(
            change -> {
              if (change.isEmpty()) {
                BridgeOperatorLog.caughtUp(reverted, applied, target.height().value());
                follows();
                return done();
              }
              hand(change.get());
              return catchUp(
                  target,
                  from,
                  reverted + change.get().reverted().size(),
                  applied + change.get().applied().size());
            },
            owner);
  }

  private ChainReads reads(NodeEndpoint from) {
    return new NodeReads(rpc, methods, from, settings.slowTimeout());
  }

  private static CompletionStage<Void> done() {
    return CompletableFuture.completedStage(null);
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
    handedOn = Optional.of(change.head());
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
    private final NodeEndpoint at;
    private @Nullable NotifyChannel channel;

    Connection(NodeEndpoint at) {
      this.at = at;
    }

    @Override
    public CompletionStage<Void> heads(List<HeadEvent> events) {
      return HeadFollower.this.heads(at, events);
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
