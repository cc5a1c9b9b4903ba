package io.granary.bridge.client;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.protocol.Bytes;
import io.granary.protocol.deal.RetrievalTransports;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The HTTP servers that a provider names in its answer about transports. */
public final class RetrievalServers {
  private static final Set<String> NAMES = Set.of("http", "https");

  private RetrievalServers() {}

  /**
   * Those of {@code answer} that can be used, https first; addresses not understood are left out.
   */
  public static List<URI> of(RetrievalTransports answer) {
    List<URI> plain = new ArrayList<>();
    List<URI> secure = new ArrayList<>();
    for (RetrievalTransports.Transport transport : answer.transports()) {
      if (NAMES.contains(transport.name())) {
        for (Bytes binary : transport.addresses()) {
          url(transport.name(), binary)
              .forEach(url -> ("https".equals(url.getScheme()) ? secure : plain).add(url));
        }
      }
    }
    secure.addAll(plain);
    return List.copyOf(secure);
  }

  /**
   * An address without {@code /http} or {@code /https} gets the transport's (Boost writes both).
   */
  private static List<URI> url(String name, Bytes binary) {
    try {
      Multiaddr address = Multiaddr.ofBytes(binary.toArray());
      if (address.url().isPresent()) {
        return List.of(address.url().get());
      }
      return Multiaddr.parse(address.withoutPeer() + "/" + name).url().stream().toList();
    } catch (PeerFormatException e) {
      return List.of();
    }
  }
}
