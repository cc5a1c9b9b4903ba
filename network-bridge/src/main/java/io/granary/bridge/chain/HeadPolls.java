package io.granary.bridge.chain;

import io.granary.bridge.BridgeOperatorLog;
import io.granary.bridge.NetworkBridgeSettings.Watch;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.ChainMethods;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks every node for its head some times each epoch, beside the stream, and tells the operator
 * once when none answers, or when the best head is old. All state belongs to the owner's thread.
 */
final class HeadPolls {
  private final RpcClient rpc;
  private final ChainMethods methods;
  private final Watch settings;
  private final ScheduledExecutorService owner;
  private final InstantSource clock;
  private final Runnable afterRound;
  private volatile Duration blockDelay;
  private volatile boolean late;
  private boolean blockDelayKnown;
  private boolean nobody;
  private @Nullable ScheduledFuture<?> next;
  private boolean running;

  /**
   * @param afterRound runs on the owner's thread when every node has answered or failed
   */
  HeadPolls(
      RpcClient rpc,
      ChainMethods methods,
      Watch settings,
      ScheduledExecutorService owner,
      InstantSource clock,
      Runnable afterRound) {
    this.rpc = rpc;
    this.methods = methods;
    this.settings = settings;
    this.owner = owner;
    this.clock = clock;
    this.afterRound = afterRound;
    blockDelay = settings.blockDelay();
  }

  /** The epoch's length, as configured until a node has told it. Any thread. */
  Duration blockDelay() {
    return blockDelay;
  }

  /** Whether the best head was too old at the last round. Any thread. */
  boolean late() {
    return late;
  }

  /** Starts with a round at once. */
  void start() {
    if (!running) {
      running = true;
      round();
    }
  }

  void stop() {
    running = false;
    ScheduledFuture<?> waiting = next;
    next = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  private void round() {
    List<CompletableFuture<Void>> polls = rpc.nodes().all().stream().map(this::poll).toList();
    CompletionStage<Void> all = CompletableFuture.allOf(polls.toArray(CompletableFuture[]::new));
    all.whenCompleteAsync(
        (done, error) -> {
          if (running) {
            next = owner.schedule(this::round, interval().toMillis(), TimeUnit.MILLISECONDS);
            tellOperator();
            afterRound.run();
          }
        },
        owner);
  }

  private CompletableFuture<Void> poll(NodeEndpoint node) {
    CompletableFuture<Void> known =
        blockDelayKnown ? CompletableFuture.completedFuture(null) : learnBlockDelay(node);
    return known
        .thenCompose(done -> rpc.probe(node, settings.pollTimeout(), methods.chainHead))
        .handle(
            (head, error) -> {
              if (error == null) {
                node.health().head(head);
              } else {
                node.health().pollFailed();
              }
              return null;
            });
  }

  private CompletableFuture<Void> learnBlockDelay(NodeEndpoint node) {
    return rpc.probe(node, settings.pollTimeout(), methods.version)
        .handleAsync(
            (version, error) -> {
              // Without an answer what is configured stays; the poll of the head fails as well.
              if (error == null && version.blockDelaySeconds() > 0) {
                blockDelay = Duration.ofSeconds(version.blockDelaySeconds());
                blockDelayKnown = true;
              }
              return (Void) null;
            },
            owner)
        .toCompletableFuture();
  }

  private Duration interval() {
    Duration share = blockDelay.dividedBy(settings.pollsPerEpoch());
    if (share.compareTo(settings.pollMax()) > 0) {
      return settings.pollMax();
    }
    return share.compareTo(settings.pollMin()) < 0 ? settings.pollMin() : share;
  }

  private void tellOperator() {
    Optional<TipSet> best = rpc.nodes().best().flatMap(node -> node.health().head());
    if (best.isEmpty() != nobody) {
      nobody = best.isEmpty();
      if (nobody) {
        BridgeOperatorLog.nobodyAnswers(rpc.nodes().all());
      } else {
        BridgeOperatorLog.somebodyAnswers(rpc.nodes().all());
      }
    }
    if (best.isPresent()) {
      long age = NodeBoard.ageSeconds(best.get(), clock.instant());
      boolean isLate = age > blockDelay.toSeconds() * settings.headAgeEpochsMax();
      if (isLate != late) {
        late = isLate;
        if (isLate) {
          BridgeOperatorLog.headLate(best.get().height().value(), age);
        } else {
          BridgeOperatorLog.headInTime(best.get().height().value());
        }
      }
    }
  }
}
