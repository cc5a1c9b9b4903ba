package io.granary.ops.retrieval;

import io.granary.bridge.retrieval.DamagedCopyException;
import io.granary.bridge.retrieval.PieceIndexer;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceCopy;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pieces that are in the index. A node indexes what lies on its own disks. What lies elsewhere
 * it leaves to the node that has it for a look, then to the bridge nodes whose turn is before its
 * own for so many looks each; should two index a piece at once, they write the same rows. One whose
 * indexing fails is tried again at the next look. Used by one thread.
 */
final class IndexedPieces {
  private static final Logger LOG = LoggerFactory.getLogger(IndexedPieces.class);

  /** At a minute a look time for a piece of 32 GiB at 20 MB/s. */
  static final int LOOKS_OF_TURN = 30;

  private final PieceIndexer indexer;
  private final ToIntFunction<Commitment> turn;

  /** Pieces that were indexed or found to be. */
  private final Map<Commitment, IndexedPiece> indexed = new HashMap<>();

  /** Looks at which a piece of another node was not indexed. */
  private final Map<Commitment, Integer> waited = new HashMap<>();

  /**
   * @param turn how many other nodes go first with a piece that lies on none of them
   */
  IndexedPieces(PieceIndexer indexer, ToIntFunction<Commitment> turn) {
    this.indexer = indexer;
    this.turn = turn;
  }

  /**
   * Indexes those that are not.
   *
   * @param damaged hears of copies that are other pieces than they say
   * @param goesOn asked before each: false leaves the rest to the next look
   * @return whether none was left
   */
  boolean index(List<PieceCopy> copies, Consumer<PieceCopy> damaged, BooleanSupplier goesOn) {
    for (PieceCopy copy : copies) {
      if (!indexed.containsKey(copy.piece().commP())) {
        if (!goesOn.getAsBoolean()) {
          return false;
        }
        index(copy, damaged);
      }
    }
    return true;
  }

  private void index(PieceCopy copy, Consumer<PieceCopy> damaged) {
    Commitment commP = copy.piece().commP();
    try {
      if (copy instanceof FarCopy && !isDue(commP)) {
        return;
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("whether piece {} is indexed is not known, asked again later", commP, e);
      return;
    }
    for (PieceCopy one : copy instanceof FarCopy far ? far.apart() : List.of(copy)) {
      if (indexOne(one, damaged)) {
        return;
      }
    }
  }

  private boolean indexOne(PieceCopy copy, Consumer<PieceCopy> damaged) {
    Commitment commP = copy.piece().commP();
    try {
      IndexedPiece done = indexer.index(copy);
      indexed.put(commP, done);
      waited.remove(commP);
      LOG.info("piece {} is indexed: {} blocks", commP, done.blocks());
      return true;
    } catch (DamagedCopyException e) {
      damaged.accept(copy);
      LOG.error("{}: it is not served from there", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("piece {} cannot be indexed, tried again later", commP, e);
    }
    return false;
  }

  private boolean isDue(Commitment commP) throws IOException {
    Optional<IndexedPiece> known = indexer.indexed(commP);
    if (known.isPresent()) {
      indexed.put(commP, known.get());
      waited.remove(commP);
      return false;
    }
    int looks = waited.merge(commP, 1, Integer::sum);
    return looks > 1 + turn.applyAsInt(commP) * LOOKS_OF_TURN;
  }

  /** Those known. */
  Collection<IndexedPiece> all() {
    return indexed.values();
  }

  /** Forgets all others. */
  void retain(Set<Commitment> pieces) {
    indexed.keySet().retainAll(pieces);
    waited.keySet().retainAll(pieces);
  }
}
