package io.granary.ops.retrieval;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceReader;
import io.granary.protocol.sector.Empty;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorPiece;
import io.granary.protocol.sector.SectorState;
import io.granary.prover.storage.StoragePaths;
import io.granary.sharding.sector.SectorEntity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * The pieces of the sectors on this node's storage paths, by what the sectors' events say. A sector
 * is looked at again when its unsealed file comes, goes or changes; what lies in between is one
 * look late. Thread-safe; {@link #refresh} and {@link #damaged} are called by one thread.
 */
final class UnsealedPieces implements PieceReader {
  private static final long HISTORY_SECONDS = 60;

  private final StoragePaths storage;
  private final HistoryReader history;

  /** What {@link #refresh} knows; the looking thread's. */
  private final Map<SectorId, Seen> seen = new HashMap<>();

  private volatile Map<Commitment, Lookup> pieces = Map.of();

  /**
   * A sector as it was seen.
   *
   * @param changed of the unsealed file, or 0 without one
   */
  private record Seen(long changed, Map<Commitment, Lookup> pieces) {}

  UnsealedPieces(StoragePaths storage, HistoryReader history) {
    this.storage = storage;
    this.history = history;
  }

  @Override
  public Lookup find(Commitment commP) {
    return pieces.getOrDefault(commP, new Lookup.Unknown());
  }

  /** The copies that can be read here. */
  List<PieceCopy> copies() {
    return pieces.values().stream()
        .filter(Lookup.Here.class::isInstance)
        .map(found -> ((Lookup.Here) found).copy())
        .toList();
  }

  /**
   * Looks at what lies on the paths.
   *
   * @throws IOException when a sector's history cannot be read; what was known before stays
   */
  void refresh() throws IOException {
    seen.keySet().retainAll(storage.sectors());
    for (SectorId sector : storage.sectors()) {
      Optional<Path> file = unsealed(sector);
      long changed = file.isPresent() ? Files.getLastModifiedTime(file.get()).toMillis() : 0;
      Seen before = seen.get(sector);
      if (before == null || before.changed() != changed) {
        Optional<Map<Commitment, Lookup>> found = look(sector, file);
        if (found.isPresent()) {
          seen.put(sector, new Seen(changed, found.get()));
        }
      }
    }
    publish();
  }

  /** From now on {@code copy} is not given, until its sector's file changes. */
  void damaged(PieceCopy copy) {
    seen.replaceAll(
        (sector, known) -> {
          Map<Commitment, Lookup> left = new HashMap<>(known.pieces());
          left.replaceAll(
              (commP, lookup) ->
                  lookup.equals(new Lookup.Here(copy))
                      ? new Lookup.NoCopy("its unsealed copy on this node is damaged")
                      : lookup);
          return new Seen(known.changed(), Map.copyOf(left));
        });
    publish();
  }

  private void publish() {
    Map<Commitment, Lookup> all = new HashMap<>();
    for (Seen each : seen.values()) {
      each.pieces()
          .forEach(
              (commP, lookup) ->
                  all.merge(commP, lookup, (one, two) -> one instanceof Lookup.Here ? one : two));
    }
    pieces = Map.copyOf(all);
  }

  private Optional<Path> unsealed(SectorId sector) {
    return storage
        .find(sector, SectorFileType.UNSEALED)
        .map(path -> path.file(sector, SectorFileType.UNSEALED))
        .filter(Files::isRegularFile);
  }

  /** The pieces of a sector; empty while it is not sealed, when its layout may still change. */
  private Optional<Map<Commitment, Lookup>> look(SectorId sector, Optional<Path> file)
      throws IOException {
    if (!(state(sector) instanceof SectorState.Holding holding)) {
      return Optional.empty();
    }
    List<SectorPiece> held = holding.core().pieces();
    SectorLayout layout =
        SectorLayout.of(
            holding.core().sealProof().sectorSize().bytes(),
            held.stream().map(SectorPiece::info).toList());
    List<SectorLayout.Entry> entries =
        layout.entries().stream().filter(entry -> !entry.filler()).toList();
    Map<Commitment, Lookup> found = new HashMap<>();
    for (int i = 0; i < held.size(); i++) {
      SectorPiece piece = held.get(i);
      long offset = entries.get(i).unpaddedOffset();
      Lookup lookup =
          file.isPresent()
              ? new Lookup.Here(new Copy(piece.info(), piece.payloadBytes(), file.get(), offset))
              : new Lookup.NoCopy("its sector has no unsealed copy on this node");
      found.putIfAbsent(piece.info().commP(), lookup);
    }
    return Optional.of(Map.copyOf(found));
  }

  private SectorState state(SectorId sector) throws IOException {
    SectorState[] state = {new Empty()};
    try {
      history
          .forEach(
              SectorEntity.persistenceId(sector).id(),
              SectorEvent.class,
              1,
              Long.MAX_VALUE,
              entry -> state[0] = state[0].on(entry.event()))
          .toCompletableFuture()
          .orTimeout(HISTORY_SECONDS, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      throw new IOException("the history of sector " + sector + " cannot be read", e);
    }
    return state[0];
  }

  private record Copy(PieceInfo piece, long payloadBytes, Path file, long sectorOffset)
      implements PieceCopy {
    @Override
    public InputStream open(long offset, long length) throws IOException {
      if (offset < 0 || length < 0 || offset > piece.unpaddedBytes() - length) {
        throw new IOException(
            "bytes " + offset + " + " + length + " are not in " + piece.unpaddedBytes());
      }
      return new UnpaddedStream(file, sectorOffset + offset, length);
    }
  }
}
