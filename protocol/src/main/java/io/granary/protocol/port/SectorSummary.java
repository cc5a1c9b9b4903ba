package io.granary.protocol.port;

import io.granary.protocol.SectorId;
import java.time.Instant;
import java.util.Optional;

/**
 * One row of the sector read model.
 *
 * @param state the state's name
 * @param sequence the sector's event count this row was made at; an older one never replaces a
 *     newer
 * @param detail what an operator wants to read beside the state, often empty
 */
public record SectorSummary(
    SectorId sector,
    String state,
    long sequence,
    Instant updated,
    Optional<Long> deadline,
    Optional<Long> partition,
    Optional<Long> expiration,
    String detail) {}
