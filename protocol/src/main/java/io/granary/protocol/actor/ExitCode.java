package io.granary.protocol.actor;

/** Exit codes of messages (go-state-types exitcode/common.go; ref-fvm shared/src/error). */
public final class ExitCode {
  public static final long OK = 0;
  public static final long SYS_SENDER_INVALID = 1;
  public static final long SYS_SENDER_STATE_INVALID = 2;
  public static final long SYS_ILLEGAL_INSTRUCTION = 4;
  public static final long SYS_INVALID_RECEIVER = 5;
  public static final long SYS_INSUFFICIENT_FUNDS = 6;
  public static final long SYS_OUT_OF_GAS = 7;
  public static final long ILLEGAL_ARGUMENT = 16;
  public static final long NOT_FOUND = 17;
  public static final long FORBIDDEN = 18;
  public static final long INSUFFICIENT_FUNDS = 19;
  public static final long ILLEGAL_STATE = 20;
  public static final long SERIALIZATION = 21;
  public static final long UNHANDLED_MESSAGE = 22;
  public static final long UNSPECIFIED = 23;
  public static final long ASSERTION_FAILED = 24;

  /** The market keeps the deal no more (builtin-actors market/src/lib.rs, EX_DEAL_EXPIRED). */
  public static final long DEAL_EXPIRED = 32;

  /** The miner's balance invariants are broken. */
  public static final long MINER_BALANCE_INVARIANTS_BROKEN = 1000;

  /** A notified actor could not be sent to. */
  public static final long NOTIFICATION_SEND_FAILED = 1001;

  /** A notified actor aborted. */
  public static final long NOTIFICATION_RECEIVER_ABORTED = 1002;

  /** A notified actor returned something unreadable. */
  public static final long NOTIFICATION_RESPONSE_INVALID = 1003;

  /** A notified actor rejected the change. */
  public static final long NOTIFICATION_REJECTED = 1004;

  private ExitCode() {}
}
