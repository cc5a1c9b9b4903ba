package io.granary.protocol.actor;

/** Method numbers of the market actor, f05 (go-state-types builtin/methods.go, MethodsMarket). */
public final class MarketMethod {
  public static final long ADD_BALANCE = 2;
  public static final long WITHDRAW_BALANCE = 3;
  public static final long PUBLISH_STORAGE_DEALS = 4;

  /** FRC-42 of SettleDealPayments. */
  public static final long SETTLE_DEAL_PAYMENTS = 1900091594L;

  private MarketMethod() {}
}
