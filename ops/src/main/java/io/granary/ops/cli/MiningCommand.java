package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code granary mining}: the blocks of this cluster's miners. */
@Command(
    name = "mining",
    description = "The epochs that the miners won.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class MiningCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "list",
      description = {
        "Show the newest epochs that were won, and whether their blocks are in the chain.",
        "Times are from the time stamp of the tipset that the block is built on."
      },
      mixinStandardHelpOptions = true)
  int list(
      @Mixin NodeOptions options,
      @Option(
              names = "--miner",
              paramLabel = "MINER",
              defaultValue = "",
              description = "Only this miner's, f0….")
          String miner,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "50",
              description = "At most so many (default: 50).")
          int limit) {
    String path = "/v1/mining?limit=" + limit + (miner.isEmpty() ? "" : "&miner=" + miner);
    JsonNode answer = options.client().get(path);
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      NodeOptions.printJson(out, answer);
      return 0;
    }
    Table table = new Table("MINER", "EPOCH", "WINS", "OUTCOME", "PROVEN", "SUBMITTED", "BLOCK");
    answer
        .path("blocks")
        .forEach(
            row ->
                table.row(
                    row.path("miner").asText(),
                    row.path("epoch").asText(),
                    row.path("wins").asText(),
                    row.path("outcome").asText(),
                    row.path("provenMillis").asText() + " ms",
                    row.has("submittedMillis") ? row.path("submittedMillis").asText() + " ms" : "-",
                    row.has("block")
                        ? row.path("block").asText()
                        : row.path("detail").asText("-")));
    table.print(out);
    return 0;
  }
}
