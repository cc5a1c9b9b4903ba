package io.granary.protocol.port;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.deal.TransferProgress;
import io.granary.protocol.deal.TransferSource;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.util.concurrent.CompletionStage;

/**
 * Brings the data of deals into staging, this node's or one that several share. One transfer for
 * each deal at a time: a second order for it ends the first. Thread-safe.
 */
public interface DealFetcher {
  /**
   * Fetches a deal's data, from where an earlier transfer stopped when its bytes are still here.
   * One that goes on with what another process has fetched tells of those bytes first.
   *
   * @return how it ended; fails only when staging itself does
   */
  CompletionStage<End> fetch(Order order, Watcher watcher);

  /**
   * Copies an operator's file into staging, hashing it on the way, from where an earlier copy
   * stopped when its bytes are still here. The file itself is only read, and needed no more once it
   * is {@link End.Complete}: then the copy is on disk, safely. Counts as a transfer of the deal.
   *
   * @param imported where it lies, and how long it was when it was taken ({@link DealFiles#adopt})
   * @param piece what it should hash to; when it does not, nothing of it stays
   * @return how it ended: refused when something is the matter with the file or with the room for
   *     it, broken off when it was stopped; fails only when staging itself does
   */
  CompletionStage<End> copy(DealId deal, StagedFile imported, PieceInfo piece, Watcher watcher);

  /** Ends a transfer, if one runs; what is on disk stays. Its stage ends as broken off. */
  void stop(DealId deal);

  /**
   * How many bytes a new transfer finds room for here now, beside what others still bring and what
   * is kept free. Fails when the disk cannot be asked.
   */
  CompletionStage<Long> room();

  /** Deletes what is staged for a deal, ending its transfer first. Done when it is gone. */
  CompletionStage<Void> release(DealId deal);

  /**
   * What to fetch.
   *
   * @param sizeBytes of the file, as the client told; 0 when it did not
   * @param piece what the data should hash to, and the most it may hold
   * @param known how far the deal's events say it is
   * @param afresh whether what is staged of it is deleted first, being damaged
   */
  record Order(
      DealId deal,
      TransferSource source,
      long sizeBytes,
      PieceInfo piece,
      TransferProgress known,
      boolean afresh) {
    /** What to fetch, from where an earlier transfer stopped. */
    public Order(
        DealId deal,
        TransferSource source,
        long sizeBytes,
        PieceInfo piece,
        TransferProgress known) {
      this(deal, source, sizeBytes, piece, known, false);
    }
  }

  /** Hears of a transfer's progress, seldom enough to store each. */
  @FunctionalInterface
  interface Watcher {
    /**
     * So many bytes are on disk, safely.
     *
     * @param totalBytes of the file as the server tells; 0 while unknown
     */
    void received(long receivedBytes, long totalBytes);
  }

  /** How a transfer ended. */
  sealed interface End {
    /**
     * All of it is here.
     *
     * @param commP of the data in a piece of the ordered size, computed while it arrived
     */
    record Complete(StagedFile file, Commitment commP) implements End {}

    /** It broke off and may go on later. */
    record BrokenOff(String reason, long receivedBytes, long totalBytes) implements End {}

    /** What was on disk is of no use or not here: the next try begins at the first byte. */
    record StartOver(String reason) implements End {}

    /** Trying again leads to nothing: an address that must not be reached, too many bytes. */
    record Refused(String reason) implements End {}
  }
}
