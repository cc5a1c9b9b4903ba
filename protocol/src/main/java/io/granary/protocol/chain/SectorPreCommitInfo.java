package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import java.util.List;
import java.util.Optional;

/**
 * What a precommit says of a sector.
 *
 * @param unsealed empty for a sector without pieces (compact CommD)
 * @param dealIds obsolete, always empty in what we send
 */
public record SectorPreCommitInfo(
    RegisteredSealProof sealProof,
    SectorNumber sectorNumber,
    Commitment sealed,
    Epoch sealRandEpoch,
    List<Long> dealIds,
    Epoch expiration,
    Optional<Commitment> unsealed)
    implements CborEncodable {
  public SectorPreCommitInfo {
    dealIds = List.copyOf(dealIds);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorPreCommitInfo fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SectorPreCommitInfo", SectorPreCommitInfo::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SectorPreCommitInfo readFrom(CborReader reader) {
    return reader.struct(
        "",
        7,
        r ->
            new SectorPreCommitInfo(
                r.sealProof("sealProof"),
                r.sectorNumber("sectorNumber"),
                r.sealedCommitment("sealed"),
                r.epoch("sealRandEpoch"),
                r.list("dealIds", CborReader.MAX_LIST_ITEMS, id -> id.uint("")),
                r.epoch("expiration"),
                r.optional("unsealed", cid -> cid.unsealedCommitment(""))));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(7)
        .uint64(sealProof.number())
        .uint64(sectorNumber.value())
        .cid(Cid.commR(sealed))
        .int64(sealRandEpoch.value())
        .list(dealIds, CborWriter::uint64)
        .int64(expiration.value())
        .optional(unsealed, (w, commD) -> w.cid(Cid.commD(commD)));
  }
}
