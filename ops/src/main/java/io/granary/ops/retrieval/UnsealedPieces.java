package io.granary.ops.retrieval;

import io.granary.ops.retrieval.HeldFiles.Sign;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.PieceCopy;
import io.granary.prover.storage.StoragePaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pieces of the sectors on this node's storage paths and on those of the others, by what the
 * sectors' events say. A copy here goes before one elsewhere. A sector is looked at again when an
 * unsealed file or a replica of it comes, goes or changes, and at every look while the chain does
 * not hold it; what lies in between is one look late. Thread-safe; {@link #refresh} and {@link
 * #damaged} are called by one thread.
 */
final class UnsealedPieces implements SealedPieces {
  private static final Logger LOG = LoggerFactory.getLogger(UnsealedPieces.class);
  private static final long HISTORY_SECONDS = 60;
  private static final int HISTORIES_AT_ONCE_MAX = 16;

  private final StoragePaths storage;
  private final HistoryReader history;
  private final Optional<OtherNodes> others;
  private final SectorEnds ends;

  /** What {@link #refresh} knows; the looking thread's. */
  private final Map<SectorId, Seen> seen = new HashMap<>();

  private volatile Map<Commitment, Known> pieces = Map.of();

  /** A file that has other bytes than the piece's where the piece should lie. */
  private record Damage(Commitment piece, Sign file) {}

  /** A sector as it was seen. */
  private static final class Seen {
    private final SectorContents contents;
    private final List<Object> signs;
    private final Set<Damage> damages = new HashSet<>();
    private HeldFiles held;
    private boolean ended;

    Seen(SectorContents contents, HeldFiles held) {
      this.contents = contents;
      this.signs = held.signs();
      this.held = held;
    }
  }

  /**
   * What is known of a piece.
   *
   * @param job which decodes it; empty without a replica
   * @param ended whether the chain holds none of its sectors any more
   */
  private record Known(Lookup lookup, Optional<JobSpec.Unseal> job, boolean ended) {
    /** Who can be read goes before who can be decoded, a copy here before all. */
    private int rank() {
      if (lookup instanceof Lookup.Here here) {
        return here.copy() instanceof FarCopy ? 1 : 0;
      }
      return lookup instanceof Lookup.Sealed ? 2 : 3;
    }

    Known or(Known other) {
      Known first = other.rank() < rank() ? other : this;
      Lookup found = first.lookup;
      if (lookup instanceof Lookup.Here here
          && other.lookup instanceof Lookup.Here more
          && here.copy() instanceof FarCopy one
          && more.copy() instanceof FarCopy two) {
        List<FarCopy.Place> places = new ArrayList<>(one.places());
        places.addAll(two.places());
        found = new Lookup.Here(new FarCopy(one.piece(), one.payloadBytes(), places, one.files()));
      }
      return new Known(found, first.job, ended && other.ended);
    }
  }

  /** Those of this node alone, none of which ends. */
  UnsealedPieces(StoragePaths storage, HistoryReader history) {
    this(storage, history, Optional.empty(), SectorEnds.NONE);
  }

  UnsealedPieces(
      StoragePaths storage, HistoryReader history, Optional<OtherNodes> others, SectorEnds ends) {
    this.storage = storage;
    this.history = history;
    this.others = others;
    this.ends = ends;
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

  /** The copies that can be read, those on this node first. */
  List<PieceCopy> copies() {
    return pieces.values().stream()
        .filter(known -> known.lookup() instanceof Lookup.Here)
        .sorted((one, two) -> Integer.compare(one.rank(), two.rank()))
        .map(known -> ((Lookup.Here) known.lookup()).copy())
        .toList();
  }

  /** Whether the chain holds none of the sectors of a piece any more. */
  boolean ended(Commitment commP) {
    Known known = pieces.get(commP);
    return known != null && known.ended();
  }

  /**
   * Looks at what lies on the paths, and asks the other nodes.
   *
   * @throws IOException when sectors' histories cannot be read; what was known of the others stays
   */
  void refresh() throws IOException {
    Map<SectorId, HeldFiles> held =
        HeldFiles.of(storage, others.map(OtherNodes::refresh).orElse(Map.of()));
    seen.keySet().retainAll(held.keySet());
    List<SectorId> due = new ArrayList<>();
    held.forEach(
        (sector, files) -> {
          Seen before = seen.get(sector);
          if (before == null
              || before.contents.activation().isEmpty()
              || !before.signs.equals(files.signs())) {
            due.add(sector);
          } else {
            before.held = files;
          }
        });
    Optional<IOException> failure = look(due, held);
    markEnded();
    publish();
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** One history that cannot be read holds up no other; a batch without an answer ends the look. */
  private Optional<IOException> look(List<SectorId> due, Map<SectorId, HeldFiles> held) {
    Optional<IOException> failure = Optional.empty();
    for (int from = 0; from < due.size(); from += HISTORIES_AT_ONCE_MAX) {
      Map<SectorId, CompletableFuture<Optional<SectorContents>>> batch = new LinkedHashMap<>();
      for (SectorId sector :
          due.subList(from, Math.min(due.size(), from + HISTORIES_AT_ONCE_MAX))) {
        batch.put(
            sector,
            SectorContents.read(history, sector)
                .toCompletableFuture()
                .orTimeout(HISTORY_SECONDS, TimeUnit.SECONDS));
      }
      int failed = 0;
      for (Map.Entry<SectorId, CompletableFuture<Optional<SectorContents>>> each :
          batch.entrySet()) {
        try {
          take(each.getKey(), held, each.getValue().join());
        } catch (CompletionException e) {
          failed++;
          failure =
              Optional.of(
                  new IOException("the history of sector " + each.getKey() + " cannot be read", e));
        }
      }
      if (failed == batch.size()) {
        return failure;
      }
    }
    return failure;
  }

  /** What is not sealed, or was given up, has nothing to serve. */
  private void take(
      SectorId sector, Map<SectorId, HeldFiles> held, Optional<SectorContents> contents) {
    HeldFiles files = Optional.ofNullable(held.get(sector)).orElseThrow();
    Seen before = seen.get(sector);
    if (contents.isEmpty()) {
      seen.remove(sector);
    } else {
      Seen now = new Seen(contents.get(), files);
      if (before != null && before.signs.equals(now.signs)) {
        now.damages.addAll(before.damages);
      }
      seen.put(sector, now);
    }
  }

  private void markEnded() {
    Map<SectorId, Epoch> settled = new HashMap<>();
    seen.forEach(
        (sector, each) ->
            each.contents.activation().ifPresent(epoch -> settled.put(sector, epoch)));
    Set<SectorId> over = ends.among(settled);
    seen.forEach(
        (sector, each) -> {
          boolean now = over.contains(sector);
          if (now != each.ended) {
            LOG.info("sector {} {}", sector, now ? "has ended on chain" : "lives on chain again");
          }
          each.ended = now;
        });
  }

  /** From now on {@code copy} is not given, until its sector's file changes. */
  void damaged(PieceCopy copy) {
    Commitment piece = copy.piece().commP();
    for (Seen each : seen.values()) {
      for (HeldFiles.Unsealed file : each.held.files()) {
        if (isRead(copy, file)) {
          each.damages.add(new Damage(piece, file.sign()));
        }
      }
    }
    publish();
  }

  private static boolean isRead(PieceCopy copy, HeldFiles.Unsealed file) {
    if (file instanceof HeldFiles.Far away) {
      return copy instanceof FarCopy far
          && far.places().stream().anyMatch(place -> place.file().equals(away.file()));
    }
    return file instanceof HeldFiles.Here here
        && copy instanceof Copy own
        && own.file().equals(here.file());
  }

  private void publish() {
    Map<Commitment, Known> all = new HashMap<>();
    for (Seen each : seen.values()) {
      Map<Commitment, Known> of = new HashMap<>();
      each.contents
          .entries()
          .forEach(entry -> of.putIfAbsent(entry.piece().commP(), known(each, entry)));
      of.forEach((commP, known) -> all.merge(commP, known, Known::or));
    }
    pieces = Map.copyOf(all);
  }

  private Known known(Seen sector, SectorContents.Entry entry) {
    Optional<JobSpec.Unseal> job =
        sector.held.replica() ? Optional.of(entry.job()) : Optional.empty();
    List<HeldFiles.Unsealed> good =
        sector.held.files().stream()
            .filter(
                file -> !sector.damages.contains(new Damage(entry.piece().commP(), file.sign())))
            .toList();
    Optional<HeldFiles.Here> here =
        good.stream()
            .filter(HeldFiles.Here.class::isInstance)
            .map(HeldFiles.Here.class::cast)
            .findFirst();
    if (here.isPresent()) {
      return new Known(
          new Lookup.Here(
              new Copy(entry.piece(), entry.payloadBytes(), here.get().file(), entry.offset())),
          job,
          sector.ended);
    }
    if (!good.isEmpty()) {
      return new Known(new Lookup.Here(far(entry, good)), job, sector.ended);
    }
    return new Known(
        job.isPresent()
            ? new Lookup.Sealed(entry.piece(), entry.payloadBytes(), sector.contents.sector())
            : new Lookup.NoCopy(
                sector.held.files().isEmpty()
                    ? "its sector has no unsealed copy"
                    : "its unsealed copy is damaged"),
        job,
        sector.ended);
  }

  private FarCopy far(SectorContents.Entry entry, List<HeldFiles.Unsealed> files) {
    return new FarCopy(
        entry.piece(),
        entry.payloadBytes(),
        files.stream()
            .filter(HeldFiles.Far.class::isInstance)
            .map(file -> new FarCopy.Place(((HeldFiles.Far) file).file(), entry.offset()))
            .toList(),
        others.orElseThrow().files());
  }

  private record Copy(PieceInfo piece, long payloadBytes, Path file, long sectorOffset)
      implements PieceCopy {
    @Override
    public InputStream open(long offset, long length) throws IOException {
      PieceRange.requireWithin(piece, offset, length);
      return new UnpaddedStream(file, sectorOffset + offset, length);
    }
  }
}
