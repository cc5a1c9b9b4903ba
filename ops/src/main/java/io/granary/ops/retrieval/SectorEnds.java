package io.granary.ops.retrieval;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import java.util.Map;
import java.util.Set;

/** Which sectors the chain holds no more. */
@FunctionalInterface
public interface SectorEnds {
  /** None that is known of. */
  SectorEnds NONE = sectors -> Set.of();

  /**
   * Those of {@code sectors} that have expired or were terminated, as far as is known. Blocks, for
   * a bounded time; used by one thread.
   *
   * @param sectors that the chain held, with the epochs of their activation
   */
  Set<SectorId> among(Map<SectorId, Epoch> sectors);
}
