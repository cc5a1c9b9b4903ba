package io.granary.sharding.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.Stamp;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.chain.MarketDeal;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.DealVerdict;
import io.granary.protocol.deal.Placement;
import io.granary.protocol.deal.Publication;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.deal.TransferProgress;
import io.granary.protocol.miner.Packing;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.DealFetcher;
import io.granary.protocol.sector.ExpirationBounds;
import io.granary.protocol.sector.PieceActivation;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a deal does about what it is told: pure, from its state and the stamp of the moment. Tries
 * of a transfer are bounded by the deal's start epoch, never by a count. The wait between them
 * grows with failures in a row and with every return to the first byte: from a server that tells no
 * version of its file nothing can be gone on from, and each try brings bytes that came before.
 */
final class DealDecisions {
  /**
   * Refusals that another day would not change: kept, so that the proposal gets the same answer
   * again. Of the others nothing is kept: what is wrong with the proposal itself is found again,
   * and what was short may be there next time.
   */
  private static final Set<DealRefusal> KEPT =
      Set.of(
          DealRefusal.KIND_NOT_TAKEN,
          DealRefusal.CLIENT_NOT_TAKEN,
          DealRefusal.START_TOO_EARLY,
          DealRefusal.START_TOO_LATE,
          DealRefusal.TRANSFER);

  /**
   * How much longer than the deal an allocation of the market's may be claimed for (builtin-actors
   * market/src/lib.rs, MARKET_DEFAULT_ALLOCATION_TERM_BUFFER): 90 days. The longest deal and these
   * are less than the longest term there is.
   */
  private static final long TERM_BUFFER_EPOCHS = 259_200;

  private final DealWorkSettings settings;

  DealDecisions(DealWorkSettings settings) {
    this.settings = settings;
  }

  /** What is stored of a first proposal. */
  List<DealEvent> proposed(DealTerms terms, Optional<DealVerdict.Refused> refused, Stamp stamp) {
    if (refused.isEmpty()) {
      return List.of(new DealEvent.DealProposed(stamp, terms), new DealEvent.DealAccepted(stamp));
    }
    DealVerdict.Refused why = refused.get();
    return isKept(why)
        ? List.of(
            new DealEvent.DealProposed(stamp, terms),
            new DealEvent.DealRejected(stamp, why.refusal(), why.message()))
        : List.of();
  }

  /** Whether {@code refused} is stored. */
  static boolean isKept(DealVerdict.Refused refused) {
    return KEPT.contains(refused.refusal());
  }

  /** The answer to a proposal that comes when there is a deal of its id. */
  static DealResponse answer(DealState.Known state, DealTerms proposed) {
    if (!state.terms().equals(proposed)) {
      return DealResponse.no("deal has the same uuid as deal " + state.terms().id());
    }
    return state instanceof DealState.Rejected rejected
        ? DealResponse.no(rejected.message())
        : DealResponse.yes();
  }

  /** What a head brings without a question. */
  List<DealEvent> ticked(DealState state, Stamp stamp) {
    if (state instanceof DealState.Active active
        && !stamp.epoch().isBefore(active.terms().contract().endEpoch())) {
      return List.of(new DealEvent.DealExpired(stamp, active.terms().contract().endEpoch()));
    }
    boolean notInSector =
        state instanceof DealState.Working
            && !(state instanceof DealState.InSector)
            && placement(state).isEmpty();
    if (notInSector && lapsed((DealState.Known) state, stamp.epoch())) {
      Epoch start = ((DealState.Known) state).terms().contract().startEpoch();
      return List.of(
          failed(
              stamp,
              DealFailure.Kind.FATAL,
              "deal start epoch " + start + " has passed before the data was in a sector"));
    }
    return List.of();
  }

  /** Whether the deal's start has come. */
  static boolean lapsed(DealState.Known state, Epoch head) {
    return !head.isBefore(state.terms().contract().startEpoch());
  }

  /** Whether nothing can come of the deal any more. */
  static boolean over(DealState.Known state, Epoch head) {
    return state instanceof DealState.Ended
        || (state instanceof DealState.Failed failed
            && (failed.failure().kind() == DealFailure.Kind.FATAL || lapsed(state, head)));
  }

  /** Whether the deal waits for nothing but its end: it is looked at seldom. */
  static boolean atRest(DealState.Known state, Epoch head) {
    return over(state, head)
        || (state instanceof DealState.Active active && active.file().isEmpty());
  }

