package io.granary.ops.retrieval;

import io.granary.bridge.ipni.Announcer;
import io.granary.bridge.ipni.IpniPublisher;
import io.granary.protocol.Bytes;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceIndex;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the chain of advertisements in step with the pieces on this node. A piece that is gone is
 * taken back only after a while, so that a disk that was away for an hour changes nothing. Used by
 * one thread.
 */
final class Advertising {
  private static final Logger LOG = LoggerFactory.getLogger(Advertising.class);
  private static final long INDEX_SECONDS = 60;

  private final IpniPublisher publisher;
  private final HeadNews news;
  private final PieceIndex index;
  private final Duration removeAfter;
  private final InstantSource clock;

  /** Pieces that are advertised and not here, since when. */
  private final Map<Commitment, Instant> missing = new HashMap<>();

  Advertising(
      IpniPublisher publisher,
      Announcer announcer,
      PieceIndex index,
      Duration removeAfter,
      InstantSource clock) {
    this.publisher = publisher;
    this.news = new HeadNews(announcer, clock);
    this.index = index;
    this.removeAfter = removeAfter;
    this.clock = clock;
  }

  /**
   * Advertises the blocks of a piece, in the order of its index, unless it is advertised.
   *
   * @throws IOException when the chain cannot be written
   */
  void advertise(IndexedPiece piece) throws IOException {
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
  }

  /**
   * Takes back what is no longer here, and tells the indexers of the chain's head until they have heard
   * it.
   *
   * @throws IOException when the chain cannot be read or written
   */
  void settle(Set<Commitment> here) throws IOException {
    Instant now = clock.instant();
    Set<Commitment> advertised = publisher.advertised();
    missing.keySet().retainAll(advertised);
    missing.keySet().removeAll(here);
    for (Commitment piece : advertised) {
      if (!here.contains(piece)) {
        Instant since = missing.computeIfAbsent(piece, added -> now);
        if (!now.isBefore(since.plus(removeAfter)) && publisher.remove(piece).isPresent()) {
          LOG.info("piece {} is no longer advertised", piece);
        }
      }
    }
    publisher.head().ifPresent(news::tell);
  }
}
