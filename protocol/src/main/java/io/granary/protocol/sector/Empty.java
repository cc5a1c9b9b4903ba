package io.granary.protocol.sector;

/** Nobody has asked for this sector yet: the first state. */
public record Empty() implements SectorState {}
