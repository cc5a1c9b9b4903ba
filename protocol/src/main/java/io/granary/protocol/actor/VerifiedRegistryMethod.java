package io.granary.protocol.actor;

/**
 * Method numbers of the verified registry, f06 (go-state-types builtin/methods.go,
 * MethodsVerifiedRegistry).
 */
public final class VerifiedRegistryMethod {
  public static final long REMOVE_EXPIRED_ALLOCATIONS = 8;
  public static final long CLAIM_ALLOCATIONS = 9;
  public static final long GET_CLAIMS = 10;
  public static final long EXTEND_CLAIM_TERMS = 11;
  public static final long REMOVE_EXPIRED_CLAIMS = 12;

  private VerifiedRegistryMethod() {}
}
