package io.granary.bridge.ipni;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.util.List;
import java.util.Optional;

/**
 * Some of the multihashes of an advertisement, and the link to the others (ipni/specs, EntryChunk).
 *
 * @param next the chunk after this one
 */
record EntryChunk(List<Bytes> multihashes, Optional<Cid> next) {
  /** What go-libipni puts into one chunk: below 4 MB with any usual hash. */
  static final int MULTIHASHES_MAX = 16_384;

  /** The most chunks of one advertisement that indexers follow. */
  static final int CHUNKS_MAX = 400;

  EntryChunk {
    multihashes = List.copyOf(multihashes);
    if (multihashes.size() > MULTIHASHES_MAX) {
      throw new IllegalArgumentException(
          "entry chunk: at most " + MULTIHASHES_MAX + " multihashes, got " + multihashes.size());
    }
  }

  /** As DAG-CBOR, whose maps have the shorter key first. */
  IpniBlock dagCbor() {
    CborWriter writer = new CborWriter().map(next.isPresent() ? 2 : 1);
    next.ifPresent(cid -> writer.text("Next").cid(cid));
    writer.text("Entries").array(multihashes.size());
    multihashes.forEach(writer::bytes);
    return IpniBlock.dagCbor(writer.toBytes());
  }

  /** The chunk that one in DAG-CBOR links to. */
  static Optional<Cid> next(Bytes dagCbor) {
    return CborReader.decode(
        dagCbor,
        "entry chunk",
        reader -> {
          CborFields fields = reader.fields("");
          return fields.find("Next", value -> value.cid(""));
        });
  }

  /** As dag-json. */
  IpniBlock dagJson() {
    DagJson map = new DagJson().byteStrings("Entries", multihashes);
    next.ifPresent(cid -> map.link("Next", cid));
    return IpniBlock.dagJson(map.encode());
  }
}
