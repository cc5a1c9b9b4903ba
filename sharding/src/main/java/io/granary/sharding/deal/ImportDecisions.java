package io.granary.sharding.deal;

import io.granary.protocol.Stamp;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.port.DealFetcher;
import java.util.List;
import java.util.Optional;

/** What follows from an operator's file, and from its way into staging. Pure. */
final class ImportDecisions {
  private ImportDecisions() {}

  /** What a file brings that an operator gave, in the place of one that failed the deal too. */
  static List<DealEvent> imported(DealState state, Stamp stamp, StagedFile file) {
    DealEvent imported = new DealEvent.DataImported(stamp, file);
    return state instanceof DealState.Failed
        ? List.of(new DealEvent.DealRetried(stamp), imported)
        : List.of(imported);
  }

  /**
   * How the copying of an operator's file ended.
   *
   * @return nothing when it was broken off, and goes on later
   */
  static List<DealEvent> copied(DealState.Verifying state, Stamp stamp, DealFetcher.End end) {
    if (end instanceof DealFetcher.End.Complete complete) {
      return List.of(
          state.terms().piece().commP().equals(complete.commP())
              ? new DealEvent.PieceVerified(stamp, Optional.of(complete.file()))
              : new DealEvent.PieceMismatched(stamp, complete.commP()));
    }
    return end instanceof DealFetcher.End.Refused refused
        ? List.of(failed(stamp, refused.reason()))
        : List.of();
  }

  /** Staging itself failed; what the disk said comes along. */
  static List<DealEvent> copyFailed(Stamp stamp, Throwable cause) {
    return List.of(
        failed(stamp, cause + (cause.getCause() == null ? "" : ": " + cause.getCause())));
  }

  /** An operator can retry, or bring another file. */
  private static DealEvent failed(Stamp stamp, String reason) {
    return new DealEvent.DealFailed(
        stamp,
        new DealFailure(
            DealFailure.Kind.RETRYABLE, "file: on node " + stamp.node() + ": " + reason));
  }
}
