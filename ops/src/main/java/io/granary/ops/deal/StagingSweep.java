package io.granary.ops.deal;

import io.granary.bridge.transfer.Staging;
import io.granary.protocol.Epoch;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.DealFetcher;
import io.granary.sharding.deal.DealCommand;
import io.granary.sharding.deal.DealReply;
import io.granary.sharding.deal.Deals;
import io.granary.sharding.deal.StagingRules;
import java.io.Closeable;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes from this node's staging what deals need no more: what was fetched here before another
 * node took the deal over, and what a deal that ended elsewhere left. Each deal is asked itself;
 * one that does not answer, or that nobody knows, keeps its files. One round at a time, of a
 * bounded number of deals, on a thread of its own; the first deal that does not answer in time ends
 * it, since the others would hardly.
 *
 * <p>From a staging that nodes share it also deletes what a process that is gone has left of a deal
 * that goes on, once there is a safe copy. Gone is one that was no member of the cluster in an
 * earlier round, and is none now: by then it has heard so, and it never comes back under its name.
 */
final class StagingSweep implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(StagingSweep.class);

  /**
   * Whom it asks.
   *
   * @param storageId of the storage path that is swept
   * @param processes of the cluster's members, those that cannot be reached too, by the names that
   *     their files in a shared staging have
   * @param answerLimit for each answer
   */
  record Ports(
      Staging staging,
      String storageId,
      Deals deals,
      ChainGateway chain,
      DealFetcher fetcher,
      Supplier<Set<String>> processes,
      Duration answerLimit) {}

  /** Processes that are remembered to be no members; beyond that they are found out anew. */
  private static final int ABSENT_MAX = 1024;

  private final Ports ports;
  private final StagingSweepSettings settings;
  private final ScheduledExecutorService thread;
  private Optional<DealId> last = Optional.empty();

  /** The round in which a process was first found to be no member. */
  private final Map<String, Long> absentSince = new HashMap<>();

  private long rounds;

  private StagingSweep(Ports ports, StagingSweepSettings settings) {
    this.ports = ports;
    this.settings = settings;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "staging-sweep");
              made.setDaemon(true);
              return made;
            });
  }

  /** One that only {@link #round} moves. */
  static StagingSweep still(Ports ports, StagingSweepSettings settings) {
    return new StagingSweep(ports, settings);
  }

  /** Sweeps from now on, the first time after {@code settings.every}. */
  static StagingSweep start(Ports ports, StagingSweepSettings settings) {
    StagingSweep sweep = new StagingSweep(ports, settings);
    long every = settings.every().toMillis();
    var unused =
        sweep.thread.scheduleWithFixedDelay(sweep::round, every, every, TimeUnit.MILLISECONDS);
    return sweep;
  }

  /** Asks the next deals; on one thread at a time. */
  void round() {
    rounds++;
    try {
      List<DealId> deals = ports.staging().deals(last, settings.dealsMax());
      if (!deals.isEmpty()) {
        Epoch head = answer(ports.chain().head()).height();
        for (DealId deal : deals) {
          last = Optional.of(deal);
          look(deal, head);
        }
      }
      if (deals.size() < settings.dealsMax()) {
        last = Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.info(
          "staging of {} was not swept, tried again later: {}", ports.storageId(), e.toString());
    }
  }

  /** A deal that fails otherwise than by its silence does not keep the others waiting. */
  private void look(DealId deal, Epoch head) throws InterruptedException, TimeoutException {
    try {
      DealReply reply = answer(ports.deals().ask(deal, DealCommand.Describe::new));
      if (reply instanceof DealReply.StateIs is && is.state().isPresent()) {
        look(deal, is.state().get(), head);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException late) {
        throw late;
      }
      notLookedAt(deal, e);
    } catch (RuntimeException e) {
      notLookedAt(deal, e);
    }
  }

  private static void notLookedAt(DealId deal, Exception why) {
    LOG.info("what is staged of deal {} was not looked at: {}", deal, why.toString());
  }

  private void look(DealId deal, DealState.Known known, Epoch head)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (!StagingRules.isNeeded(known, ports.storageId(), head)) {
      answer(ports.fetcher().release(deal).thenApply(gone -> deal));
      LOG.info("deal {} needs nothing of {} any more: deleted", deal, ports.storageId());
      return;
    }
    Set<String> gone = gone(ports.staging().others(deal));
    if (gone.isEmpty()) {
      return;
    }
    OptionalLong received = StagingRules.receivedBytes(known);
    List<String> deleted =
        received.isPresent()
            ? ports.staging().deleteLeft(deal, received.getAsLong(), gone)
            : StagingRules.ownFile(known)
                .map(file -> ports.staging().deleteLeft(deal, file, gone))
                .orElse(List.of());
    if (!deleted.isEmpty()) {
      LOG.info("deal {} has a copy of its own: what dead nodes left is deleted: {}", deal, deleted);
    }
  }

  /** Of these processes, those that were no members in an earlier round, and are none now. */
  private Set<String> gone(Set<String> others) {
    if (others.isEmpty()) {
      return others;
    }
    Set<String> members = ports.processes().get();
    absentSince.keySet().removeAll(members);
    Set<String> gone = new HashSet<>();
    for (String other : others) {
      if (!members.contains(other) && absent(other) < rounds) {
        gone.add(other);
      }
    }
    return gone;
  }

  private long absent(String process) {
    if (absentSince.size() >= ABSENT_MAX) {
      absentSince.clear();
    }
    Long since = absentSince.putIfAbsent(process, rounds);
    return since == null ? rounds : since;
  }

  private <T> T answer(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(ports.answerLimit().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends it; what is being deleted may still be. */
  @Override
  public void close() {
    List<Runnable> unused = thread.shutdownNow();
  }
}
