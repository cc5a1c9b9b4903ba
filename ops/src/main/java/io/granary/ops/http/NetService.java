package io.granary.ops.http;

import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.RemotePeer;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.reach.Contact;
import io.granary.bridge.libp2p.reach.ReachWatch;
import io.granary.ops.presence.Presence;
import io.granary.ops.presence.PresenceStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** What operators see of this node as a libp2p peer. */
public final class NetService {
  private final Optional<P2pHost> host;
  private final Optional<ReachWatch> reach;
  private final Optional<Presence> presence;

  /**
   * @param host empty on a node without the role {@code bridge}
   * @param reach there where {@code host} is
   * @param presence empty where no deals are served
   */
  public NetService(
      Optional<P2pHost> host, Optional<ReachWatch> reach, Optional<Presence> presence) {
    this.host = host;
    this.reach = reach;
    this.presence = presence;
  }

  List<Contact> contacts() {
    return reach.map(ReachWatch::contacts).orElse(List.of());
  }

  Optional<PresenceStatus> presence() {
    return presence.map(Presence::status);
  }

  P2pHost host() {
    return host.orElseThrow(
        () -> Problem.notFound("net: this node is no libp2p peer, it has not the role bridge"));
  }

  /** Connects to {@code addressText}, a multiaddr that ends in the id of the peer. */
  CompletionStage<RemotePeer> connect(String addressText) {
    Multiaddr address = address(addressText);
    PeerId peer =
        address
            .peer()
            .orElseThrow(() -> Problem.badRequest("address: must end in /p2p/ and the peer's id"));
    return host().connect(peer, List.of(address)).exceptionally(NetService::refuse);
  }

  private static RemotePeer refuse(Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof P2pException) {
      throw Problem.badGateway("address: " + cause.getMessage());
    }
    throw new CompletionException(cause);
  }

  private static Multiaddr address(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (PeerFormatException e) {
      throw Problem.badRequest("address: " + e.getMessage());
    }
  }
}
