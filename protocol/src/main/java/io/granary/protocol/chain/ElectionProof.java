package io.granary.protocol.chain;

import io.granary.protocol.Bytes;

/** A block's election proof: how often it won, and the VRF that says so. */
public record ElectionProof(long winCount, Bytes vrfProof) {}
