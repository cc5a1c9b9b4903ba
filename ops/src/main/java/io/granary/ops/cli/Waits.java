package io.granary.ops.cli;

import java.io.PrintWriter;

/** Says what a long work waits for, once for each thing. */
final class Waits {
  private final PrintWriter err;
  private String said = "";

  Waits(PrintWriter err) {
    this.err = err;
  }

  void say(String waitsFor) {
    if (!waitsFor.equals(said)) {
      err.println("granary: waiting for " + waitsFor);
      err.flush();
      said = waitsFor;
    }
  }
}
