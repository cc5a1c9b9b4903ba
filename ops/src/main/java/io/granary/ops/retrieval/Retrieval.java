package io.granary.ops.retrieval;

import io.granary.bridge.car.CarLimits;
import io.granary.bridge.ipni.Announcer;
import io.granary.bridge.ipni.IpniAnswers;
import io.granary.bridge.ipni.IpniPublisher;
import io.granary.bridge.ipni.IpniSettings;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.retrieval.DamagedCopyException;
import io.granary.bridge.retrieval.PieceIndexer;
import io.granary.bridge.retrieval.RetrievalServer;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.AdChain;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.port.PieceIndex;
import io.granary.protocol.port.PieceReader;
import io.granary.protocol.port.PieceUnsealer;
import io.granary.prover.storage.StoragePaths;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retrieval server of a node with the pieces it serves. One thread of its own looks at the
 * storage paths and indexes, one after the other, the pieces that are not indexed yet; a piece
 * whose indexing fails is tried again at the next look.
 */
public final class Retrieval implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Retrieval.class);

  /** For a chunk of the index to be written. */
  private static final Duration STORE_LIMIT = Duration.ofMinutes(1);

  private static final long STOP_SECONDS = 5;

  private final UnsealedPieces pieces;
  private final PieceWants wants;
  private final Optional<Unsealing> unsealing;
  private final PieceIndexer indexer;
  private final RetrievalServer server;
  private final Optional<Advertising> advertising;
  private final ScheduledExecutorService thread;
  private final ScheduledFuture<?> looks;

  /** Pieces that were indexed or found to be; the looking thread's. */
  private final Map<Commitment, IndexedPiece> indexed = new HashMap<>();

  /**
   * Starts it.
   *
   * @param deals what they want of pieces, and who hears how far a piece can be found
   * @param indexers empty when nothing is advertised
   * @param decoding empty when nothing is decoded on demand
   * @throws IOException when the denylist cannot be read, the address cannot be listened on, or the
   *     folder of decoded pieces not be used
   */
  public static Retrieval start(
      RetrievalSettings settings,
      StoragePaths storage,
      HistoryReader history,
      PieceIndex index,
      PieceDeals deals,
      Optional<Indexers> indexers,
      Optional<Decoding> decoding,
      InstantSource clock)
      throws IOException {
    UnsealedPieces pieces = new UnsealedPieces(storage, history);
    Optional<Unsealing> unsealing =
        decoding.isPresent()
            ? Optional.of(Unsealing.start(pieces, decoding.get(), settings.unseal(), clock))
            : Optional.empty();
    try {
      return start(settings, pieces, new PieceWants(deals), unsealing, index, indexers, clock);
    } catch (IOException e) {
      unsealing.ifPresent(Unsealing::close);
      throw e;
    }
  }

  private static Retrieval start(
      RetrievalSettings settings,
      UnsealedPieces pieces,
      PieceWants wants,
      Optional<Unsealing> unsealing,
      PieceIndex index,
      Optional<Indexers> indexers,
      InstantSource clock)
      throws IOException {
    PieceIndexer indexer = new PieceIndexer(index, CarLimits.DEFAULT, STORE_LIMIT);
    PieceReader all = unsealing.<PieceReader>map(Unsealing::pieces).orElse(pieces);
    PieceReader reader = settings.serveEnded() ? all : new LivePieces(all, wants);
    Optional<PieceUnsealer> unsealer = unsealing.map(Unsealing::pieces);
    if (indexers.isEmpty()) {
      RetrievalServer server = RetrievalServer.start(settings, index, reader, unsealer, clock);
      return new Retrieval(settings, pieces, wants, unsealing, indexer, server, Optional.empty());
    }
    IpniSettings told = indexers.get().settings();
    Identity identity = indexers.get().identity();
    IpniPublisher publisher = new IpniPublisher(identity, told.addresses(), indexers.get().chain());
    Announcer announcer =
        new Announcer(
            HttpClient.newHttpClient(),
            told.indexers(),
            told.addresses(),
            identity.peerId(),
            told.announceLimit());
    RetrievalServer server =
        RetrievalServer.start(
            settings,
            index,
            reader,
            unsealer,
            clock,
            new IpniAnswers(identity, indexers.get().chain(), told.topic()));
    Advertising advertising =
        new Advertising(
            publisher, announcer, index, indexers.get().former(), told.removeAfter(), clock);
    return new Retrieval(
        settings, pieces, wants, unsealing, indexer, server, Optional.of(advertising));
  }

  /**
   * What network indexers are told, and by whom.
   *
   * @param chain of advertisements, which all nodes with this identity share
   * @param former folder of a chain that this node may have kept before
   */
  public record Indexers(IpniSettings settings, Identity identity, AdChain chain, Path former) {}

  /**
   * How pieces are decoded on demand, and where they are kept.
   *
   * @param folder of nothing else
   */
  public record Decoding(Decoder decoder, Path folder) {}

  private Retrieval(
      RetrievalSettings settings,
      UnsealedPieces pieces,
      PieceWants wants,
      Optional<Unsealing> unsealing,
      PieceIndexer indexer,
      RetrievalServer server,
      Optional<Advertising> advertising) {
    this.pieces = pieces;
    this.wants = wants;
    this.unsealing = unsealing;
    this.indexer = indexer;
    this.server = server;
    this.advertising = advertising;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "piece-index");
              made.setDaemon(true);
              return made;
            });
    this.looks =
        thread.scheduleWithFixedDelay(
            this::look, 0, settings.indexEvery().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.address();
  }

  private void look() {
    try {
      pieces.refresh();
    } catch (IOException | RuntimeException e) {
      LOG.warn("the pieces on this node cannot be looked through, tried again later", e);
      return;
    }
    pieces.copies().forEach(copy -> index(copy, pieces::damaged));
    unsealing.ifPresent(
        decoded -> decoded.pieces().copies().forEach(c -> index(c, decoded.pieces()::damaged)));
    settle();
  }

  /** What the deals want, what they do not know yet, and what indexers do not know yet. */
  private void settle() {
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    try {
      Set<Commitment> here = served();
      Set<Commitment> concerned = new HashSet<>(here);
      if (advertising.isPresent()) {
        concerned.addAll(advertising.get().advertised());
      }
      wants.refresh(concerned);
      indexed.keySet().retainAll(concerned);
      for (IndexedPiece piece : indexed.values()) {
        wants.tell(
            piece.piece().commP(),
            known -> new Exposure(Optional.of(piece.blocks()), known.advertisement()));
      }
      if (advertising.isPresent()) {
        advertising.get().settle(here, indexed.values(), wants);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("deals and indexers cannot be told of the pieces here, tried again later", e);
    }
  }

  /** What can be read here, and what would be decoded for who wants to read it. */
  private Set<Commitment> served() {
    Set<Commitment> served = new HashSet<>();
    pieces.copies().forEach(copy -> served.add(copy.piece().commP()));
    if (unsealing.isPresent()) {
      pieces.sealed().forEach(known -> served.add(known.piece().commP()));
    }
    return served;
  }

  private void index(PieceCopy copy, Consumer<PieceCopy> damaged) {
    if (indexed.containsKey(copy.piece().commP()) || Thread.currentThread().isInterrupted()) {
      return;
    }
    try {
      IndexedPiece done = indexer.index(copy);
      indexed.put(copy.piece().commP(), done);
      LOG.info("piece {} is indexed: {} blocks", copy.piece().commP(), done.blocks());
    } catch (DamagedCopyException e) {
      damaged.accept(copy);
      LOG.error("{}: it is not served from this node", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("piece {} cannot be indexed, tried again later", copy.piece().commP(), e);
    }
  }

  @Override
  public void close() {
    server.close();
    unsealing.ifPresent(Unsealing::close);
    looks.cancel(true);
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("indexing still reads after {} s", STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
