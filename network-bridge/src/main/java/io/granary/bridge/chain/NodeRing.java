package io.granary.bridge.chain;

import io.granary.bridge.NetworkBridgeSettings.ChainNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The chain nodes and which of them is asked first. Any thread may call it. */
final class NodeRing {
  private final List<NodeEndpoint> nodes;
  private final AtomicInteger preferred = new AtomicInteger();

  NodeRing(List<ChainNode> nodes) {
    this.nodes = nodes.stream().map(NodeEndpoint::new).toList();
  }

  int size() {
    return nodes.size();
  }

  /** The node to ask. */
  NodeEndpoint preferred() {
    return nodes.get(preferred.get());
  }

  /** Says that {@code node} gave no answer: the one after it becomes preferred. */
  void failed(NodeEndpoint node) {
    int index = nodes.indexOf(node);
    preferred.compareAndSet(index, (index + 1) % nodes.size());
  }
}
