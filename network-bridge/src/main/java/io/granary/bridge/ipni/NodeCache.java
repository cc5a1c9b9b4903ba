package io.granary.bridge.ipni;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Nodes of the chain that were read last, which several indexers ask for. Thread-safe. */
final class NodeCache {
  private final long bytesMax;
  private final Map<Cid, Bytes> nodes = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  NodeCache(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  synchronized Optional<Bytes> get(Cid node) {
    return Optional.ofNullable(nodes.get(node));
  }

  synchronized void put(Cid node, Bytes data) {
    if (nodes.put(node, data) == null) {
      bytes += data.length();
    }
    Iterator<Bytes> oldest = nodes.values().iterator();
    while (bytes > bytesMax && oldest.hasNext()) {
      bytes -= oldest.next().length();
      oldest.remove();
    }
  }
}
