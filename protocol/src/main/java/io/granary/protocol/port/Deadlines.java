package io.granary.protocol.port;

import io.granary.protocol.ActorId;
import io.granary.protocol.chain.Tick;

/** The way from a miner to its proving deadlines. */
public interface Deadlines {
  void tick(ActorId miner, long index, Tick tick);
}
