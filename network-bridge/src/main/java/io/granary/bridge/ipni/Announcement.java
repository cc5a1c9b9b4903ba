package io.granary.bridge.ipni;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.util.List;

/**
 * Tells an indexer of a new head (go-libipni announce/message): a tuple of the head, where the
 * chain is fetched, and nothing more.
 *
 * @param addresses of the publisher, with its peer id
 */
record Announcement(Cid head, List<Multiaddr> addresses) {
  Announcement {
    addresses = List.copyOf(addresses);
  }

  Bytes encode() {
    CborWriter writer = new CborWriter().array(3).cid(head).array(addresses.size());
    addresses.forEach(address -> writer.bytes(Bytes.of(address.bytes())));
    return writer.bytes(Bytes.empty()).toBytes();
  }
}
