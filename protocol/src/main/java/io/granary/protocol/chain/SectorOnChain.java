package io.granary.protocol.chain;

import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.piece.Commitment;
import java.math.BigInteger;
import java.util.Optional;

/**
 * A committed sector as it stands on chain (StateSectorGetInfo).
 *
 * @param expectedDayReward empty on networks whose actors no longer keep it
 * @param expectedStoragePledge empty on networks whose actors no longer keep it
 * @param replacedDayReward empty on networks whose actors no longer keep it
 * @param sectorKey the CommR before a snap update
 */
public record SectorOnChain(
    SectorNumber sectorNumber,
    RegisteredSealProof sealProof,
    Commitment sealed,
    Epoch activation,
    Epoch expiration,
    BigInteger dealWeight,
    BigInteger verifiedDealWeight,
    TokenAmount initialPledge,
    Optional<TokenAmount> expectedDayReward,
    Optional<TokenAmount> expectedStoragePledge,
    Epoch powerBaseEpoch,
    Optional<TokenAmount> replacedDayReward,
    Optional<Commitment> sectorKey,
    long flags,
    TokenAmount dailyFee) {}
