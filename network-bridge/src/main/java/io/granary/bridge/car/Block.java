package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;

/** A block and its name. */
public record Block(Cid cid, Bytes data) {}
