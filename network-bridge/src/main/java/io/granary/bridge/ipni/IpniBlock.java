package io.granary.bridge.ipni;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;

/** A node of the chain as it is stored and served: its bytes and their sha2-256 CID. */
record IpniBlock(Cid cid, Bytes data) {
  static IpniBlock dagJson(Bytes data) {
    return new IpniBlock(Cid.of(DagJson.CODEC, Cid.SHA2_256, Sha256.hash(data)), data);
  }

  static IpniBlock dagCbor(Bytes data) {
    return new IpniBlock(Cid.of(Cid.DAG_CBOR, Cid.SHA2_256, Sha256.hash(data)), data);
  }
}
