package io.granary.ops.stage;

import io.granary.bridge.retrieval.http.HttpServer;
import io.granary.bridge.retrieval.plain.PlainCopies;
import io.granary.ops.http.RetrievalService;
import io.granary.ops.http.RetrievalView;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.deal.MemoryPieceDeals;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.port.PieceReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Pieces that a node serves, without a server: one with a replica only, one that is gone. */
public final class ServedPieces implements RetrievalView {
  /** Sealed, indexed, advertised, of one deal. */
  public static final Commitment KEPT = commitment(1);

  /** Of a deal that ended. */
  public static final Commitment GONE = commitment(2);

  /** The deal of both. */
  public static final DealId DEAL = DealId.parse("00000000-0000-0000-0000-0000000000aa");

  private static final SectorId SECTOR = new SectorId(new ActorId(1000), new SectorNumber(7));
  private static final PieceInfo INFO = new PieceInfo(KEPT, 1024);

  private ServedPieces() {}

  static RetrievalService service() {
    MemoryPieceDeals deals = new MemoryPieceDeals();
    put(deals, KEPT, PieceDeals.Standing.LIVE);
    put(deals, GONE, PieceDeals.Standing.ENDED);
    deals
        .expose(KEPT, new Exposure(Optional.of(3L), Optional.of(Cid.commP(KEPT))))
        .toCompletableFuture()
        .join();
    return new RetrievalService(
        Optional.of(new ServedPieces()),
        piece ->
            CompletableFuture.completedStage(
                piece.equals(KEPT)
                    ? Optional.of(new IndexedPiece(INFO, 900, 3, 1, IndexedPiece.Stage.COMPLETE))
                    : Optional.empty()),
        deals);
  }

  private static void put(MemoryPieceDeals deals, Commitment piece, PieceDeals.Standing standing) {
    deals
        .put(piece, new PieceDeals.Wish(DEAL, standing, true, false), 1)
        .toCompletableFuture()
        .join();
  }

  private static Commitment commitment(int value) {
    return new Commitment(Bytes.fromHex("0" + value + "00".repeat(31)));
  }

  @Override
  public Status status() {
    return new Status(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 7777),
        new HttpServer.Status(3, 2, 1, 5, 4),
        0,
        1,
        1,
        Optional.of(new PlainCopies.Status(2, 300, 5000)),
        Optional.of(new Advertised(1, Optional.of(Cid.commP(KEPT)))));
  }

  @Override
  public PieceReader.Lookup find(Commitment piece) {
    if (piece.equals(KEPT)) {
      return new PieceReader.Lookup.Sealed(INFO, 900, SECTOR);
    }
    return piece.equals(GONE)
        ? new PieceReader.Lookup.NoCopy("its sector ended")
        : new PieceReader.Lookup.Unknown();
  }
}
