package io.granary.protocol.sender;

/** What a message is for; decides how much it may cost. */
public enum MessagePurpose {
  PRE_COMMIT,
  COMMIT,
  /** Proves partitions of a deadline; lost power when it does not land in time. */
  WINDOW_POST,
  /** Declares faulty sectors recovered. */
  RECOVERY,
  /** Declares sectors faulty. */
  FAULT,
  CREATE_MINER,
  /** Pays a miner's fee debt, without which no recovery can be declared. */
  REPAY_DEBT,
  /** Uses up a nonce that nobody else uses and that others wait behind. */
  FILL_GAP,
  /** Publishes market deals in a batch. */
  PUBLISH,
  /** Has the market pay for deals; comes to no harm by waiting. */
  SETTLE,
  OTHER
}
