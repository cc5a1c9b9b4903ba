package io.granary.sharding.sender;

/** Why an open intent is not on chain yet. */
public enum WaitReason {
  /** The node has not priced it yet, or would not. */
  PRICE,
  /** The base fee is above what its purpose may pay now. */
  CHEAPER_BASE_FEE,
  /** The address does not hold its value and gas. */
  BALANCE,
  /** The address holds enough, but not beside the reserve for window PoSt. */
  POST_RESERVE,
  /** The messages of its purpose have used up the day's budget. */
  DAILY_BUDGET,
  /** As many signed messages wait in the pool as may. */
  IN_FLIGHT,
  /** It is about to take a nonce and be signed. */
  SIGNING,
  /** It lies in the pool. */
  LANDING,
  /** It is on chain, not yet deep enough. */
  CONFIRMATION
}
