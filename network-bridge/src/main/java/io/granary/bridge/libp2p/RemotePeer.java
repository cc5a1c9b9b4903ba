package io.granary.bridge.libp2p;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * A peer we are connected to and what it says of itself. Only the id is proven.
 *
 * @param address where the connection comes from or goes to
 * @param agent name and version of its program; empty until it has told
 * @param protocols what it serves; empty until it has told
 * @param listenAddresses where it says that it listens
 * @param observed where it sees us: a hint, never to be announced
 */
public record RemotePeer(
    PeerId id,
    Multiaddr address,
    String agent,
    List<String> protocols,
    List<Multiaddr> listenAddresses,
    Optional<Multiaddr> observed) {
  public RemotePeer {
    protocols = List.copyOf(protocols);
    listenAddresses = List.copyOf(listenAddresses);
  }
}
