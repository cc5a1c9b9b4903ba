package io.granary.ops.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of this program, run once more by a process of its own. */
final class ChildCommand {
  private ChildCommand() {}

  /** This JVM with its options and class path, and other arguments. */
  static List<String> of(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.granary.ops.Main");
    command.addAll(List.of(arguments));
    return command;
  }
}
