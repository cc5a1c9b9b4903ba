package io.granary.protocol.port;

import java.time.Instant;

/**
 * One event as the journal holds it.
 *
 * @param sequence from 1, without gaps within a persistence id
 * @param timestamp when the journal wrote it, in whole milliseconds of the writing node's clock;
 *     what the event itself says of time is the machine's own
 * @param <E> the machine's event
 */
public record HistoryEntry<E>(long sequence, Instant timestamp, E event) {}
