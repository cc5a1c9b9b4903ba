package io.granary.ops.retrieval;

import io.granary.bridge.retrieval.UnsealSettings;
import io.granary.ops.http.Decoder;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceReader;
import io.granary.protocol.port.PieceUnsealer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pieces that clients ask for and that lie here in replicas only: one decoding for all who ask for
 * a piece, a bounded number of them in all and for each client, room in the cache promised before
 * it begins. The bytes are compared with the piece's commitment before anyone gets them.
 * Thread-safe.
 */
final class UnsealOnDemand implements PieceReader, PieceUnsealer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnsealOnDemand.class);

  /** Pieces that could not be decoded and are remembered; the oldest are forgotten first. */
  private static final int FAILURES_MAX = 1000;

  private final SealedPieces pieces;
  private final PieceCache cache;
  private final Decoder decoder;
  private final UnsealSettings settings;
  private final InstantSource clock;
  private final Executor delivery;

  /** Guarded by this, as is all that follows. */
  private final Map<PieceInfo, Work> works = new HashMap<>();

  private final Map<PieceInfo, Failure> failures = new LinkedHashMap<>();
  private boolean closed;

  private record Failure(String reason, Instant until) {}

  private static final class Work {
    private final Lookup.Sealed piece;
    private final JobSpec.Unseal job;
    private final Bytes client;
    private final PieceCache.Room room;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private Instant asked;
    private Instant reminded;
    private boolean givenUp;

    Work(
        Lookup.Sealed piece,
        JobSpec.Unseal job,
        Bytes client,
        PieceCache.Room room,
        Instant asked) {
      this.piece = piece;
      this.job = job;
      this.client = client;
      this.room = room;
      this.asked = asked;
      this.reminded = asked;
    }
  }

  /**
   * @param delivery runs what reads and writes whole pieces
   */
  UnsealOnDemand(
      SealedPieces pieces,
      PieceCache cache,
      Decoder decoder,
      UnsealSettings settings,
      InstantSource clock,
      Executor delivery) {
    this.pieces = pieces;
    this.cache = cache;
    this.decoder = decoder;
    this.settings = settings;
    this.clock = clock;
    this.delivery = delivery;
  }

  @Override
  public Lookup find(Commitment commP) {
    Lookup found = pieces.find(commP);
    if (found instanceof Lookup.Sealed known) {
      Optional<PieceCopy> copy = cache.find(known.piece(), known.payloadBytes());
      return copy.isPresent() ? new Lookup.Here(copy.get()) : found;
    }
    return found;
  }

  /** The decoded pieces that are here. */
  List<PieceCopy> copies() {
    return pieces.sealed().stream()
        .flatMap(known -> cache.peek(known.piece(), known.payloadBytes()).stream())
        .toList();
  }

  /** A decoded piece whose file holds other bytes now is given no longer. */
  void damaged(PieceCopy copy) {
    try {
      cache.discard(copy.piece());
    } catch (IOException e) {
      LOG.error("the damaged file of piece {} cannot be deleted", copy.piece().commP(), e);
    }
  }

  @Override
  public Outcome unseal(Lookup.Sealed piece, Bytes client) {
    Work begun;
    synchronized (this) {
      if (cache.peek(piece.piece(), piece.payloadBytes()).isPresent()) {
        return new Outcome.UnderWay(CompletableFuture.completedFuture(null));
      }
      Work before = works.get(piece.piece());
      if (before != null) {
        before.asked = clock.instant();
        remind(before);
        return new Outcome.UnderWay(before.done.minimalCompletionStage());
      }
      Optional<Outcome.Refused> refusal = refusal(piece, client);
      if (refusal.isPresent()) {
        return refusal.get();
      }
      Optional<JobSpec.Unseal> job = pieces.job(piece.piece().commP());
      if (job.isEmpty()) {
        return refused(
            piece, "its replica is no longer on a node that answers", settings.retryAfter());
      }
      Optional<PieceCache.Room> room = room(piece);
      if (room.isEmpty()) {
        return refused(piece, "there is no room for it", settings.retryAfter());
      }
      begun = new Work(piece, job.get(), client, room.get(), clock.instant());
      works.put(piece.piece(), begun);
    }
    begin(begun);
    return new Outcome.UnderWay(begun.done.minimalCompletionStage());
  }

  /** The pool holds no truth: with its node it may lose a job that waits. */
  private void remind(Work work) {
    if (!work.asked.isBefore(work.reminded.plus(settings.retryAfter()))) {
      work.reminded = work.asked;
      decoder.remind(work.job);
    }
  }

  private Optional<Outcome.Refused> refusal(Lookup.Sealed piece, Bytes client) {
    Instant now = clock.instant();
    Failure failure = failures.get(piece.piece());
    if (failure != null && now.isBefore(failure.until())) {
      return Optional.of(refused(piece, failure.reason(), Duration.between(now, failure.until())));
    }
    failures.remove(piece.piece());
    if (closed) {
      return Optional.of(refused(piece, "this node stops", settings.retryAfter()));
    }
    if (works.size() >= settings.jobsMax()) {
      return Optional.of(
          refused(piece, works.size() + " others are being decoded", settings.retryAfter()));
    }
    long ofClient = works.values().stream().filter(work -> work.client.equals(client)).count();
    return ofClient >= settings.jobsOfAddressMax()
        ? Optional.of(
            refused(piece, ofClient + " others are decoded for you", settings.retryAfter()))
        : Optional.empty();
  }

  private static Outcome.Refused refused(Lookup.Sealed piece, String why, Duration retryAfter) {
    return new Outcome.Refused(named(piece) + " is not decoded now: " + why, retryAfter);
  }

  private static String named(Lookup.Sealed piece) {
    return "piece " + Cid.commP(piece.piece().commP()) + " of sector " + piece.sector();
  }

  private Optional<PieceCache.Room> room(Lookup.Sealed piece) {
    try {
      return cache.promise(piece.piece(), piece.payloadBytes());
    } catch (IOException e) {
      LOG.warn("no room can be made for {}", named(piece), e);
      return Optional.empty();
    }
  }

  private void begin(Work work) {
    LOG.info("{} is decoded for a client", named(work.piece));
    CompletionStage<Decoder.Decoded> answer;
    try {
      answer = decoder.decode(work.job);
    } catch (RuntimeException e) {
      end(work, Optional.of(e));
      return;
    }
    CompletionStage<Void> unused =
        answer
            .thenAcceptAsync(decoded -> take(work, decoded), delivery)
            .whenComplete((taken, failure) -> end(work, Optional.ofNullable(failure)));
  }

  private static void take(Work work, Decoder.Decoded decoded) {
    try (InputStream data = decoded.open()) {
      work.room.fill(data);
    } catch (IOException e) {
      throw new UncheckedIOException(named(work.piece) + ": " + e.getMessage(), e);
    } finally {
      decoded.delete();
    }
  }

  private void end(Work work, Optional<Throwable> failure) {
    work.room.close();
    boolean givenUp;
    synchronized (this) {
      works.remove(work.piece.piece());
      givenUp = work.givenUp;
      if (failure.isPresent() && !givenUp) {
        remember(work.piece);
      }
    }
    if (failure.isEmpty()) {
      LOG.info("{} is decoded", named(work.piece));
    } else if (givenUp) {
      LOG.info("{} is given up: {}", named(work.piece), failure.get().getMessage());
    } else {
      LOG.warn(
          "{} cannot be decoded, it is not tried again for {}",
          named(work.piece),
          settings.failureMemory(),
          failure.get());
    }
    work.done.complete(null);
  }

  /** What went wrong is for the operator's eyes; the client hears that it did. */
  private void remember(Lookup.Sealed piece) {
    if (failures.size() >= FAILURES_MAX) {
      failures.remove(failures.keySet().iterator().next());
    }
    failures.put(
        piece.piece(),
        new Failure("it failed a while ago", clock.instant().plus(settings.failureMemory())));
  }

  /** Gives up what nobody asked for lately. */
  void tidy() {
    Instant limit = clock.instant().minus(settings.abandonAfter());
    giveUp(work -> work.asked.isBefore(limit), "nobody asks for it any more");
  }

  private void giveUp(Predicate<Work> which, String reason) {
    List<Work> going;
    synchronized (this) {
      going = works.values().stream().filter(which).toList();
      going.forEach(work -> work.givenUp = true);
    }
    going.forEach(work -> decoder.giveUp(work.job, reason));
  }

  /** Gives up all decodings; who waits is answered. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    giveUp(work -> true, "this node stops");
  }
}
