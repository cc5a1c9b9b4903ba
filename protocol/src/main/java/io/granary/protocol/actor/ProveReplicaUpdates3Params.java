package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;
import java.util.Optional;

/**
 * Parameters of {@link MinerMethod#PROVE_REPLICA_UPDATES_3} (go-state-types builtin/v18/miner).
 *
 * @param aggregateProof always empty: the actor takes no aggregates here
 * @param updateProofType 0 to 4 by sector size
 */
public record ProveReplicaUpdates3Params(
    List<SectorUpdateManifest> sectors,
    List<Bytes> proofs,
    Bytes aggregateProof,
    long updateProofType,
    Optional<Long> aggregateProofType,
    boolean requireActivationSuccess,
    boolean requireNotificationSuccess)
    implements CborEncodable {
  public ProveReplicaUpdates3Params {
    sectors = List.copyOf(sectors);
    proofs = List.copyOf(proofs);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ProveReplicaUpdates3Params fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "ProveReplicaUpdates3Params", ProveReplicaUpdates3Params::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ProveReplicaUpdates3Params readFrom(CborReader reader) {
    return reader.struct(
        "",
        7,
        r ->
            new ProveReplicaUpdates3Params(
                r.list("sectors", CborReader.MAX_LIST_ITEMS, SectorUpdateManifest::readFrom),
                r.list(
                    "proofs",
                    CborReader.MAX_LIST_ITEMS,
                    item -> item.bytes("", CborReader.MAX_BYTE_STRING)),
                r.bytes("aggregateProof", CborReader.MAX_BYTE_STRING),
                r.uint("updateProofType"),
                r.optional("aggregateProofType", item -> item.uint("")),
                r.bool("requireActivationSuccess"),
                r.bool("requireNotificationSuccess")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(7)
        .list(sectors)
        .list(proofs, CborWriter::bytes)
        .bytes(aggregateProof)
        .uint64(updateProofType)
        .optional(aggregateProofType, CborWriter::uint64)
        .bool(requireActivationSuccess)
        .bool(requireNotificationSuccess);
  }
}
