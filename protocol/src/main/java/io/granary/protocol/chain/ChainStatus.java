package io.granary.protocol.chain;

import java.util.List;
import java.util.Optional;

/**
 * How a client stands with its chain nodes.
 *
 * @param head the head last handed on to listeners; empty before the first
 * @param blockDelaySeconds seconds of an epoch, as a node told them or as configured
 * @param late whether the best head of all nodes is older than the configured limit
 * @param nodes in the order of the configuration
 */
public record ChainStatus(
    Optional<TipSet> head, long blockDelaySeconds, boolean late, List<ChainNodeStatus> nodes) {
  public ChainStatus {
    nodes = List.copyOf(nodes);
  }
}
