package io.granary.protocol.port;

import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Tick;

/** The way from a miner to the sender of its worker. Every call may be lost and may come twice. */
public interface Senders {
  /** The sender of {@code address}, a key address, hears of a head. */
  void tick(Address address, Tick tick);
}
