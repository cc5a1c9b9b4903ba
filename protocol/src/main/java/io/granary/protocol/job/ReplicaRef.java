package io.granary.protocol.job;

import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.piece.Commitment;

/** A sealed sector to be proven: the chain's CommR is what its files must agree with. */
public record ReplicaRef(SectorNumber number, RegisteredSealProof sealProof, Commitment sealed) {}
