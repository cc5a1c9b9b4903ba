package io.granary.ops.retrieval;

import io.granary.bridge.car.CarLimits;
import io.granary.bridge.ipni.Announcer;
import io.granary.bridge.ipni.IpniAnswers;
import io.granary.bridge.ipni.IpniPublisher;
import io.granary.bridge.ipni.IpniSettings;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.retrieval.PieceIndexer;
import io.granary.bridge.retrieval.RetrievalServer;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.granary.ops.http.Decoder;
import io.granary.ops.http.RetrievalView;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.AdChain;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.port.PieceIndex;
import io.granary.protocol.port.PieceReader;
import io.granary.protocol.port.PieceUnsealer;
import io.granary.prover.storage.StoragePaths;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retrieval server of a node with the pieces it serves. One thread of its own looks at the
 * storage paths, asks the other nodes, and indexes, one after the other, the pieces that are not
 * indexed yet.
 */
public final class Retrieval implements RetrievalView, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Retrieval.class);

  /** For a chunk of the index to be written. */
  private static final Duration STORE_LIMIT = Duration.ofMinutes(1);

  private static final long STOP_SECONDS = 5;

  private final UnsealedPieces pieces;

  /** Of what is served. */
  private final PieceReader reader;

  private final PieceWants wants;
  private final Optional<Unsealing> unsealing;
  private final IndexedPieces indexer;
  private final RetrievalServer server;
  private final Optional<Advertising> advertising;
  private final ScheduledExecutorService thread;
  private final ScheduledFuture<?> looks;

  /** After which a look that indexes looks at the disks again; the looking thread's. */
  private final Duration lookLimit;

  /** As of the last look. */
  private volatile int indexed;

  private volatile Optional<Advertised> advertised = Optional.empty();

  /**
   * Starts it.
   *
   * @param sources where pieces come from
   * @param deals what they want of pieces, and who hears how far a piece can be found
   * @param indexers empty when nothing is advertised
   * @param decoding empty when nothing is decoded on demand
   * @throws IOException when the denylist cannot be read, the address cannot be listened on, or the
   *     folder of decoded pieces not be used
   */
  public static Retrieval start(
      RetrievalSettings settings,
      Sources sources,
      PieceIndex index,
      PieceDeals deals,
      Optional<Indexers> indexers,
      Optional<Decoding> decoding,
      InstantSource clock)
      throws IOException {
    UnsealedPieces pieces =
        new UnsealedPieces(sources.storage(), sources.history(), sources.others(), sources.ends());
    Optional<Unsealing> unsealing =
        decoding.isPresent()
            ? Optional.of(Unsealing.start(pieces, decoding.get(), settings.unseal(), clock))
            : Optional.empty();
    try {
      return start(
          settings, sources, pieces, new PieceWants(deals), unsealing, index, indexers, clock);
    } catch (IOException e) {
      unsealing.ifPresent(Unsealing::close);
      throw e;
    }
  }

  private static Retrieval start(
      RetrievalSettings settings,
      Sources sources,
      UnsealedPieces pieces,
      PieceWants wants,
      Optional<Unsealing> unsealing,
      PieceIndex index,
      Optional<Indexers> indexers,
      InstantSource clock)
      throws IOException {
    IndexedPieces indexer =
        new IndexedPieces(new PieceIndexer(index, CarLimits.DEFAULT, STORE_LIMIT), sources.turn());
    PieceReader all = unsealing.<PieceReader>map(Unsealing::pieces).orElse(pieces);
    PieceReader reader = settings.serveEnded() ? all : new LivePieces(all, wants, pieces::ended);
    Optional<PieceUnsealer> unsealer = unsealing.map(Unsealing::pieces);
    if (indexers.isEmpty()) {
      RetrievalServer server = RetrievalServer.start(settings, index, reader, unsealer, clock);
      return new Retrieval(
          settings, pieces, reader, wants, unsealing, indexer, server, Optional.empty());
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
        settings, pieces, reader, wants, unsealing, indexer, server, Optional.of(advertising));
  }

  /**
   * Where pieces come from.
   *
   * @param storage paths of this node
   * @param history of the sectors, which says what lies where in them
   * @param others nodes with storage; empty when only what is here is served
   * @param turn how many other bridge nodes go first in indexing a piece that is not on their disks
   */
  public record Sources(
      StoragePaths storage,
      HistoryReader history,
      Optional<OtherNodes> others,
      SectorEnds ends,
      ToIntFunction<Commitment> turn) {}

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
      PieceReader reader,
      PieceWants wants,
      Optional<Unsealing> unsealing,
      IndexedPieces indexer,
      RetrievalServer server,
      Optional<Advertising> advertising) {
    this.pieces = pieces;
    this.reader = reader;
    this.wants = wants;
    this.unsealing = unsealing;
    this.indexer = indexer;
    this.server = server;
    this.advertising = advertising;
    this.lookLimit = settings.indexEvery();
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

  @Override
  public Status status() {
    return new Status(
        server.address(),
        server.status(),
        pieces.copies().size(),
        unsealing.isPresent() ? pieces.sealed().size() : 0,
        indexed,
        server.plainCopies(),
        advertised);
  }

  @Override
  public PieceReader.Lookup find(Commitment piece) {
    return reader.find(piece);
  }

  /** Again at once while there is more to index than one look may take. */
  private void look() {
    boolean more = true;
    while (more && !Thread.currentThread().isInterrupted()) {
      try {
        pieces.refresh();
      } catch (IOException | RuntimeException e) {
        LOG.warn("the pieces cannot all be looked through, tried again later", e);
      }
      more = !index();
      settle();
    }
  }

  private boolean index() {
    long end = System.nanoTime() + lookLimit.toNanos();
    BooleanSupplier goesOn =
        () -> System.nanoTime() < end && !Thread.currentThread().isInterrupted();
    boolean all = indexer.index(pieces.copies(), pieces::damaged, goesOn);
    if (unsealing.isPresent()) {
      UnsealOnDemand decoded = unsealing.get().pieces();
      all &= indexer.index(decoded.copies(), decoded::damaged, goesOn);
    }
    return all;
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
        IpniPublisher.Advertised told = advertising.get().advertised();
        advertised = Optional.of(new Advertised(told.pieces().size(), told.head()));
        concerned.addAll(told.pieces().keySet());
      }
      wants.refresh(concerned);
      indexer.retain(concerned);
      indexed = indexer.all().size();
      for (IndexedPiece piece : indexer.all()) {
        wants.tell(
            piece.piece().commP(),
            known -> new Exposure(Optional.of(piece.blocks()), known.advertisement()));
      }
      if (advertising.isPresent()) {
        advertising.get().settle(here, indexer.all(), wants);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("deals and indexers cannot be told of the pieces here, tried again later", e);
    }
  }

  /**
   * What can be read, and what would be decoded for who wants to read it, of sectors that have not
   * ended.
   */
  private Set<Commitment> served() {
    Set<Commitment> served = new HashSet<>();
    pieces.copies().forEach(copy -> served.add(copy.piece().commP()));
    if (unsealing.isPresent()) {
      pieces.sealed().forEach(known -> served.add(known.piece().commP()));
    }
    served.removeIf(pieces::ended);
    return served;
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
