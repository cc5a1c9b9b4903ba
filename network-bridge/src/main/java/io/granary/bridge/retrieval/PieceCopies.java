package io.granary.bridge.retrieval;

import io.granary.bridge.retrieval.http.Asker;
import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.bridge.retrieval.http.NotYetException;
import io.granary.bridge.retrieval.http.StreamBody;
import io.granary.bridge.retrieval.plain.PlainCopies;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceReader;
import io.granary.protocol.port.PieceUnsealer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds copies of pieces, reads them out of plain copies where there are such, and has them decoded
 * out of their replicas where that is allowed. Who asks for a sealed piece waits on the connection,
 * for a bounded time and in a bounded number, and is told to ask again when that was not enough.
 * Thread-safe.
 */
final class PieceCopies {
  private final PieceReader reader;
  private final Optional<PieceUnsealer> unsealer;
  private final Denylist denylist;
  private final UnsealSettings settings;
  private final Optional<PlainCopies> plain;
  private final AtomicInteger waiting = new AtomicInteger();

  PieceCopies(
      PieceReader reader,
      Optional<PieceUnsealer> unsealer,
      Denylist denylist,
      UnsealSettings settings,
      Optional<PlainCopies> plain) {
    this.reader = reader;
    this.unsealer = unsealer;
    this.denylist = denylist;
    this.settings = settings;
    this.plain = plain;
  }

  /**
   * What there is of a piece; sealed only where it would be decoded. A piece that is denied is not,
   * whatever is asked of it.
   */
  PieceReader.Lookup find(Commitment commP) {
    PieceReader.Lookup found = reader.find(commP);
    if (found instanceof PieceReader.Lookup.Here here) {
      return new PieceReader.Lookup.Here(over(here.copy()));
    }
    plain.ifPresent(copies -> copies.giveUp(commP));
    if (!(found instanceof PieceReader.Lookup.Sealed)) {
      return found;
    }
    if (unsealer.isEmpty()) {
      return new PieceReader.Lookup.NoCopy("its sector has no unsealed copy");
    }
    return denylist.denies(Cid.commP(commP))
        ? new PieceReader.Lookup.NoCopy("it is not served here")
        : found;
  }

  /**
   * The copy of a piece that was found sealed, when it has come meanwhile.
   *
   * @throws NotYetException when the answer is to be given later
   * @throws HttpProblem 503 when the client must ask again
   */
  PieceCopy unsealed(PieceReader.Lookup.Sealed piece, Asker asker) {
    PieceUnsealer.Outcome outcome = unseal(piece, asker);
    if (reader.find(piece.piece().commP()) instanceof PieceReader.Lookup.Here here) {
      return over(here.copy());
    }
    if (outcome instanceof PieceUnsealer.Outcome.Refused refused) {
      throw later(refused.reason(), refused.retryAfter());
    }
    String reason =
        "piece "
            + Cid.commP(piece.piece().commP())
            + " is being decoded out of sector "
            + piece.sector()
            + ", ask again";
    if (asker.waited() || !mayWait()) {
      throw later(reason, settings.retryAfter());
    }
    throw new NotYetException(
        ((PieceUnsealer.Outcome.UnderWay) outcome).done(),
        settings.waitLimit(),
        waiting::decrementAndGet);
  }

  private PieceCopy over(PieceCopy copy) {
    return plain.map(copies -> copies.over(copy)).orElse(copy);
  }

  /**
   * A part of a copy that was found here just now, sent by the kernel where there is a plain one.
   *
   * @throws IOException when the copy cannot be read
   */
  Body body(PieceCopy copy, long offset, long length) throws IOException {
    Optional<Body> sent =
        plain.isPresent() ? plain.get().body(copy.piece(), offset, length) : Optional.<Body>empty();
    return sent.isPresent() ? sent.get() : new StreamBody(copy.open(offset, length), length);
  }

  /** Asks for a copy, and waits for nothing. */
  PieceUnsealer.Outcome unseal(PieceReader.Lookup.Sealed piece, Asker asker) {
    return unsealer.orElseThrow().unseal(piece, asker.address());
  }

  private boolean mayWait() {
    if (waiting.incrementAndGet() <= settings.waitingMax()) {
      return true;
    }
    waiting.decrementAndGet();
    return false;
  }

  private static HttpProblem later(String reason, Duration after) {
    long seconds = Math.max(1, after.toSeconds());
    return new HttpProblem(
        503, reason, Map.of("Retry-After", Long.toString(seconds), "Cache-Control", "no-store"));
  }

  /** What HEAD is told where only the bytes of a sealed piece could tell. */
  HttpProblem headIsBlind(PieceReader.Lookup.Sealed piece) {
    return later(
        "piece "
            + Cid.commP(piece.piece().commP())
            + " is sealed in sector "
            + piece.sector()
            + ": GET has it decoded, HEAD does not",
        settings.retryAfter());
  }
}
