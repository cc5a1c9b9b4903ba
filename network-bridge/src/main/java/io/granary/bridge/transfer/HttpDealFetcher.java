package io.granary.bridge.transfer;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.deal.TransferProgress;
import io.granary.protocol.deal.TransferSource;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.DealFetcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches over HTTP and HTTPS and copies operators' files, each transfer on a thread of its own. A
 * transfer of another kind is refused. Thread-safe.
 */
public final class HttpDealFetcher implements DealFetcher, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpDealFetcher.class);
  private static final long IDLE_SECONDS = 30;
  private static final long CLOSE_LIMIT_SECONDS = 5;

  private final TransferSettings settings;
  private final Fetch.Parts parts;
  private final ThreadPoolExecutor threads;
  private final ThreadPoolExecutor disk;
  private final ScheduledExecutorService watch;
  private final Map<DealId, Running> running = new HashMap<>();
  private boolean closed;

  /** A transfer that waits or runs; done however it ends. */
  private static final class Running implements Runnable {
    private final DealId deal;
    private final TransferProgress known;
    private final Supplier<End> work;
    private final TransferControl control;
    private final CompletableFuture<End> end = new CompletableFuture<>();

    Running(DealId deal, TransferProgress known, Supplier<End> work, TransferControl control) {
      this.deal = deal;
      this.known = known;
      this.work = work;
      this.control = control;
    }

    @Override
    public void run() {
      if (!control.begin()) {
        breakOff("stopped");
        return;
      }
      try {
        end.complete(work.get());
      } catch (RuntimeException e) {
        end.completeExceptionally(e);
      }
    }

    /** Ends it, at once when it still waits. */
    void stop() {
      if (!control.stop()) {
        breakOff("stopped");
      }
    }

    void breakOff(String reason) {
      end.complete(new End.BrokenOff(reason, known.receivedBytes(), known.totalBytes()));
    }
  }

  public HttpDealFetcher(TransferSettings settings, Staging staging) {
    this(
        settings,
        staging,
        NameService.system(),
        new AddressGuard(settings.allowPrivateAddresses()),
        (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  HttpDealFetcher(
      TransferSettings settings,
      Staging staging,
      NameService names,
      AddressRule rule,
      SSLSocketFactory tls) {
    this.settings = settings;
    this.watch = Executors.newSingleThreadScheduledExecutor(daemons("deal-transfer-watch"));
    this.threads = threads(settings.transfersMax(), "deal-transfer");
    this.disk = threads(1, "deal-staging-room");
    WebRoute route = new WebRoute(new WebConnection.Parts(settings, tls, watch), names, rule);
    Throttle throttle = new Throttle(settings.bytesPerSecondMax(), System::nanoTime);
    this.parts = new Fetch.Parts(settings, staging, route, throttle, System::nanoTime);
  }

  private ThreadPoolExecutor threads(int count, String name) {
    ThreadPoolExecutor made =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.waitingMax()),
            daemons(name));
    made.allowCoreThreadTimeOut(true);
    return made;
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public CompletionStage<End> fetch(Order order, Watcher watcher) {
    if (!(order.source() instanceof TransferSource.Http http)) {
      return CompletableFuture.completedStage(
          new End.Refused("transfers over libp2p are not served"));
    }
    TransferControl control = new TransferControl();
    Fetch fetch = new Fetch(parts, order, http, watcher, control);
    return begin(new Running(order.deal(), order.known(), fetch::run, control));
  }

  @Override
  public CompletionStage<End> copy(
      DealId deal, StagedFile imported, PieceInfo piece, Watcher watcher) {
    TransferControl control = new TransferControl();
    Copy copy = new Copy(parts, deal, imported, piece, watcher, control);
    TransferProgress known = new TransferProgress(0, imported.payloadBytes(), 0, Optional.empty());
    return begin(new Running(deal, known, copy::run, control));
  }

  private CompletionStage<End> begin(Running mine) {
    Optional<Running> before;
    synchronized (this) {
      if (closed) {
        mine.breakOff("this node stops");
        return mine.end;
      }
      before = Optional.ofNullable(running.put(mine.deal, mine));
    }
    before
        .map(this::end)
        .orElse(CompletableFuture.completedStage(mine))
        .whenComplete((ended, problem) -> start(mine));
    return mine.end.whenComplete((end, problem) -> forget(mine.deal, mine));
  }

  /** A disk that does not answer holds up no transfer and none of its callers. */
  @Override
  public CompletionStage<Long> room() {
    try {
      return CompletableFuture.supplyAsync(
          () -> parts.staging().room(settings.diskReserveBytes()), disk);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** Stops a transfer; done when it has ended. */
  private CompletionStage<?> end(Running other) {
    other.stop();
    threads.remove(other);
    return other.end;
  }

  private void start(Running mine) {
    try {
      threads.execute(mine);
    } catch (RejectedExecutionException e) {
      mine.breakOff("more than " + settings.waitingMax() + " transfers wait on this node");
    }
  }

  private synchronized void forget(DealId deal, Running ended) {
    running.remove(deal, ended);
  }

  @Override
  public void stop(DealId deal) {
    Optional<CompletionStage<?>> unused = find(deal).map(this::end);
  }

  private synchronized Optional<Running> find(DealId deal) {
    return Optional.ofNullable(running.get(deal));
  }

  @Override
  public CompletionStage<Void> release(DealId deal) {
    CompletionStage<?> before =
        find(deal)
            .<CompletionStage<?>>map(this::end)
            .orElse(CompletableFuture.completedStage(deal));
    return before.handle((ended, problem) -> deal).thenAccept(gone -> parts.staging().delete(gone));
  }

  /** Ends every transfer and waits for that, some seconds at most; what is on disk stays. */
  @Override
  public void close() {
    List<Running> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(running.values());
    }
    all.forEach(this::end);
    disk.shutdown();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("transfers still end after {} s", CLOSE_LIMIT_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    watch.shutdown();
  }
}
