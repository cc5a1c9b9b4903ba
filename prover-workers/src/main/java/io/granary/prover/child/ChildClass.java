package io.granary.prover.child;

import java.util.Locale;

/** The kinds of child process (proofs.md 6.4). Each accepts only the requests of its class. */
public enum ChildClass {
  /** Verifies proofs; lives long so that verifying keys stay loaded. */
  VERIFY(false),
  /** Reads replicas: vanilla proofs, C1, cache files. Must be killable when a mount hangs. */
  IO(false),
  /** Labels graphs; one job, so that its huge buffers go back to the system. */
  SDR(true),
  /** PC2 and C2; one job, because a prover's memory never shrinks. */
  GPU(true),
  /** Window PoSt; kept running for the deadline's sake. */
  POST(false),
  /** Winning PoSt: the same program, in a process that no partition keeps busy. */
  WINNING(false, "post");

  private final boolean oneJob;
  private final String option;

  ChildClass(boolean oneJob) {
    this.oneJob = oneJob;
    this.option = name().toLowerCase(Locale.ROOT);
  }

  ChildClass(boolean oneJob, String option) {
    this.oneJob = oneJob;
    this.option = option;
  }

  /** Whether a process of this class ends after one job. */
  public boolean oneJob() {
    return oneJob;
  }

  /** The value of the child's {@code --class} option. */
  public String option() {
    return option;
  }
}
