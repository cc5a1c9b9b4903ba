package io.granary.ops.cli;

import io.granary.ops.stage.ManagementStage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Runs commands as the shell would, and keeps what they say. */
final class Cli {
  private Cli() {}

  /** What a command said and how it ended. */
  record Run(int code, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = GranaryCommand.commandLine();
    int code =
        command
            .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  static Run against(ManagementStage stage, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--node");
    all.add(stage.address().toString());
    return run(all.toArray(String[]::new));
  }
}
