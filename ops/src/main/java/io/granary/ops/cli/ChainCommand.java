package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code granary chain}: the chain nodes behind a node. */
@Command(
    name = "chain",
    description = "The chain nodes, as the node sees them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ChainCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "status",
      description = {
        "Show each chain node: whether it answers and is believed, its head, and how far it lags.",
        "Questions go to the node marked by *, where the head is followed, as long as it is"
            + " believed."
      },
      mixinStandardHelpOptions = true)
  int status(@Mixin NodeOptions options) {
    JsonNode answer = options.client().get("/v1/chain");
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      NodeOptions.printJson(out, answer);
      return 0;
    }
    out.println(
        "head "
            + answer.path("head").asText("unknown")
            + ", epochs of "
            + answer.path("blockDelaySeconds").asLong()
            + " s"
            + (answer.path("late").asBoolean() ? "; ALL NODES LAG BEHIND THE NETWORK" : ""));
    Table table = new Table("NODE", "STATE", "HEAD", "AGE", "LAG", "P95", "FAILURES", "LAST ERROR");
    answer.path("nodes").forEach(node -> table.row(cells(node)));
    table.print(out);
    return 0;
  }

  private static String[] cells(JsonNode node) {
    return new String[] {
      node.path("url").asText() + (node.path("followed").asBoolean() ? " *" : ""),
      node.path("believed").asBoolean() ? "ok" : node.path("reason").asText(),
      node.path("head").asText("-"),
      node.has("headAgeSeconds") ? node.path("headAgeSeconds").asLong() + " s" : "-",
      node.path("lagEpochs").asText(),
      node.has("answerMillisP95") ? node.path("answerMillisP95").asLong() + " ms" : "-",
      node.path("failures").asText(),
      node.path("lastError").asText("-")
    };
  }
}
