package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.peer.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The connections that are up, by peer. Thread-safe. */
final class ConnectionTable {
  private final Map<PeerId, List<Connection>> byPeer = new LinkedHashMap<>();

  synchronized void add(Connection connection) {
    byPeer.computeIfAbsent(connection.peer(), unused -> new ArrayList<>()).add(connection);
  }

  synchronized void remove(Connection connection) {
    byPeer.computeIfPresent(
        connection.peer(),
        (peer, connections) -> {
          connections.remove(connection);
          return connections.isEmpty() ? null : connections;
        });
  }

  /** The one to use: the oldest that is open, since both sides then choose alike. */
  synchronized Optional<Connection> of(PeerId peer) {
    return byPeer.getOrDefault(peer, List.of()).stream().filter(Connection::isOpen).findFirst();
  }

  synchronized List<Connection> all() {
    return byPeer.values().stream().flatMap(List::stream).toList();
  }
}
