package io.granary.protocol.chain;

/** The deadline and partition a sector sits in. */
public record SectorLocation(long deadline, long partition) {}
