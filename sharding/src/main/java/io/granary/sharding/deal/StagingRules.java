package io.granary.sharding.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.StagedFile;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What staging still holds for. A deal moves between nodes, and each may have fetched some of its
 * data; only one file becomes the deal's. Pure.
 */
public final class StagingRules {
  private StagingRules() {}

  /**
   * Whether what is staged on the storage path {@code storageId} under the deal's name may still be
   * of use. Once it is of none it never is again: a deal that has its file fetches no more, and one
   * that is over stays so. Only a deal whose file a sector finds damaged fetches anew, from the
   * first byte; what is deleted of that by a look from before, it fetches once more.
   *
   * @param head of the chain
   */
  public static boolean isNeeded(DealState.Known deal, String storageId, Epoch head) {
    if (DealDecisions.over(deal, head)) {
      return false;
    }
    DealState.Known at = deal instanceof DealState.Failed failed ? failed.stage() : deal;
    if (at instanceof DealState.Proposed
        || at instanceof DealState.AwaitingData
        || at instanceof DealState.Transferring) {
      return true;
    }
    return file(at).filter(file -> isThere(file, storageId)).isPresent();
  }

  /** What the deal's data takes of staging; of an operator's file that is asked when it comes. */
  static long bytes(DealTerms terms) {
    if (terms.delivery() instanceof DealTerms.Delivery.Fetched fetched) {
      long told = fetched.transfer().size();
      return told > 0 ? told : terms.piece().unpaddedBytes();
    }
    return 0;
  }

  /** How much of its data a deal knows to be staged while it is fetched; empty when it is not. */
  public static OptionalLong receivedBytes(DealState.Known deal) {
    DealState.Known at = deal instanceof DealState.Failed failed ? failed.stage() : deal;
    return at instanceof DealState.Transferring transferring
        ? OptionalLong.of(transferring.progress().receivedBytes())
        : OptionalLong.empty();
  }

  /** The file that is the deal's; empty before it is known, and once it was released. */
  public static Optional<StagedFile> ownFile(DealState.Known deal) {
    return file(deal instanceof DealState.Failed failed ? failed.stage() : deal);
  }

  /** An operator's file may be copied anywhere, and in journals of before lies anywhere. */
  private static boolean isThere(StagedFile file, String storageId) {
    return file.isImported() || file.storageId().equals(storageId);
  }

  /** Empty once it was released. */
  private static Optional<StagedFile> file(DealState.Known deal) {
    if (deal instanceof DealState.Verifying verifying) {
      return Optional.of(verifying.file());
    }
    if (deal instanceof DealState.Verified verified) {
      return Optional.of(verified.file());
    }
    if (deal instanceof DealState.Placed placed) {
      return Optional.of(placed.file());
    }
    if (deal instanceof DealState.Publishing publishing) {
      return Optional.of(publishing.file());
    }
    if (deal instanceof DealState.Published published) {
      return Optional.of(published.file());
    }
    if (deal instanceof DealState.Sealing sealing) {
      return sealing.file();
    }
    return deal instanceof DealState.Active active ? active.file() : Optional.empty();
  }
}
