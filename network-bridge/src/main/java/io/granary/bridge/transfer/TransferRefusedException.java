package io.granary.bridge.transfer;

/** Trying again leads to nothing; the reason is fit for the client to read. */
final class TransferRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  TransferRefusedException(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
