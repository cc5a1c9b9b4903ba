package io.granary.protocol.chain;

/** How many sectors a miner has that are live, active and faulty (StateMinerSectorCount). */
public record SectorCounts(long live, long active, long faulty) {}
