package io.granary.bridge.client;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.protocol.address.Address;
import java.util.List;

/**
 * A storage provider and where its libp2p host is.
 *
 * @param miner in f0 form, as deals name it
 * @param addresses without the peer id; at least one
 */
public record Provider(Address miner, PeerId peer, List<Multiaddr> addresses) {
  public Provider {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("provider " + miner + ": no address");
    }
  }

  @Override
  public String toString() {
    return miner + " (" + peer + ")";
  }
}
