package io.granary.protocol.chain;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;

/**
 * What a miner's beneficiary may withdraw: all zero while the owner is the beneficiary
 * (builtin-actors actors/miner/src/beneficiary.rs).
 *
 * @param quota attoFIL in all
 * @param usedQuota attoFIL withdrawn so far
 * @param expiration epoch from which nothing more may be withdrawn
 */
public record BeneficiaryTerm(TokenAmount quota, TokenAmount usedQuota, Epoch expiration) {
  /** The term of an owner that is its own beneficiary. */
  public static final BeneficiaryTerm NONE =
      new BeneficiaryTerm(TokenAmount.ZERO, TokenAmount.ZERO, new Epoch(0));
}
