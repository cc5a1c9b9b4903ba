package io.granary.protocol.sector;

import java.util.LinkedHashSet;
import java.util.Set;

/** The records at the ends of a sealed hierarchy. */
public final class SealedLeaves {
  private SealedLeaves() {}

  /** Every record that implements {@code root}, however deep. */
  public static Set<Class<?>> of(Class<?> root) {
    Set<Class<?>> leaves = new LinkedHashSet<>();
    collect(root, leaves);
    return leaves;
  }

  private static void collect(Class<?> type, Set<Class<?>> leaves) {
    if (!type.isSealed()) {
      leaves.add(type);
      return;
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      collect(permitted, leaves);
    }
  }
}
