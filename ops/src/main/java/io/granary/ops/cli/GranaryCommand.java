package io.granary.ops.cli;

import io.granary.ops.client.NodeException;
import io.granary.ops.demo.DemoException;
import io.granary.ops.node.ConfigurationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IExecutionExceptionHandler;

/** The root command. */
@Command(
    name = "granary",
    description = "A Filecoin storage provider that scales horizontally.",
    mixinStandardHelpOptions = true,
    version = "granary 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      NodeCommand.class,
      DevnetCommand.class,
      MinerCommand.class,
      SectorsCommand.class,
      ProvingCommand.class,
      StorageCommand.class,
      ConfigCommand.class,
      HelpCommand.class
    })
public final class GranaryCommand {
  /** Parses and runs; returns the exit code. */
  public static int execute(String... arguments) {
    return new CommandLine(new GranaryCommand())
        .setExecutionExceptionHandler(expectedOnOneLine())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  /** What a person can act on is one line; anything else is our mistake and shows its trace. */
  private static IExecutionExceptionHandler expectedOnOneLine() {
    return (exception, commandLine, parsed) -> {
      if (exception instanceof NodeException
          || exception instanceof DemoException
          || exception instanceof ConfigurationException) {
        commandLine.getErr().println("granary: " + exception.getMessage());
      } else {
        exception.printStackTrace(commandLine.getErr());
      }
      return 1;
    };
  }
}
