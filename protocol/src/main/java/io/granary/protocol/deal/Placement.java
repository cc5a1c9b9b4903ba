package io.granary.protocol.deal;

import io.granary.protocol.SectorId;

/**
 * Where the piece lies, or will.
 *
 * @param offset padded bytes from the start of the sector
 */
public record Placement(SectorId sector, long offset) {}
