package io.granary.protocol.chain;

/** Domain separation tags of randomness (go-state-types crypto/randomness.go). */
public enum RandomnessTag {
  TICKET_PRODUCTION(1),
  ELECTION_PROOF_PRODUCTION(2),
  WINNING_POST_CHALLENGE_SEED(3),
  WINDOWED_POST_CHALLENGE_SEED(4),
  SEAL_RANDOMNESS(5),
  INTERACTIVE_SEAL_CHALLENGE_SEED(6),
  WINDOWED_POST_DEADLINE_ASSIGNMENT(7),
  MARKET_DEAL_CRON_SEED(8),
  POST_CHAIN_COMMIT(9),
  EVM_PREVRANDAO(10);

  private final long number;

  RandomnessTag(long number) {
    this.number = number;
  }

  public long number() {
    return number;
  }
}
