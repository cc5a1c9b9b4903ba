package io.granary.sharding.sector;

import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.Deadlines;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.Messages;
import io.granary.protocol.port.Miners;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.port.SectorSummaries;
import io.granary.sharding.address.Payers;
import java.time.InstantSource;

/**
 * Everything outside a sector.
 *
 * @param pieces what deals want of the sector's pieces
 * @param node the name of this node, for the stamps of events
 * @param payers which address pays for a message
 */
public record SectorWorld(
    ChainGateway chain,
    JobPool pool,
    Messages messages,
    Miners miners,
    Deadlines deadlines,
    SectorSummaries summaries,
    PieceDeals pieces,
    InstantSource clock,
    String node,
    Payers payers) {

  /** With the worker paying for everything. */
  public SectorWorld(
      ChainGateway chain,
      JobPool pool,
      Messages messages,
      Miners miners,
      Deadlines deadlines,
      SectorSummaries summaries,
      PieceDeals pieces,
      InstantSource clock,
      String node) {
    this(
        chain,
        pool,
        messages,
        miners,
        deadlines,
        summaries,
        pieces,
        clock,
        node,
        Payers.worker(chain));
  }
}
