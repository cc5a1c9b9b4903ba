package io.granary.protocol.actor;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;

/**
 * A sector with a non-interactive proof (go-state-types builtin/v18/miner, SectorNIActivationInfo).
 *
 * @param sealingNumber the number it was sealed under
 * @param sealer the miner it was sealed for
 */
public record SectorNiActivationInfo(
    SectorNumber sealingNumber,
    ActorId sealer,
    Cid sealedCid,
    SectorNumber sector,
    Epoch sealRandEpoch,
    Epoch expiration)
    implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorNiActivationInfo fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SectorNiActivationInfo", SectorNiActivationInfo::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SectorNiActivationInfo readFrom(CborReader reader) {
    return reader.struct(
        "",
        6,
        r ->
            new SectorNiActivationInfo(
                r.sectorNumber("sealingNumber"),
                r.actorId("sealer"),
                r.cid("sealedCid"),
                r.sectorNumber("sector"),
                r.epoch("sealRandEpoch"),
                r.epoch("expiration")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(6)
        .uint64(sealingNumber.value())
        .uint64(sealer.value())
        .cid(sealedCid)
        .uint64(sector.value())
        .int64(sealRandEpoch.value())
        .int64(expiration.value());
  }
}
