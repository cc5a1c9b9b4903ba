package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.StreamHandler;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Who serves which protocol. Thread-safe. */
final class StreamTable {
  private final Map<String, StreamHandler> handlers = new ConcurrentHashMap<>();

  void add(String protocol, StreamHandler handler) {
    if (handlers.putIfAbsent(protocol, handler) != null) {
      throw new IllegalStateException(protocol + " is served already");
    }
  }

  boolean has(String protocol) {
    return handlers.containsKey(protocol);
  }

  Optional<StreamHandler> of(String protocol) {
    return Optional.ofNullable(handlers.get(protocol));
  }

  Set<String> protocols() {
    return new TreeSet<>(handlers.keySet());
  }
}
