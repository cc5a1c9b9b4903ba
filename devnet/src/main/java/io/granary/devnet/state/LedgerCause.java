package io.granary.devnet.state;

/** What a miner's ledger counts: faults by how they came, and charges by what they are for. */
public enum LedgerCause {
  /** Partitions with something to prove whose window closed without a proof. */
  MISSED_PARTITION("MissedPartition"),
  /** Sectors that became faulty so. */
  MISSED_FAULT("MissedFault"),
  /** Declared recoveries that lapsed so. */
  LAPSED_RECOVERY("LapsedRecovery"),
  /** Sectors that a proof skipped, and that were good or recovering before. */
  SKIPPED_FAULT("SkippedFault"),
  /** Sectors declared faulty. */
  DECLARED_FAULT("DeclaredFault"),
  /** Sectors made faulty by a dispute. */
  DISPUTED_FAULT("DisputedFault"),
  /** Sectors that a proof brought back. */
  RECOVERED("Recovered"),
  /** Charged at a deadline's end for power that was faulty before it. */
  CONTINUED_FAULT("ContinuedFault"),
  /** Charged for a proof found invalid by a dispute. */
  INVALID_POST("InvalidPoSt"),
  /** Charged for sectors terminated before their time. */
  TERMINATION("Termination"),
  /** Deposits of precommits that were never proven. */
  LATE_PRE_COMMIT("LatePreCommit"),
  /** Daily fees: no penalty, but charged the same way. */
  DAILY_FEE("DailyFee");

  private final String text;

  LedgerCause(String text) {
    this.text = text;
  }

  /** As the extension names it. */
  public String text() {
    return text;
  }
}
