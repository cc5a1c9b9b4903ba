package io.granary.bench;

import io.granary.protocol.Bytes;

/** The event of the bare entity: as many bytes as a sector's event has. */
public record BareEvent(Bytes payload) {}
