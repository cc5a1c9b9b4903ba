package io.granary.protocol.port;

import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Tick;

/** The way from a miner to the senders of its addresses. Every call may be lost and come twice. */
public interface Senders {
  /**
   * The sender of {@code address}, a key address, hears of a head.
   *
   * @param provesFrom whether the miner's window PoSt goes from there now, so that others leave the
   *     reserve on it
   */
  void tick(Address address, Tick tick, boolean provesFrom);
}
