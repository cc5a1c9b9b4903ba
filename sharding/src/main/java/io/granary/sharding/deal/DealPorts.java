package io.granary.sharding.deal;

import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.DealBook;
import io.granary.protocol.port.DealFetcher;
import io.granary.protocol.port.DealFiles;
import java.time.InstantSource;

/**
 * Everything outside a deal.
 *
 * @param node the name of this node, for the stamps of events
 */
public record DealPorts(
    ChainGateway chain,
    DealFetcher fetcher,
    DealFiles files,
    DealBook book,
    DealNeighbours neighbours,
    InstantSource clock,
    String node) {}
