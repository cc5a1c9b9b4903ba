package io.granary.bench;

import io.granary.protocol.SectorId;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.Deadlines;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.Messages;
import io.granary.protocol.port.Miners;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sender.MessageIntent;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A world that takes what a sector tells it and never answers, with a chain node that cannot be
 * reached: what is measured is the sector and the store.
 */
final class SilentWorld implements JobPool, Messages, Miners, Deadlines, PieceDeals {
  /** A chain node that fails every call at once. */
  static ChainGateway unreachableChain() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            SilentWorld.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) ->
                CompletableFuture.failedFuture(
                    new ChainException(
                        ChainException.CONNECTION_LOST, "there is no chain node here")));
  }

  @Override
  public void request(JobRequest request) {}

  @Override
  public void cancel(JobId id, long attempt) {}

  @Override
  public void submit(MessageIntent intent, Recipient recipient) {}

  @Override
  public void sectorInMotion(SectorId sector) {}

  @Override
  public void sectorAtRest(SectorId sector) {}

  @Override
  public void tick(MinerConfig miner, long index, Tick tick) {}

  @Override
  public void readableAgain(SectorId sector, SectorLocation location) {}

  @Override
  public CompletionStage<Void> put(Commitment piece, Wish wish, long sequence) {
    return CompletableFuture.allOf();
  }

  @Override
  public CompletionStage<OfPiece> of(Commitment piece) {
    return CompletableFuture.completedStage(new OfPiece(List.of(), Exposure.NONE));
  }

  @Override
  public CompletionStage<Void> expose(Commitment piece, Exposure exposure) {
    return CompletableFuture.allOf();
  }

  /** Sectors that hear and say nothing. */
  static final class Sectors implements io.granary.protocol.port.Sectors {
    @Override
    public void create(SectorOrder order, Tick tick) {}

    @Override
    public void tick(SectorId sector, Tick tick) {}

    @Override
    public void observe(SectorId sector, SectorObservation observation) {}

    @Override
    public void summarize(SectorId sector) {}
  }
}
