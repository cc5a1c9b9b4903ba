package io.granary.ops.presence;

import io.granary.bridge.libp2p.peer.ChainAddresses;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.protocol.Bytes;
import io.granary.protocol.chain.MinerInfo;
import java.util.List;
import java.util.Optional;

/**
 * Where the chain says that a miner is found.
 *
 * @param peer as text; empty when the chain names none
 * @param addresses in their order, without a peer id at the end
 * @param unreadable entries that are no multiaddr; one of them stops a Boost client before it dials
 *     (boost cli/node.go, GetAddrInfo)
 */
record ChainRecord(Optional<String> peer, List<Multiaddr> addresses, List<Bytes> unreadable) {
  ChainRecord {
    addresses = List.copyOf(addresses);
    unreadable = List.copyOf(unreadable);
  }

  static ChainRecord of(MinerInfo info) {
    ChainAddresses read = ChainAddresses.of(info.multiaddrs());
    return new ChainRecord(
        info.peerId().filter(text -> !text.isEmpty()), read.addresses(), read.unreadable());
  }

  boolean names(PeerId id) {
    return peer.equals(Optional.of(id.toString()));
  }

  /** Whether nobody can find the miner by it, so that nothing is lost by changing it. */
  boolean isUseless() {
    return peer.isEmpty() || addresses.isEmpty() || !unreadable.isEmpty();
  }
}
