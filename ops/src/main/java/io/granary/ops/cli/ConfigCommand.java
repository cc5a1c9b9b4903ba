package io.granary.ops.cli;

import io.granary.ops.node.Node;
import io.granary.ops.node.NodeConfiguration;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary config}. */
@Command(
    name = "config",
    description = "Check configuration files.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "check",
      description =
          "Read a node's configuration as the node would; names every wrong or unknown key.",
      mixinStandardHelpOptions = true)
  int check(
      @Parameters(paramLabel = "FILE", description = "The node's configuration, HOCON.")
          Path file) {
    Node.check(NodeConfiguration.load(file));
    spec.commandLine().getOut().println(file + " is good");
    return 0;
  }
}
