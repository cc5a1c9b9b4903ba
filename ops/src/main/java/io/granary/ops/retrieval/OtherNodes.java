package io.granary.ops.retrieval;

import io.granary.prover.transfer.BoundedThreads;
import io.granary.prover.transfer.Holdings;
import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.transfer.TransferClient;
import io.granary.prover.transfer.TransferException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other nodes with storage have. All are asked at every look, a few at once; of one that does
 * not answer what it last told counts for a while. {@link #refresh} is called by one thread, the
 * rest is thread-safe.
 */
public final class OtherNodes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OtherNodes.class);
  private static final int ASKED_AT_ONCE_MAX = 4;

  /** More are not asked. */
  private static final int NODES_MAX = 256;

  private static final long POOL_SECONDS = 10;

  private final Supplier<CompletionStage<Map<String, TransferAddress>>> pool;
  private final TransferClient client;
  private final OtherNodesSettings settings;
  private final InstantSource clock;
  private final FarFiles files;
  private final ExecutorService threads =
      BoundedThreads.of("piece-holders", ASKED_AT_ONCE_MAX, NODES_MAX);

  /** The looking thread's. */
  private final Map<String, Known> known = new TreeMap<>();

  private final Set<String> silent = new HashSet<>();

  /** What a node told, and when. */
  record Known(TransferAddress address, Holdings holdings, Instant heard) {}

  /**
   * @param pool the nodes that serve bytes now, by name, this one left out
   */
  public OtherNodes(
      Supplier<CompletionStage<Map<String, TransferAddress>>> pool,
      TransferClient client,
      OtherNodesSettings settings,
      InstantSource clock) {
    this.pool = pool;
    this.client = client;
    this.settings = settings;
    this.clock = clock;
    this.files = new FarFiles(client, settings.readLimit(), clock);
  }

  /** Reads their files. */
  FarFiles files() {
    return files;
  }

  /** Asks all, and gives what is known of each by its name. */
  Map<String, Known> refresh() {
    Map<String, TransferAddress> asked = new TreeMap<>();
    known.forEach((name, each) -> asked.put(name, each.address()));
    asked.putAll(nodes());
    Map<String, CompletableFuture<Holdings>> answers = new TreeMap<>();
    asked.entrySet().stream()
        .limit(NODES_MAX)
        .forEach(
            node ->
                answers.put(
                    node.getKey(),
                    CompletableFuture.supplyAsync(
                        () -> client.holdings(node.getValue(), settings.listLimit()), threads)));
    answers.forEach((name, answer) -> take(name, asked, answer));
    silent.retainAll(asked.keySet());
    forget();
    return Map.copyOf(known);
  }

  private Map<String, TransferAddress> nodes() {
    try {
      return pool.get().toCompletableFuture().orTimeout(POOL_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      LOG.warn("the pool does not say which nodes have storage, asked again later", e);
      return Map.of();
    }
  }

  private void take(
      String name, Map<String, TransferAddress> asked, CompletableFuture<Holdings> answer) {
    try {
      TransferAddress address = Optional.ofNullable(asked.get(name)).orElseThrow();
      known.put(name, new Known(address, answer.join(), clock.instant()));
      silent.remove(name);
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof TransferException)) {
        throw e;
      }
      if (silent.add(name)) {
        LOG.warn("node {} does not tell which sectors it has: {}", name, e.getCause().toString());
      }
    }
  }

  private void forget() {
    Instant limit = clock.instant().minus(settings.rememberedFor());
    List<String> gone =
        known.entrySet().stream()
            .filter(each -> each.getValue().heard().isBefore(limit))
            .map(Map.Entry::getKey)
            .toList();
    for (String name : gone) {
      known.remove(name);
      LOG.warn("what node {} had is not served any more: it has been silent for too long", name);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
