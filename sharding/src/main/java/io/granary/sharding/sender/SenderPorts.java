package io.granary.sharding.sender;

import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.MessageReports;
import io.granary.protocol.port.SpendFence;
import java.time.InstantSource;

/**
 * What a sender works with.
 *
 * @param reports the way back to the askers
 * @param clock wall time, for the first head of a life; later ones come with ticks
 * @param node the name of this node, for the stamps of its events
 */
public record SenderPorts(
    ChainGateway chain,
    SpendFence fence,
    MessageReports reports,
    InstantSource clock,
    String node) {}
