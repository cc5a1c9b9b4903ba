package io.granary.bridge.libp2p.peer;

import io.granary.protocol.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * A miner's multiaddrs as the chain has them (MinerInfo, Multiaddrs).
 *
 * @param addresses in their order, without a peer id at the end
 * @param unreadable entries that are no multiaddr
 */
public record ChainAddresses(List<Multiaddr> addresses, List<Bytes> unreadable) {
  public ChainAddresses {
    addresses = List.copyOf(addresses);
    unreadable = List.copyOf(unreadable);
  }

  /** Reads what {@code MinerInfo} has. */
  public static ChainAddresses of(List<Bytes> binaries) {
    List<Multiaddr> addresses = new ArrayList<>();
    List<Bytes> unreadable = new ArrayList<>();
    for (Bytes binary : binaries) {
      try {
        Multiaddr address = Multiaddr.ofBytes(binary.toArray());
        addresses.add(address.peer().isPresent() ? address.withoutPeer() : address);
      } catch (PeerFormatException e) {
        unreadable.add(binary);
      }
    }
    return new ChainAddresses(addresses, unreadable);
  }
}
