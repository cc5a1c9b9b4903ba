package io.granary.protocol.sector;

import io.granary.protocol.job.SectorFileType;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a sector may let its unsealed copy go, as far as it knows by itself. What its deals want
 * stands elsewhere, and has to be asked too.
 */
public final class UnsealedCopy {
  private UnsealedCopy() {}

  /**
   * Why the copy stays whatever the deals say; empty when only they decide. It goes from a finished
   * sector alone that was proven from its replica, as the chain attests, and is not faulty: from
   * that replica the data can be had again.
   */
  public static Optional<String> reasonToKeep(SectorState state, Instant now) {
    if (!(state instanceof Proving proving)) {
      return Optional.of("the sector is in state " + state.name());
    }
    if (!proving.core().hasFile(SectorFileType.UNSEALED)) {
      return Optional.of("the sector has no unsealed copy");
    }
    if (proving.core().order().pieces().isEmpty()) {
      return Optional.of("the sector has no data");
    }
    if (!proving.committed().finalized() || proving.committed().firstProven().isEmpty()) {
      return Optional.of("no window PoSt has shown its replica to be readable yet");
    }
    return proving
        .kept()
        .filter(kept -> now.isBefore(kept.notBefore()))
        .map(kept -> "until " + kept.notBefore() + ": " + kept.reason());
  }
}
