package io.granary.ops.retrieval;

import io.granary.bridge.ipni.Announcer;
import io.granary.bridge.ipni.IpniPublisher;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the chain of advertisements in step with the pieces that are here and with what their deals
 * want, beside other nodes that do the same. A piece that nobody wants to be found any more is
 * taken back at once; one that is gone only after a while, so that a disk that was away for an hour
 * changes nothing. Used by one thread.
 */
final class Advertising {
  private static final Logger LOG = LoggerFactory.getLogger(Advertising.class);
  private static final long INDEX_SECONDS = 60;

  private final IpniPublisher publisher;
  private final HeadNews news;
  private final PieceIndex index;
  private final Duration removeAfter;
  private final InstantSource clock;

  /** Of a chain to be taken over; empty once it was, or there is none. */
  private Optional<Path> former;

  /** Pieces that are advertised and not here, since when. */
  private final Map<Commitment, Instant> missing = new HashMap<>();

  /**
   * @param former where this node may have kept a chain of its own
   */
  Advertising(
      IpniPublisher publisher,
      Announcer announcer,
      PieceIndex index,
      Path former,
      Duration removeAfter,
      InstantSource clock) {
    this.former = Optional.of(former);
    this.publisher = publisher;
    this.news = new HeadNews(announcer, clock);
    this.index = index;
    this.removeAfter = removeAfter;
    this.clock = clock;
  }

  /** What is advertised now, by whichever node. */
  IpniPublisher.Advertised advertised() throws IOException {
    return publisher.advertised();
  }

  /**
   * Advertises what is wanted and takes back what is not, or is no longer here; tells the deals,
   * and the indexers of the chain's head until they have heard it.
   *
   * @param here pieces that can be read, or decoded, on this node
   * @param indexed pieces whose blocks are known
   * @throws IOException when the chain cannot be read or written, or the deals not be told
   */
  void settle(Set<Commitment> here, Collection<IndexedPiece> indexed, PieceWants wants)
      throws IOException {
    takeFormerOver();
    Map<Commitment, Cid> advertised = new HashMap<>(publisher.advertised().pieces());
    advertise(here, indexed, wants, advertised);
    takeBack(here, wants, advertised);
    for (Map.Entry<Commitment, Cid> each : advertised.entrySet()) {
      wants.tell(
          each.getKey(),
          known ->
              known.advertisement().isPresent()
                  ? known
                  : new Exposure(known.indexedBlocks(), Optional.of(each.getValue())));
    }
    publisher.head().ifPresent(news::tell);
  }

  private void takeFormerOver() throws IOException {
    if (former.isPresent()) {
      publisher.takeOver(former.get());
      former = Optional.empty();
    }
  }

  /** Each by itself: one that cannot be advertised holds up no other, and is tried again. */
  private void advertise(
      Set<Commitment> here,
      Collection<IndexedPiece> indexed,
      PieceWants wants,
      Map<Commitment, Cid> advertised) {
    for (IndexedPiece piece : indexed) {
      Commitment commP = piece.piece().commP();
      if (here.contains(commP)
          && !advertised.containsKey(commP)
          && wants.advert(commP) == PieceWants.Advert.WANTED) {
        try {
          advertise(piece).ifPresent(by -> advertised.put(commP, by));
        } catch (IOException | RuntimeException e) {
          LOG.warn("piece {} cannot be advertised, tried again later", commP, e);
        }
      }
    }
  }

  /** Advertises the blocks of a piece, in the order of its index. */
  private Optional<Cid> advertise(IndexedPiece piece) throws IOException {
    Commitment commP = piece.piece().commP();
    Iterator<Bytes> multihashes =
        IntStream.range(0, piece.chunks())
            .boxed()
            .flatMap(
                chunk ->
                    index
                        .blocks(commP, chunk)
                        .toCompletableFuture()
                        .orTimeout(INDEX_SECONDS, TimeUnit.SECONDS)
                        .join()
                        .stream())
            .map(PieceIndex.Block::multihash)
            .iterator();
    Optional<IpniPublisher.Published> published = publisher.advertise(commP, multihashes);
    published.ifPresent(
        done ->
            LOG.info(
                "piece {} is advertised: {} blocks, {} left out",
                commP,
                done.listed(),
                done.leftOut()));
    return published.map(IpniPublisher.Published::by);
  }

  private void takeBack(Set<Commitment> here, PieceWants wants, Map<Commitment, Cid> advertised)
      throws IOException {
    Instant now = clock.instant();
    missing.keySet().retainAll(advertised.keySet());
    missing.keySet().removeAll(here);
    for (Commitment piece : List.copyOf(advertised.keySet())) {
      boolean gone = false;
      if (!here.contains(piece)) {
        Instant since = missing.computeIfAbsent(piece, added -> now);
        gone = !now.isBefore(since.plus(removeAfter));
      }
      if ((gone || wants.advert(piece) == PieceWants.Advert.UNWANTED) && publisher.remove(piece)) {
        advertised.remove(piece);
        LOG.info(
            "piece {} is no longer advertised: {}",
            piece,
            gone ? "it is not here" : "no deal wants it");
        wants.tell(piece, known -> new Exposure(known.indexedBlocks(), Optional.empty()));
      }
    }
  }
}
