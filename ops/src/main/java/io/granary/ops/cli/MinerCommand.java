package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code granary miner}: the miners a node works for. */
@Command(
    name = "miner",
    description = "Create miners and list those the node works for.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class MinerCommand {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "create",
      description = "Create a miner on chain, owned by the chain node's default wallet address.",
      mixinStandardHelpOptions = true)
  int create(
      @Mixin NodeOptions options,
      @Option(
              names = "--sector-size",
              paramLabel = "SIZE",
              required = true,
              description = "2KiB, 8MiB, 512MiB, 32GiB or 64GiB.")
          String sectorSize,
      @Option(
              names = "--owner",
              paramLabel = "ADDRESS",
              defaultValue = "",
              description = "Owner and worker (default: the wallet's default address).")
          String owner) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("sectorSize", sectorSize);
    if (!owner.isEmpty()) {
      body.put("owner", owner);
    }
    JsonNode answer = options.client().post("/v1/miners", body);
    if (options.json()) {
      NodeOptions.printJson(spec.commandLine().getOut(), answer);
    } else {
      spec.commandLine().getOut().println("miner " + answer.path("miner").asText() + " created");
    }
    return 0;
  }

  @Command(
      name = "list",
      description = "List the miners this node works for.",
      mixinStandardHelpOptions = true)
  int list(@Mixin NodeOptions options) {
    JsonNode answer = options.client().get("/v1/miners");
    if (options.json()) {
      NodeOptions.printJson(spec.commandLine().getOut(), answer);
      return 0;
    }
    Table table = new Table("MINER", "SECTOR SIZE", "WORKER");
    answer
        .path("miners")
        .forEach(
            miner ->
                table.row(
                    miner.path("miner").asText(),
                    miner.path("sectorSize").asText(),
                    miner.path("worker").asText()));
    table.print(spec.commandLine().getOut());
    return 0;
  }
}
