package io.granary.protocol.deal;

import java.util.Optional;

/**
 * What a deal had reached when its staged file turned out to be damaged: it goes back there once
 * the data is here again.
 *
 * @param placement in the sector that found out
 * @param publication empty for a direct deal
 */
public record Setback(Placement placement, Optional<Publication> publication) {
  /** The deal with its new file: as it was, but for the sector. */
  DealState.Working over(DealTerms terms, StagedFile file) {
    return publication.isPresent()
        ? new DealState.Published(terms, file, Optional.of(placement), publication.get())
        : new DealState.Placed(terms, file, placement);
  }

  /** The deal without its file. */
  DealState.Working begin(DealTerms terms) {
    return terms.delivery() instanceof DealTerms.Delivery.Fetched fetched
        ? new DealState.Transferring(
            terms, TransferProgress.start(fetched.transfer().size()), Optional.of(this))
        : new DealState.AwaitingData(terms, Optional.of(this));
  }
}
