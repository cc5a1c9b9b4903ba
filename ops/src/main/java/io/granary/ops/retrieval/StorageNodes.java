package io.granary.ops.retrieval;

import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.transfer.TransferClient;
import io.granary.prover.transfer.TransferException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the node of a storage path by asking one after the other: for what is asked seldom, since
 * nothing is remembered. Thread-safe.
 */
public final class StorageNodes {
  private static final Logger LOG = LoggerFactory.getLogger(StorageNodes.class);

  /** More are not asked. */
  private static final int NODES_MAX = 256;

  private static final long POOL_SECONDS = 10;

  private final Supplier<CompletionStage<Map<String, TransferAddress>>> pool;
  private final TransferClient client;

  /**
   * @param pool the nodes that serve bytes now, by name, this one left out
   */
  public StorageNodes(
      Supplier<CompletionStage<Map<String, TransferAddress>>> pool, TransferClient client) {
    this.pool = pool;
    this.client = client;
  }

  /** The node that has a storage path; empty when none that answers does. */
  Optional<TransferAddress> withStorage(String storageId) {
    return nodes().stream().filter(node -> has(node, storageId)).findFirst();
  }

  TransferClient client() {
    return client;
  }

  private boolean has(TransferAddress node, String storageId) {
    try {
      return client.storageIds(node).contains(storageId);
    } catch (TransferException e) {
      LOG.warn("{} does not tell whether it has storage path {}", node, storageId, e);
      return false;
    }
  }

  private List<TransferAddress> nodes() {
    try {
      Map<String, TransferAddress> known =
          new TreeMap<>(
              pool.get().toCompletableFuture().orTimeout(POOL_SECONDS, TimeUnit.SECONDS).join());
      return known.values().stream().limit(NODES_MAX).toList();
    } catch (CompletionException e) {
      LOG.warn("the pool does not say which nodes have storage", e);
      return List.of();
    }
  }
}
