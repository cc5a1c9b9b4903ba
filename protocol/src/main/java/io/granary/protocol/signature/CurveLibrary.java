package io.granary.protocol.signature;

import java.util.Optional;

/** Whose arithmetic checks and makes secp256k1 signatures. Immutable. */
public enum CurveLibrary {
  /** Bitcoin Core's, where its native library can be loaded (Linux on x86-64 and ARM). */
  LIBSECP256K1("libsecp256k1") {
    @Override
    CurveMath math() {
      return Native.MATH;
    }
  },

  /** In Java, several times as slow, and always there. */
  BOUNCY_CASTLE("Bouncy Castle") {
    @Override
    CurveMath math() {
      return Plain.MATH;
    }
  };

  private static final class Native {
    static final CurveMath MATH = new NativeCurve();
  }

  private static final class Plain {
    static final CurveMath MATH = new JavaCurve();
  }

  /** Found out once. */
  private static final class Chosen {
    static final Choice CHOICE = choose(LIBSECP256K1::math);
  }

  /**
   * What was found out.
   *
   * @param trouble why it is not libsecp256k1, when it is not
   */
  record Choice(CurveLibrary library, Optional<String> trouble) {}

  private final String label;

  CurveLibrary(String label) {
    this.label = label;
  }

  /** libsecp256k1 unless {@code load}, which loads it, fails to. */
  static Choice choose(Runnable load) {
    try {
      load.run();
      return new Choice(LIBSECP256K1, Optional.empty());
    } catch (LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return new Choice(BOUNCY_CASTLE, Optional.of(cause.toString()));
    }
  }

  /** What this process uses. */
  public static CurveLibrary inUse() {
    return Chosen.CHOICE.library();
  }

  /** Why this process does not use libsecp256k1; empty when it does. */
  public static Optional<String> trouble() {
    return Chosen.CHOICE.trouble();
  }

  /**
   * Its arithmetic.
   *
   * @throws LinkageError when its native library cannot be loaded
   */
  abstract CurveMath math();

  @Override
  public String toString() {
    return label;
  }
}
