package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;
import java.util.Optional;

/**
 * Parameters of {@link MinerMethod#PROVE_COMMIT_SECTORS_3} (go-state-types builtin/v18/miner).
 * Exactly one of {@code proofs} and {@code aggregateProof} is not empty.
 *
 * @param proofs one for each sector, in the same order
 * @param aggregateProofType 1 (SnarkPack V2) with an aggregate
 * @param requireActivationSuccess whether one sector that fails aborts the message
 * @param requireNotificationSuccess whether a rejected notification aborts it
 */
public record ProveCommitSectors3Params(
    List<SectorActivationManifest> sectors,
    List<Bytes> proofs,
    Bytes aggregateProof,
    Optional<Long> aggregateProofType,
    boolean requireActivationSuccess,
    boolean requireNotificationSuccess)
    implements CborEncodable {
  public ProveCommitSectors3Params {
    sectors = List.copyOf(sectors);
    proofs = List.copyOf(proofs);
  }

  /**
   * One proof a sector, aborting when any fails. A rejected notification does not abort: the sector
   * is activated all the same.
   */
  public static ProveCommitSectors3Params of(
      List<SectorActivationManifest> sectors, List<Bytes> proofs) {
    return new ProveCommitSectors3Params(
        sectors, proofs, Bytes.empty(), Optional.empty(), true, false);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ProveCommitSectors3Params fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "ProveCommitSectors3Params", ProveCommitSectors3Params::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ProveCommitSectors3Params readFrom(CborReader reader) {
    return reader.struct(
        "",
        6,
        r ->
            new ProveCommitSectors3Params(
                r.list("sectors", CborReader.MAX_LIST_ITEMS, SectorActivationManifest::readFrom),
                r.list(
                    "proofs",
                    CborReader.MAX_LIST_ITEMS,
                    item -> item.bytes("", CborReader.MAX_BYTE_STRING)),
                r.bytes("aggregateProof", CborReader.MAX_BYTE_STRING),
                r.optional("aggregateProofType", item -> item.uint("")),
                r.bool("requireActivationSuccess"),
                r.bool("requireNotificationSuccess")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(6)
        .list(sectors)
        .list(proofs, CborWriter::bytes)
        .bytes(aggregateProof)
        .optional(aggregateProofType, CborWriter::uint64)
        .bool(requireActivationSuccess)
        .bool(requireNotificationSuccess);
  }
}
