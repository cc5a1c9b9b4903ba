package io.granary.sharding.deal;

import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealState;
import java.util.List;
import org.slf4j.Logger;

/** What an operator reads of a deal. */
final class DealOperatorLog {
  private final Logger log;
  private final DealId deal;

  DealOperatorLog(Logger log, DealId deal) {
    this.log = log;
    this.deal = deal;
  }

  void changed(DealState before, DealState after, List<DealEvent> events) {
    String from = before.getClass().getSimpleName();
    String to = after.getClass().getSimpleName();
    for (DealEvent event : events) {
      if (event instanceof DealEvent.DealFailed failed) {
        log.warn(
            "deal {}: failed ({}): {}", deal, failed.failure().kind(), failed.failure().reason());
      } else if (event instanceof DealEvent.PieceDamaged damaged) {
        log.warn(
            "deal {}: its sector is given up, for the staged data hashes to {}: it is brought"
                + " again",
            deal,
            Cid.commP(damaged.found()));
      } else if (event instanceof DealEvent.PieceMismatched mismatched) {
        log.warn(
            "deal {}: its data is another: commP mismatch, expected {}, actual {}",
            deal,
            ((DealState.Known) after).terms().contract().pieceCid(),
            Cid.commP(mismatched.found()));
      } else if (event instanceof DealEvent.PieceVerified verified) {
        verified
            .copy()
            .ifPresent(
                copy ->
                    log.info(
                        "deal {}: copied to {}, the operator's file is needed no more",
                        deal,
                        copy.source()));
      } else if (event instanceof DealEvent.TransferInterrupted broken) {
        log.info(
            "deal {}: transfer broke off, again at {}: {}",
            deal,
            broken.retryNotBefore(),
            broken.reason());
      }
    }
    if (!from.equals(to)) {
      log.info("deal {}: {} after {}", deal, to, from);
    }
  }

  void copying(long bytes, long totalBytes) {
    log.info("deal {}: {} of {} bytes of its file are copied", deal, bytes, totalBytes);
  }

  void copyBrokenOff(String reason) {
    log.info("deal {}: the copying of its file goes on later: {}", deal, reason);
  }

  void refused(String message) {
    log.info("deal {}: refused: {}", deal, message);
  }

  void waitsForPublication(String reason) {
    log.info("deal {}: waits to be published: {}", deal, reason);
  }

  void unheard(String what, Throwable cause) {
    log.info("deal {}: {}: {}", deal, what, cause.toString());
  }

  void rowFailed(Throwable cause) {
    log.warn("deal {}: its row in the store is behind: {}", deal, cause.toString());
  }
}
