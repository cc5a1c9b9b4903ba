package io.granary.prover.child;

import java.util.Map;

/** Says in words how a process ended. */
final class ChildExit {
  /** A JVM reports death by signal n as exit status 128 + n. */
  private static final int SIGNAL_BASE = 128;

  private static final Map<Integer, String> SIGNALS =
      Map.of(
          4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 15,
          "SIGTERM");

  /** The exit statuses of PROTOCOL.md 1. */
  private static final Map<Integer, String> STATUSES =
      Map.of(
          64, "wrong command line",
          65, "unreadable frame",
          70, "a request panicked",
          74, "its standard output was gone",
          78, "unusable environment");

  private ChildExit() {}

  static String describe(int status) {
    if (status > SIGNAL_BASE) {
      int signal = status - SIGNAL_BASE;
      return "killed by signal " + signal + " (" + SIGNALS.getOrDefault(signal, "unnamed") + ")";
    }
    String meaning = STATUSES.get(status);
    return "ended with status " + status + (meaning == null ? "" : " (" + meaning + ")");
  }
}
