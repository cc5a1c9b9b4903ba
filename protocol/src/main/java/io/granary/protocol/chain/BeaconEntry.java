package io.granary.protocol.chain;

import io.granary.protocol.Bytes;

/** A drand entry of a block: round and its signature. */
public record BeaconEntry(long round, Bytes data) {}
