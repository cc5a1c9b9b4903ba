package io.granary.protocol.deal;

/** Why a proposal is not taken: the kind of reason, for tests and metrics. */
public enum DealRefusal {
  PIECE_CID,
  SIGNATURE,
  PROVIDER,
  LABEL,
  PIECE_SIZE,
  EPOCHS,
  START_ELAPSED,
  DURATION,
  END_TOO_LATE,
  COLLATERAL,
  PRICE,
  ASK_SIZE,
  CLIENT_FUNDS,
  DATA_CAP,
  KIND_NOT_TAKEN,
  CLIENT_NOT_TAKEN,
  START_TOO_EARLY,
  START_TOO_LATE,
  TRANSFER,
  DUPLICATE,
  ALLOCATION,
  PROVIDER_FUNDS,
  STAGING_SPACE,
  TOO_MANY
}