  // Data

  /** A progress that says nothing new, or does not fit, is passed over. */
  static List<DealEvent> received(
      DealState.Transferring state, Stamp stamp, long bytes, long total) {
    return bytes > state.progress().receivedBytes() ? told(state, stamp, bytes, total) : List.of();
  }

  /**
   * A transfer tells of its bytes. It tells of no more than is known only when it goes on from what
   * another node has fetched: that is kept, since it says which node does so and from where.
   */
  static List<DealEvent> told(DealState.Transferring state, Stamp stamp, long bytes, long total) {
    boolean fits = bytes >= 0 && total >= 0 && (total == 0 || bytes <= total);
    return fits && bytes >= state.progress().receivedBytes()
        ? List.of(new DealEvent.DataReceived(stamp, bytes, total))
        : List.of();
  }

  /** How a transfer ended. */
  List<DealEvent> fetched(DealState.Transferring state, Stamp stamp, DealFetcher.End end) {
    if (end instanceof DealFetcher.End.Complete complete) {
      List<DealEvent> events = new ArrayList<>();
      events.add(new DealEvent.TransferCompleted(stamp, complete.file()));
      events.add(hashed(state.terms(), stamp, complete.commP()));
      return List.copyOf(events);
    }
    if (end instanceof DealFetcher.End.BrokenOff broken) {
      List<DealEvent> events =
          new ArrayList<>(received(state, stamp, broken.receivedBytes(), broken.totalBytes()));
      int failures = events.isEmpty() ? state.progress().failures() + 1 : 1;
      events.add(interrupted(stamp, broken.reason(), failures, state.progress().restarts()));
      return List.copyOf(events);
    }
    if (end instanceof DealFetcher.End.StartOver again) {
      TransferProgress known = state.progress();
      return List.of(
          new DealEvent.TransferRestarted(stamp, again.reason()),
          interrupted(stamp, again.reason(), known.failures() + 1, known.restarts() + 1));
    }
    return List.of(failed(stamp, DealFailure.Kind.FATAL, ((DealFetcher.End.Refused) end).reason()));
  }

  /** The staging itself failed: as a break, for a disk may have room again later. */
  List<DealEvent> fetchFailed(DealState.Transferring state, Stamp stamp, Throwable cause) {
    TransferProgress known = state.progress();
    return List.of(interrupted(stamp, cause.toString(), known.failures() + 1, known.restarts()));
  }

  private DealEvent interrupted(Stamp stamp, String reason, int failures, int restarts) {
    return new DealEvent.TransferInterrupted(
        stamp, reason, stamp.time().plus(settings.retryDelay(failures + restarts)));
  }

  /** The commitment of a deal's data is known. */
  static DealEvent hashed(DealTerms terms, Stamp stamp, Commitment found) {
    return terms.piece().commP().equals(found)
        ? new DealEvent.PieceVerified(stamp)
        : new DealEvent.PieceMismatched(stamp, found);
  }

  // Sector

  /**
   * The order for a sector with a direct deal's piece.
   *
   * @param path of the staged file
   */
  static PieceSource piece(
      DealTerms.Contract.Direct direct, ExpirationBounds bounds, StagedFile file, String path) {
    return new PieceSource(
        path,
        file.payloadBytes(),
        direct.paddedBytes(),
        direct.allocation().map(id -> new PieceActivation.Claim(direct.client().requireId(), id)),
        Optional.of(bounds),
        Optional.of(direct.piece().commP()),
        Optional.of(direct.startEpoch()));
  }

  /** The order for a sector with a published deal's piece. */
  static PieceSource piece(
      DealTerms.Contract.Market market,
      PieceActivation activation,
      StagedFile file,
      String path,
      Epoch now) {
    return new PieceSource(path, file.payloadBytes(), market.paddedBytes())
        .activating(activation, bounds(market, now))
        .requiring(market.pieceCid().toUnsealedCommitment())
        .starting(market.startEpoch());
  }

  /** The place of a deal that has one. */
  static Optional<Placement> placement(DealState state) {
    if (state instanceof DealState.Published published) {
      return published.placement();
    }
    return state instanceof DealState.InSector placed
        ? Optional.of(placed.placement())
        : Optional.empty();
  }

