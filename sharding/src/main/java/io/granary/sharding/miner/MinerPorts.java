package io.granary.sharding.miner;

import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.Deadlines;
import io.granary.protocol.port.Messages;
import io.granary.protocol.port.Sectors;
import io.granary.protocol.port.Senders;
import io.granary.sharding.address.SenderChoice;
import java.time.InstantSource;

/**
 * What a miner works with.
 *
 * @param messages for what the miner sends itself
 * @param staleRows what the read model says against what the journal says
 * @param addresses from which addresses the miner's messages go
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
    InstantSource clock,
    String node) {}
