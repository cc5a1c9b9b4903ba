package io.granary.protocol.cid;

import io.granary.protocol.Bytes;

/** A CIDv1 as its binary form: version, codec, multihash. */
public record Cid(Bytes bytes) {}