  /** The publication of a deal that has one. */
  static Optional<Publication> publication(DealState state) {
    if (state instanceof DealState.Published published) {
      return Optional.of(published.publication());
    }
    if (state instanceof DealState.Active active) {
      return active.publication();
    }
    return state instanceof DealState.Sealing sealing ? sealing.publication() : Optional.empty();
  }

  /** Whether the market holds the deal, wherever it stopped. */
  static boolean isOnChain(DealState state) {
    return publication(state instanceof DealState.Failed failed ? failed.stage() : state)
        .isPresent();
  }

  /**
   * A sector that outlives a deal of the market, and that a verified one's allocation can still be
   * claimed for when it is activated now or later: the market makes the allocation with the deal's
   * duration and a buffer for its longest term.
   *
   * @param now no sector is activated before it
   */
  static ExpirationBounds bounds(DealTerms.Contract.Market contract, Epoch now) {
    Epoch end = contract.endEpoch();
    DealProposal proposal = contract.signed().proposal();
    if (!proposal.verified()) {
      return ExpirationBounds.atLeast(end);
    }
    Epoch latest = now.plus(proposal.duration() + TERM_BUFFER_EPOCHS);
    return new ExpirationBounds(end, latest.isBefore(end) ? end : latest);
  }

  /**
   * A sector that outlives a direct deal and, whenever it is activated from now until the last
   * moment that the allocation can be claimed, lives for the allocation's least term and not beyond
   * its longest. Where these are so near to one another that no expiration fits all moments, the
   * longest counts.
   *
   * @param allocation that the deal claims; empty for data without DataCap
   * @param now no sector is activated before it
   * @return empty when the deal ends later than any sector may that claims the allocation
   */
  static Optional<ExpirationBounds> bounds(
      DealTerms.Contract.Direct contract, Optional<VerifiedAllocation> allocation, Epoch now) {
    Epoch end = contract.endEpoch();
    if (allocation.isEmpty()) {
      return Optional.of(ExpirationBounds.atLeast(end));
    }
    VerifiedAllocation claimed = allocation.get();
    Epoch latest = now.plus(claimed.termMax());
    if (latest.isBefore(end)) {
      return Optional.empty();
    }
    Epoch lastClaim = earlier(contract.startEpoch(), claimed.expiration());
    Epoch termEnd = lastClaim.plus(claimed.termMin());
    return Optional.of(
        new ExpirationBounds(earlier(end.isAfter(termEnd) ? end : termEnd, latest), latest));
  }

  private static Epoch earlier(Epoch one, Epoch other) {
    return one.isBefore(other) ? one : other;
  }

  /**
   * The order for the deal's sector: another one for each sector that came to nothing, and for each
   * id the chain knows the deal by, which the sector is told.
   */
  static String orderId(DealState.Known state) {
    String first =
        Packing.ofDeal(state.terms().id())
            + publication(state).map(known -> "/as/" + known.chainDealId()).orElse("");
    return placement(state)
        .map(place -> first + "/after/" + place.sector().number().value())
        .orElse(first);
  }

  /**
   * @param offset padded bytes before the piece
   */
  static List<DealEvent> ordered(DealState state, Stamp stamp, SectorId sector, long offset) {
    int damaged = placement(state).map(Placement::damaged).orElse(0);
    Placement placement = new Placement(sector, offset, damaged, false);
    boolean published = state instanceof DealState.Published;
    if (state instanceof DealState.Verified || (published && placement(state).isEmpty())) {
      return List.of(new DealEvent.PiecePlaced(stamp, placement));
    }
    return published || state instanceof DealState.Placed || state instanceof DealState.Sealing
        ? List.of(new DealEvent.PieceMoved(stamp, placement))
        : List.of();
  }

  /** Whether a sector in this state came to nothing. */
  static boolean gone(String sectorState) {
    return sectorState.equals("Removing") || sectorState.equals("Removed");
  }

  /** What the sector of a deal's place brings; see {@link #gone} for what comes of no event. */
  List<DealEvent> sectorSeen(DealState state, Stamp stamp, DealNeighbours.SectorStanding standing) {
    Optional<DealEvent> damage = damage(state, stamp, standing);
    if (damage.isPresent()) {
      return List.of(damage.get());
    }
    List<DealEvent> events = new ArrayList<>();
    settled(state, standing).ifPresent(place -> events.add(new DealEvent.PieceMoved(stamp, place)));
    events.addAll(sectorSeen(state, stamp, standing.state()));
    return List.copyOf(events);
  }

