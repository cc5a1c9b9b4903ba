package io.granary.devnet.actor;

/** Exit codes of messages (chain.md 3.4) with the names nodes print. */
public enum ExitCode {
  OK(0, "Ok"),
  SENDER_INVALID(1, "SysErrSenderInvalid"),
  SENDER_STATE_INVALID(2, "SysErrSenderStateInvalid"),
  INVALID_RECEIVER(5, "SysErrInvalidReceiver"),
  SYS_INSUFFICIENT_FUNDS(6, "SysErrInsufficientFunds"),
  OUT_OF_GAS(7, "SysErrOutOfGas"),
  ILLEGAL_ARGUMENT(16, "ErrIllegalArgument"),
  NOT_FOUND(17, "ErrNotFound"),
  FORBIDDEN(18, "ErrForbidden"),
  INSUFFICIENT_FUNDS(19, "ErrInsufficientFunds"),
  ILLEGAL_STATE(20, "ErrIllegalState"),
  SERIALIZATION(21, "ErrSerialization"),
  UNHANDLED_MESSAGE(22, "ErrUnhandledMessage"),
  /** The market's own: a deal that is no more, or never was. */
  DEAL_EXPIRED(32, "ErrDealExpired"),
  /** The market's own: a deal without a sector. */
  DEAL_NOT_ACTIVATED(33, "ErrDealNotActivated"),
  NOTIFICATION_SEND_FAILED(1001, "NotificationSendFailed"),
  NOTIFICATION_RESPONSE_INVALID(1003, "NotificationResponseInvalid"),
  NOTIFICATION_REJECTED(1004, "NotificationRejected");

  private final int code;
  private final String label;

  ExitCode(int code, String label) {
    this.code = code;
    this.label = label;
  }

  public int code() {
    return code;
  }

  /** Such as {@code ErrIllegalArgument(16)}. */
  @Override
  public String toString() {
    return label + "(" + code + ")";
  }
}
