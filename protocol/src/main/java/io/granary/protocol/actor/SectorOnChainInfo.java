package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A sector as the miner actor keeps it in its state (go-state-types builtin/v18/miner). The form of
 * before FIP-0100, without the daily fee, is read too; it is always written with it.
 *
 * @param sealProof a registered seal proof number; −1 in records that were never filled
 * @param dealIds obsolete, kept for old sectors
 */
public record SectorOnChainInfo(
    SectorNumber sectorNumber,
    long sealProof,
    Cid sealedCid,
    List<Long> dealIds,
    Epoch activation,
    Epoch expiration,
    BigInteger dealWeight,
    BigInteger verifiedDealWeight,
    TokenAmount initialPledge,
    Optional<TokenAmount> expectedDayReward,
    Optional<TokenAmount> expectedStoragePledge,
    Epoch powerBaseEpoch,
    Optional<TokenAmount> replacedDayReward,
    Optional<Cid> sectorKeyCid,
    long flags,
    TokenAmount dailyFee)
    implements CborEncodable {
  private static final int FIELDS = 16;

  public SectorOnChainInfo {
    dealIds = List.copyOf(dealIds);
  }

  /** Reads either form; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SectorOnChainInfo fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SectorOnChainInfo", SectorOnChainInfo::readFrom);
  }

  private static SectorOnChainInfo readFrom(CborReader r) {
    int fields = r.array("", FIELDS - 1, FIELDS);
    return new SectorOnChainInfo(
        r.sectorNumber("sectorNumber"),
        r.int64("sealProof"),
        r.cid("sealedCid"),
        r.list("dealIds", CborReader.MAX_LIST_ITEMS, id -> id.uint("")),
        r.epoch("activation"),
        r.epoch("expiration"),
        r.bigInteger("dealWeight"),
        r.bigInteger("verifiedDealWeight"),
        r.amount("initialPledge"),
        r.optional("expectedDayReward", amount -> amount.amount("")),
        r.optional("expectedStoragePledge", amount -> amount.amount("")),
        r.epoch("powerBaseEpoch"),
        r.optional("replacedDayReward", amount -> amount.amount("")),
        r.optional("sectorKeyCid", cid -> cid.cid("")),
        r.uint("flags"),
        fields == FIELDS ? r.amount("dailyFee") : TokenAmount.ZERO);
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(FIELDS)
        .uint64(sectorNumber.value())
        .int64(sealProof)
        .cid(sealedCid)
        .list(dealIds, CborWriter::uint64)
        .int64(activation.value())
        .int64(expiration.value())
        .bigInteger(dealWeight)
        .bigInteger(verifiedDealWeight)
        .amount(initialPledge)
        .optional(expectedDayReward, CborWriter::amount)
        .optional(expectedStoragePledge, CborWriter::amount)
        .int64(powerBaseEpoch.value())
        .optional(replacedDayReward, CborWriter::amount)
        .optional(sectorKeyCid, CborWriter::cid)
        .uint64(flags)
        .amount(dailyFee);
  }
}
