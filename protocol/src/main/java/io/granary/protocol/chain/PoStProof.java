package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;

/** A PoSt proof with its registered type; 192 bytes a partition. */
public record PoStProof(RegisteredPoStProof type, Bytes proof) {}
