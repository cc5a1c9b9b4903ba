package io.granary.ops.deal;

import io.granary.bridge.transfer.Staging;
import io.granary.protocol.Epoch;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.DealFetcher;
import io.granary.sharding.deal.DealCommand;
import io.granary.sharding.deal.DealReply;
import io.granary.sharding.deal.Deals;
import io.granary.sharding.deal.StagingRules;
import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes from this node's staging what deals need no more: what was fetched here before another
 * node took the deal over, and what a deal that ended elsewhere left. Each deal is asked itself;
 * one that does not answer, or that nobody knows, keeps its files. One round at a time, of a
 * bounded number of deals, on a thread of its own.
 */
final class StagingSweep implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(StagingSweep.class);

  /**
   * Whom it asks.
   *
   * @param storageId of the storage path that is swept
   * @param answerLimit for each answer
   */
  record Ports(
      Staging staging,
      String storageId,
      Deals deals,
      ChainGateway chain,
      DealFetcher fetcher,
      Duration answerLimit) {}

  private final Ports ports;
  private final StagingSweepSettings settings;
  private final ScheduledExecutorService thread;
  private Optional<DealId> last = Optional.empty();

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
    try {
      List<DealId> deals = ports.staging().deals(last, settings.dealsMax());
      if (!deals.isEmpty()) {
        Epoch head = answer(ports.chain().head()).height();
        for (DealId deal : deals) {
          look(deal, head);
        }
      }
      last =
          deals.size() < settings.dealsMax()
              ? Optional.empty()
              : Optional.of(deals.get(deals.size() - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.info(
          "staging of {} was not swept, tried again later: {}", ports.storageId(), e.toString());
    }
  }

  private void look(DealId deal, Epoch head) throws InterruptedException {
    try {
      DealReply reply = answer(ports.deals().ask(deal, DealCommand.Describe::new));
      boolean useless =
          reply instanceof DealReply.StateIs is
              && is.state()
                  .filter(known -> !StagingRules.isNeeded(known, ports.storageId(), head))
                  .isPresent();
      if (useless) {
        answer(ports.fetcher().release(deal).thenApply(gone -> deal));
        LOG.info("deal {} needs nothing of {} any more: deleted", deal, ports.storageId());
      }
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.info("what is staged of deal {} was not looked at: {}", deal, e.toString());
    }
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
