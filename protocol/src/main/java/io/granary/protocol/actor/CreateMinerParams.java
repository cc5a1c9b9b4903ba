package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link PowerMethod#CREATE_MINER} (go-state-types builtin/v18/power).
 *
 * @param worker an account with a BLS key
 * @param windowPoStProofType 10 to 14
 * @param peer binary peer id
 */
public record CreateMinerParams(
    Address owner,
    Address worker,
    RegisteredPoStProof windowPoStProofType,
    Bytes peer,
    List<Bytes> multiaddrs)
    implements CborEncodable {
  public CreateMinerParams {
    multiaddrs = List.copyOf(multiaddrs);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static CreateMinerParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "CreateMinerParams", CreateMinerParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static CreateMinerParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        5,
        r ->
            new CreateMinerParams(
                r.address("owner"),
                r.address("worker"),
                r.postProof("windowPoStProofType"),
                r.bytes("peer", CborReader.MAX_BYTE_STRING),
                r.list(
                    "multiaddrs",
                    CborReader.MAX_LIST_ITEMS,
                    item -> item.bytes("", CborReader.MAX_BYTE_STRING))));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(5)
        .address(owner)
        .address(worker)
        .uint64(windowPoStProofType.number())
        .bytes(peer)
        .list(multiaddrs, CborWriter::bytes);
  }
}
