package io.granary.ops.retrieval;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.PieceCopy;
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
 * is looked at again when its unsealed file or its replica comes, goes or changes; what lies in
 * between is one look late. Thread-safe; {@link #refresh} and {@link #damaged} are called by one
 * thread.
 */
final class UnsealedPieces implements SealedPieces {
  private static final long HISTORY_SECONDS = 60;

  private final StoragePaths storage;
  private final HistoryReader history;

  /** What {@link #refresh} knows; the looking thread's. */
  private final Map<SectorId, Seen> seen = new HashMap<>();

  private volatile Map<Commitment, Known> pieces = Map.of();

  /**
   * What is on the paths of a sector.
   *
   * @param changed of the unsealed file, or 0 without one
   */
  private record Signs(long changed, boolean replica) {}

  /** A sector as it was seen. */
  private record Seen(Signs signs, Map<Commitment, Known> pieces) {}

  /**
   * What is known of a piece in one sector.
   *
   * @param job which decodes it; empty without a replica here
   */
  private record Known(Lookup lookup, Optional<JobSpec.Unseal> job) {
    /** Who can be read goes before who can be decoded. */
    private int rank() {
      return lookup instanceof Lookup.Here ? 0 : lookup instanceof Lookup.Sealed ? 1 : 2;
    }

    Known or(Known other) {
      return other.rank() < rank() ? other : this;
    }

    Known withoutCopy(SectorId sector, PieceInfo piece, long payloadBytes, String reason) {
      return new Known(
          job.isPresent()
              ? new Lookup.Sealed(piece, payloadBytes, sector)
              : new Lookup.NoCopy(reason),
          job);
    }
  }

  UnsealedPieces(StoragePaths storage, HistoryReader history) {
    this.storage = storage;
    this.history = history;
  }

  @Override
  public Lookup find(Commitment commP) {
    Known known = pieces.get(commP);
    return known == null ? new Lookup.Unknown() : known.lookup();
  }

  @Override
  public Optional<JobSpec.Unseal> job(Commitment commP) {
    return Optional.ofNullable(pieces.get(commP)).flatMap(Known::job);
  }

  @Override
  public List<Lookup.Sealed> sealed() {
    return pieces.values().stream()
        .map(Known::lookup)
        .filter(Lookup.Sealed.class::isInstance)
        .map(Lookup.Sealed.class::cast)
        .toList();
  }

  /** The copies that can be read here. */
  List<PieceCopy> copies() {
    return pieces.values().stream()
        .map(Known::lookup)
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
      Optional<Path> file = file(sector, SectorFileType.UNSEALED);
      Signs signs =
          new Signs(
              file.isPresent() ? Files.getLastModifiedTime(file.get()).toMillis() : 0,
              file(sector, SectorFileType.SEALED).isPresent());
      Seen before = seen.get(sector);
      if (before == null || !before.signs().equals(signs)) {
        Optional<Map<Commitment, Known>> found = look(sector, file, signs.replica());
        if (found.isPresent()) {
          seen.put(sector, new Seen(signs, found.get()));
        }
      }
    }
    publish();
  }

  /** From now on {@code copy} is not given, until its sector's file changes. */
  void damaged(PieceCopy copy) {
    seen.replaceAll(
        (sector, known) -> {
          Map<Commitment, Known> left = new HashMap<>(known.pieces());
          left.replaceAll(
              (commP, piece) ->
                  piece.lookup().equals(new Lookup.Here(copy))
                      ? piece.withoutCopy(
                          sector,
                          copy.piece(),
                          copy.payloadBytes(),
                          "its unsealed copy on this node is damaged")
                      : piece);
          return new Seen(known.signs(), Map.copyOf(left));
        });
    publish();
  }

  private void publish() {
    Map<Commitment, Known> all = new HashMap<>();
    for (Seen each : seen.values()) {
      each.pieces().forEach((commP, known) -> all.merge(commP, known, Known::or));
    }
    pieces = Map.copyOf(all);
  }

  private Optional<Path> file(SectorId sector, SectorFileType type) {
    return storage
        .find(sector, type)
        .map(path -> path.file(sector, type))
        .filter(Files::isRegularFile);
  }

  /** The pieces of a sector; empty while it is not sealed, when its layout may still change. */
  private Optional<Map<Commitment, Known>> look(
      SectorId sector, Optional<Path> file, boolean replica) throws IOException {
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
    Map<Commitment, Known> found = new HashMap<>();
    for (int i = 0; i < held.size(); i++) {
      SectorPiece piece = held.get(i);
      long offset = entries.get(i).unpaddedOffset();
      Optional<JobSpec.Unseal> job =
          replica ? Optional.of(job(sector, holding, piece, offset)) : Optional.empty();
      Known known =
          file.isPresent()
              ? new Known(
                  new Lookup.Here(new Copy(piece.info(), piece.payloadBytes(), file.get(), offset)),
                  job)
              : new Known(new Lookup.Unknown(), job)
                  .withoutCopy(
                      sector,
                      piece.info(),
                      piece.payloadBytes(),
                      "its sector has no unsealed copy on this node");
      found.putIfAbsent(piece.info().commP(), known);
    }
    return Optional.of(Map.copyOf(found));
  }

  private static JobSpec.Unseal job(
      SectorId sector, SectorState.Holding holding, SectorPiece piece, long offset) {
    return new JobSpec.Unseal(
        sector,
        holding.core().sealProof(),
        holding.replica().ticket().value(),
        holding.replica().commD(),
        offset,
        piece.payloadBytes());
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