  /**
   * Where the piece lies, when that is not where its order was told: pieces before it have left the
   * sector while that was open.
   */
  private static Optional<Placement> settled(
      DealState state, DealNeighbours.SectorStanding standing) {
    Optional<Long> offset =
        gone(standing.state())
            ? Optional.empty()
            : stagedFor(state).map(file -> standing.offsets().get(file.source()));
    return placement(state)
        .flatMap(place -> offset.map(place::at))
        .filter(place -> !placement(state).equals(Optional.of(place)));
  }

  /**
   * The sector found the deal's own data damaged. What another piece spoilt is no matter of this
   * deal: it takes another sector with the same file.
   */
  private Optional<DealEvent> damage(
      DealState state, Stamp stamp, DealNeighbours.SectorStanding standing) {
    Optional<Placement> place = placement(state);
    if (place.isEmpty() || place.get().spent()) {
      return Optional.empty();
    }
    return stagedFor(state)
        .map(file -> standing.damaged().get(file.source()))
        .map(found -> damaged((DealState.Known) state, stamp, place.get(), found));
  }

  private static Optional<StagedFile> stagedFor(DealState state) {
    if (state instanceof DealState.Published published) {
      return Optional.of(published.file());
    }
    return state instanceof DealState.Placed placed ? Optional.of(placed.file()) : Optional.empty();
  }

  private DealEvent damaged(DealState.Known state, Stamp stamp, Placement place, Commitment found) {
    Cid expected = state.terms().contract().pieceCid();
    String what =
        "sector "
            + place.sector()
            + " was given up: commP mismatch, expected "
            + expected
            + ", actual "
            + Cid.commP(found)
            + " of the staged file";
    if (lapsed(state, stamp.epoch())) {
      return failed(
          stamp, DealFailure.Kind.FATAL, what + "; it is too late to bring the data again");
    }
    return place.damaged() >= settings.damagedMax()
        ? failed(
            stamp,
            DealFailure.Kind.RETRYABLE,
            what + ", after " + place.damaged() + " others: the data is not brought again")
        : new DealEvent.PieceDamaged(stamp, found);
  }

  private static List<DealEvent> sectorSeen(DealState state, Stamp stamp, String sectorState) {
    boolean filled =
        !sectorState.equals("Empty") && !sectorState.equals("Filling") && !gone(sectorState);
    boolean waits =
        (state instanceof DealState.Placed placed && !placed.terms().published())
            || state instanceof DealState.Published;
    return waits && filled && placement(state).isPresent()
        ? List.of(new DealEvent.PieceAdded(stamp))
        : List.of();
  }

  /**
   * The market was asked for a published deal: it knows whether the deal's sector was activated
   * with it, which is not said by a sector that is there. A deal it keeps no more was slashed, or
   * its sector was not there at its start; what a re-org may still bring back is not ended.
   *
   * @param deal empty when the market keeps none of its id
   */
  List<DealEvent> onMarket(DealState state, Stamp stamp, Optional<MarketDeal> deal) {
    Optional<Epoch> activation = deal.flatMap(MarketDeal::activation);
    if (state instanceof DealState.Sealing sealing) {
      Epoch start = sealing.terms().contract().startEpoch();
      if (activation.isPresent()) {
        return List.of(new DealEvent.DealActivated(stamp, activation.get()));
      }
      return deal.isEmpty() && stamp.epoch().since(start) >= settings.finalityEpochs()
          ? List.of(
              failed(
                  stamp,
                  DealFailure.Kind.FATAL,
                  "the market keeps the deal no more: its sector was not active at the deal's start"
                      + " epoch "
                      + start))
          : List.of();
    }
    if (state instanceof DealState.Active active && activation.isEmpty()) {
      return List.of(
          deal.isEmpty() && isFinal(active, stamp.epoch())
              ? new DealEvent.DealSlashed(stamp, stamp.epoch())
              : new DealEvent.ActivationReverted(stamp));
    }
    return List.of();
  }

  boolean isFinal(DealState.Active state, Epoch head) {
    return head.since(state.activation()) >= settings.finalityEpochs();
  }

  static DealEvent failed(Stamp stamp, DealFailure.Kind kind, String reason) {
    return new DealEvent.DealFailed(stamp, new DealFailure(kind, reason));
  }
}
