package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.client.NodeClient;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary proving}: deadlines and what became of them. */
@Command(
    name = "proving",
    description = "Deadlines, what they prove, and what became of it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ProvingCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "deadlines",
      description = "Every deadline of a miner: when it opens, and its partitions.",
      mixinStandardHelpOptions = true)
  int deadlines(@Mixin NodeOptions options, @Mixin SectorsCommand.MinerOption miner) {
    NodeClient client = options.client();
    JsonNode answer = client.get("/v1/miners/" + miner.of(client) + "/deadlines");
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    Table table = new Table("DEADLINE", "OPEN", "CLOSE", "PARTITIONS", "SECTORS", "FAULTY", "");
    answer
        .path("deadlines")
        .forEach(
            row ->
                table.row(
                    row.path("deadline").asText(),
                    row.path("open").asText(),
                    row.path("close").asText(),
                    row.path("partitions").asText(),
                    row.path("sectors").asText(),
                    row.path("faulty").asText(),
                    row.path("current").asBoolean() ? "current" : ""));
    table.print(out());
    return 0;
  }

  @Command(
      name = "log",
      description = "What a deadline did, period by period.",
      mixinStandardHelpOptions = true)
  int log(
      @Mixin NodeOptions options,
      @Mixin SectorsCommand.MinerOption miner,
      @Parameters(paramLabel = "DEADLINE", description = "The deadline's index.") long deadline) {
    NodeClient client = options.client();
    JsonNode answer =
        client.get("/v1/miners/" + miner.of(client) + "/deadlines/" + deadline + "/history");
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      SectorsCommand.printEvents(out(), answer.path("events"));
    }
    return 0;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
