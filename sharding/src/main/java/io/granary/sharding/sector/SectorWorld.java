package io.granary.sharding.sector;

import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.Deadlines;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.Messages;
import io.granary.protocol.port.Miners;
import io.granary.protocol.port.SectorSummaries;
import java.time.InstantSource;

/**
 * Everything outside a sector.
 *
 * @param node the name of this node, for the stamps of events
 */
public record SectorWorld(
    ChainGateway chain,
    JobPool pool,
    Messages messages,
    Miners miners,
    Deadlines deadlines,
    SectorSummaries summaries,
    InstantSource clock,
    String node) {}
