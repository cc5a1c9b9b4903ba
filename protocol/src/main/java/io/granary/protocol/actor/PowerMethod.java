package io.granary.protocol.actor;

/** Method numbers of the power actor, f04 (go-state-types builtin/methods.go, MethodsPower). */
public final class PowerMethod {
  public static final long CREATE_MINER = 2;

  private PowerMethod() {}
}
