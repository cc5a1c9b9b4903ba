package io.granary.bridge.libp2p.limit;

import io.granary.bridge.libp2p.peer.PeerId;
import java.util.ArrayList;
import java.util.List;

/** One open connection, as {@link Resources} counts it. Thread-safe. */
public final class ConnectionSlot implements AutoCloseable {
  private final Resources resources;
  private final Direction direction;
  private final List<Resources.Counted<?>> counts;

  ConnectionSlot(Resources resources, Direction direction, List<Resources.Counted<?>> counts) {
    this.resources = resources;
    this.direction = direction;
    this.counts = new ArrayList<>(counts);
  }

  /** Who opened the connection. */
  public Direction direction() {
    return direction;
  }

  /**
   * Counts the connection for its peer, which is proven now.
   *
   * @throws LimitException when the peer has too many; then nothing has changed
   * @throws IllegalStateException when the slot is closed
   */
  public void upgraded(PeerId peer) {
    synchronized (resources) {
      Resources.Counted<String> upgrading = resources.upgrading(direction);
      if (!counts.contains(upgrading)) {
        throw new IllegalStateException("the connection's slot is closed or has its peer");
      }
      Resources.Counted<PeerId> ofPeer = resources.connectionOf(peer, direction);
      ofPeer.add();
      counts.add(ofPeer);
      counts.remove(upgrading);
      upgrading.remove();
    }
  }

  /**
   * Counts a stream of the connection's peer.
   *
   * @throws LimitException when there are too many
   */
  public StreamSlot stream(PeerId peer, Direction opener) {
    synchronized (resources) {
      List<Resources.Counted<?>> stream = resources.newStream(peer, opener);
      resources.addAll(stream);
      return new StreamSlot(resources, peer, opener, stream);
    }
  }

  @Override
  public void close() {
    synchronized (resources) {
      resources.removeAll(counts);
      counts.clear();
    }
  }
}
