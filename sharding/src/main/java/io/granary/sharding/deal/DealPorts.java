package io.granary.sharding.deal;

import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.DealBook;
import io.granary.protocol.port.DealFetcher;
import io.granary.protocol.port.DealFiles;
import io.granary.protocol.port.PieceDeals;
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
    PieceDeals pieces,
    DealNeighbours neighbours,
    InstantSource clock,
    String node) {}
