package io.granary.protocol.actor;

import io.granary.protocol.address.Address;

/** Addresses of the singleton actors (go-state-types builtin/singletons.go). */
public final class BuiltinActors {
  public static final Address SYSTEM = Address.ofId(0);
  public static final Address INIT = Address.ofId(1);
  public static final Address REWARD = Address.ofId(2);
  public static final Address CRON = Address.ofId(3);
  public static final Address STORAGE_POWER = Address.ofId(4);
  public static final Address STORAGE_MARKET = Address.ofId(5);
  public static final Address VERIFIED_REGISTRY = Address.ofId(6);
  public static final Address DATACAP = Address.ofId(7);
  public static final Address ETHEREUM_ADDRESS_MANAGER = Address.ofId(10);
  public static final Address BURNT_FUNDS = Address.ofId(99);

  private BuiltinActors() {}
}
