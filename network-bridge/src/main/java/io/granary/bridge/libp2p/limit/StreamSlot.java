package io.granary.bridge.libp2p.limit;

import io.granary.bridge.libp2p.peer.PeerId;
import java.util.ArrayList;
import java.util.List;

/** One open stream, as {@link Resources} counts it. Thread-safe. */
public final class StreamSlot implements AutoCloseable {
  private final Resources resources;
  private final PeerId peer;
  private final Direction opener;
  private final List<Resources.Counted<?>> counts;

  StreamSlot(
      Resources resources, PeerId peer, Direction opener, List<Resources.Counted<?>> counts) {
    this.resources = resources;
    this.peer = peer;
    this.opener = opener;
    this.counts = new ArrayList<>(counts);
  }

  /**
   * Counts the stream for its protocol, which is agreed now.
   *
   * @throws LimitException when the protocol, or the peer with it, has too many; then nothing has
   *     changed
   * @throws IllegalStateException when the slot is closed
   */
  public void agreed(String protocol) {
    synchronized (resources) {
      Resources.Counted<String> negotiating = resources.negotiating(opener);
      if (!counts.contains(negotiating)) {
        throw new IllegalStateException("the stream's slot is closed or has its protocol");
      }
      List<Resources.Counted<?>> more = resources.agreedStream(peer, protocol, opener);
      resources.addAll(more);
      counts.addAll(more);
      counts.remove(negotiating);
      negotiating.remove();
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
