package io.granary.sharding.deadline;

import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.Messages;
import io.granary.protocol.port.Sectors;
import java.time.InstantSource;

/**
 * What a deadline works with.
 *
 * @param clock wall time, for the first head of a life; later ones come with ticks
 * @param node the name of this node, for the stamps of its events
 */
public record DeadlinePorts(
    ChainGateway chain,
    JobPool pool,
    Messages messages,
    Sectors sectors,
    InstantSource clock,
    String node) {}
