package io.granary.sharding.miner;

import io.granary.protocol.ActorId;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.Deadlines;
import io.granary.protocol.port.Messages;
import io.granary.protocol.port.Sectors;
import io.granary.protocol.port.Senders;
import io.granary.sharding.address.SenderChoice;
import java.time.InstantSource;
import java.util.function.BiConsumer;

/**
 * What a miner works with.
 *
 * @param messages for what the miner sends itself
 * @param staleRows what the read model says against what the journal says
 * @param addresses from which addresses the miner's messages go
 * @param heads hears of every head that the miner hears of, on the node where it lives; must not
 *     block
 * @param clock wall time, for the first head of a life; later ones come with ticks
 * @param node the name of this node, for the stamps of its events
 */
public record MinerPorts(
    ChainGateway chain,
    Sectors sectors,
    Deadlines deadlines,
    Senders senders,
    Messages messages,
    StaleRows staleRows,
    SenderChoice addresses,
    BiConsumer<ActorId, Tick> heads,
    InstantSource clock,
    String node) {
  /** Ports of a miner whose heads nobody else hears of. */
  public MinerPorts(
      ChainGateway chain,
      Sectors sectors,
      Deadlines deadlines,
      Senders senders,
      Messages messages,
      StaleRows staleRows,
      SenderChoice addresses,
      InstantSource clock,
      String node) {
    this(
        chain,
        sectors,
        deadlines,
        senders,
        messages,
        staleRows,
        addresses,
        (miner, tick) -> {},
        clock,
        node);
  }
}
