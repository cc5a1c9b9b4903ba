package io.granary.bridge.chain;

import io.granary.bridge.NetworkBridgeSettings.ChainNode;
import io.granary.bridge.NetworkBridgeSettings.Watch;
import io.granary.protocol.chain.ChainNodeStatus;
import io.granary.protocol.chain.HeadWeight;
import io.granary.protocol.chain.TipSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The chain nodes, what is known of each, and in which order they are asked. Any thread may call
 * it.
 *
 * <p>A node is <em>believed</em> when it answers, takes our token, is fewer than {@code
 * lag-epochs-max} below the best head and has not stood on a lighter branch for {@code
 * fork-rounds-max} rounds of polls. Of the believed ones that is asked first where the head is
 * followed, then those of the configuration's order; the others only when no believed one is left.
 */
final class NodeBoard {
  private final List<NodeEndpoint> nodes;
  private final Watch settings;
  private volatile @Nullable NodeEndpoint followed;

  NodeBoard(List<ChainNode> nodes, Watch settings) {
    this.nodes =
        nodes.stream().map(node -> new NodeEndpoint(node, settings.answerTimesKept())).toList();
    this.settings = settings;
  }

  /** All nodes, in the order of the configuration. */
  List<NodeEndpoint> all() {
    return nodes;
  }

  /** Says where the head is followed now. */
  void follow(NodeEndpoint node) {
    followed = node;
  }

  Optional<NodeEndpoint> followed() {
    return Optional.ofNullable(followed);
  }

  /** The heaviest head among the nodes that answer; of equal ones the first in {@link #order}. */
  Optional<NodeEndpoint> best() {
    return sorted(nodes.stream().filter(NodeBoard::answersWithHead).toList()).stream()
        .max(Comparator.comparing(NodeBoard::headOf, HeadWeight.ORDER));
  }

  /** The believed nodes, the one to ask first at the front. */
  List<NodeEndpoint> believed() {
    return sorted(nodes.stream().filter(node -> doubt(node).isEmpty()).toList());
  }

  /** All nodes in the order in which to ask them: the believed ones first. */
  List<NodeEndpoint> order() {
    return sorted(nodes);
  }

  /**
   * The nodes to ask, best first.
   *
   * @param anyNodeKnows whether a node that lags would answer alike, as about a named tipset; else
   *     such a node is asked only when there is no better one
   */
  List<NodeEndpoint> toAsk(boolean anyNodeKnows) {
    List<NodeEndpoint> order = order();
    if (anyNodeKnows || believed().isEmpty()) {
      return order;
    }
    // A node that gave no answer last time may be back; one that lags is known to.
    return order.stream().filter(node -> !isBehind(node)).toList();
  }

  private List<NodeEndpoint> sorted(List<NodeEndpoint> some) {
    List<NodeEndpoint> sorted = new ArrayList<>(some);
    NodeEndpoint first = followed;
    sorted.sort(
        Comparator.comparing((NodeEndpoint node) -> doubt(node).isPresent())
            .thenComparing(node -> !node.health().reachable())
            .thenComparing(node -> node != first));
    return sorted;
  }

  /** Why {@code node} is not believed; empty when it is. */
  Optional<String> doubt(NodeEndpoint node) {
    NodeHealth health = node.health();
    if (health.tokenRefused()) {
      return Optional.of("refuses our token");
    }
    if (!health.reachable()) {
      return Optional.of("does not answer");
    }
    if (lagEpochs(node) >= settings.lagEpochsMax()) {
      return Optional.of(lagEpochs(node) + " epochs behind the best head");
    }
    if (health.roundsForked() >= settings.forkRoundsMax()) {
      return Optional.of("on a lighter branch");
    }
    return Optional.empty();
  }

  private boolean isBehind(NodeEndpoint node) {
    return lagEpochs(node) >= settings.lagEpochsMax()
        || node.health().roundsForked() >= settings.forkRoundsMax();
  }

  /** How many epochs the head of {@code node} is below the best one; 0 while it is unknown. */
  long lagEpochs(NodeEndpoint node) {
    Optional<TipSet> head = node.health().head();
    return head.isEmpty()
        ? 0
        : nodes.stream()
            .filter(NodeBoard::answersWithHead)
            .map(NodeBoard::headOf)
            .max(HeadWeight.ORDER)
            .map(best -> Math.max(0, best.height().since(head.get().height())))
            .orElse(0L);
  }

  /** What is known of each node, in the order of the configuration. */
  List<ChainNodeStatus> status(Instant now) {
    return nodes.stream().map(node -> status(node, now)).toList();
  }

  private ChainNodeStatus status(NodeEndpoint node, Instant now) {
    NodeHealth health = node.health();
    Optional<String> doubt = doubt(node);
    Optional<TipSet> head = health.head();
    return new ChainNodeStatus(
        node.toString(),
        health.reachable(),
        doubt.isEmpty(),
        followed == node,
        doubt,
        head,
        head.map(tipSet -> OptionalLong.of(ageSeconds(tipSet, now))).orElse(OptionalLong.empty()),
        lagEpochs(node),
        health.percentileMillis(50),
        health.percentileMillis(95),
        health.answers(),
        health.failures(),
        health.lastError());
  }

  /** Seconds since the time stamp of {@code head}; 0 for one from the future. */
  static long ageSeconds(TipSet head, Instant now) {
    return Math.max(0, now.getEpochSecond() - head.blocks().get(0).timestamp());
  }

  private static boolean answersWithHead(NodeEndpoint node) {
    return node.health().reachable() && node.health().head().isPresent();
  }

  private static TipSet headOf(NodeEndpoint node) {
    return node.health().head().orElseThrow();
  }
}
