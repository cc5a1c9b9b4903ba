package io.granary.protocol.port;

import io.granary.protocol.ActorId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The miners this cluster works for: every sector node ticks all of them. */
public interface MinerRoster {
  /** Adds {@code miner}; one that is there already changes nothing. */
  CompletionStage<Void> add(ActorId miner);

  /** Every miner, ascending. */
  CompletionStage<List<ActorId>> all();
}
