package io.granary.ops;

import io.granary.ops.cli.GranaryCommand;

/** The entry point of {@code granary}. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] arguments) {
    System.exit(GranaryCommand.execute(arguments));
  }
}
