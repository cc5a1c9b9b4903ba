package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary miner}: the miners a node works for. */
@Command(
    name = "miner",
    description = "Create, add and list the miners that the node works for.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class MinerCommand {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "create",
      description = {
        "Create a miner on chain, owned by the chain node's default wallet address, and work for"
            + " it.",
        "Costs the creation deposit of FIP-0077. When it is interrupted, --message goes on with the"
            + " message that was sent."
      },
      mixinStandardHelpOptions = true)
  int create(
      @Mixin NodeOptions options,
      @ArgGroup(multiplicity = "1") Creation creation,
      @Option(
              names = "--owner",
              paramLabel = "ADDRESS",
              defaultValue = "",
              description = "Owner and worker, a key of the chain node's wallet.")
          String owner) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (creation.message.isEmpty()) {
      body.put("sectorSize", creation.sectorSize);
    } else {
      body.put("message", creation.message);
    }
    if (!owner.isEmpty()) {
      body.put("owner", owner);
    }
    Waits waits = new Waits(spec.commandLine().getErr());
    print(options, options.client().post("/v1/miners", body, waits::say), " created");
    return 0;
  }

  /** A new message, or one that was sent before. */
  static final class Creation {
    @Option(
        names = "--sector-size",
        paramLabel = "SIZE",
        required = true,
        description = "2KiB, 8MiB, 512MiB, 32GiB or 64GiB.")
    private String sectorSize = "";

    @Option(
        names = "--message",
        paramLabel = "CID",
        required = true,
        description = "A CreateMiner message of before: wait for it instead of sending another.")
    private String message = "";
  }

  @Command(
      name = "add",
      description =
          "Work for a miner that is on chain already; its worker key must be in the wallet.",
      mixinStandardHelpOptions = true)
  int add(
      @Mixin NodeOptions options,
      @Parameters(paramLabel = "MINER", description = "The miner, f0….") String miner) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("miner", miner);
    print(options, options.client().post("/v1/miners", body), " added");
    return 0;
  }

  private void print(NodeOptions options, JsonNode answer, String done) {
    if (options.json()) {
      NodeOptions.printJson(spec.commandLine().getOut(), answer);
    } else {
      spec.commandLine().getOut().println("miner " + answer.path("miner").asText() + done);
    }
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
    Table table = new Table("MINER", "SECTOR SIZE", "SECTORS IN MOTION", "WORKER");
    answer
        .path("miners")
        .forEach(
            miner ->
                table.row(
                    miner.path("miner").asText(),
                    miner.path("sectorSize").asText(),
                    miner.path("sectorsInMotion").asText(),
                    miner.path("worker").asText()));
    table.print(spec.commandLine().getOut());
    return 0;
  }
}
