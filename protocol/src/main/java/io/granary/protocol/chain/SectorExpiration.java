package io.granary.protocol.chain;

import io.granary.protocol.Epoch;
import java.util.Optional;

/**
 * When a sector leaves the chain (StateSectorExpiration).
 *
 * @param onTime the scheduled epoch, empty for a faulty sector that leaves early
 * @param early the epoch at which a sector that stays faulty leaves
 */
public record SectorExpiration(Optional<Epoch> onTime, Optional<Epoch> early) {}
