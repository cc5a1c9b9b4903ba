package io.granary.ops.presence;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.bridge.libp2p.peer.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A node as a peer.
 *
 * @param node its name
 * @param id who it is to others
 * @param addresses where it is to be dialed from outside, without its id; none when it does not
 *     know
 */
record PeerCard(String node, PeerId id, List<Multiaddr> addresses) {
  private static final String BETWEEN = "\n";

  PeerCard {
    addresses = List.copyOf(addresses);
  }

  /** A line each: the node, its id, its addresses. */
  String toText() {
    return Stream.concat(Stream.of(node, id), addresses.stream())
        .map(Object::toString)
        .collect(Collectors.joining(BETWEEN));
  }

  /**
   * Reads {@link #toText}.
   *
   * @throws PeerFormatException for what is no card
   */
  static PeerCard parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() < 2) {
      throw new PeerFormatException("card: expected a node and its peer id, got " + text);
    }
    List<Multiaddr> addresses = new ArrayList<>();
    for (String line : lines.subList(2, lines.size())) {
      addresses.add(Multiaddr.parse(line));
    }
    return new PeerCard(lines.get(0), PeerId.parse(lines.get(1)), addresses);
  }
}
