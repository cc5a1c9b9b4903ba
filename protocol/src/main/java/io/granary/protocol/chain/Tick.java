package io.granary.protocol.chain;

import io.granary.protocol.Epoch;
import java.time.Instant;

/**
 * A new head, as every entity hears of it. Duplicates and gaps are normal.
 *
 * @param epoch the head's height
 * @param head the head's key: what an entity asks the chain for on this tick, it asks at this key
 * @param now wall time when the head was seen
 */
public record Tick(Epoch epoch, TipSetKey head, Instant now) {}
