package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code granary messages}: what is on its way to the chain. */
@Command(
    name = "messages",
    description = "Messages on their way to the chain, and the addresses they go from.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class MessagesCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "list",
      description = "Every open message: its purpose, nonce, what it may cost, what it waits for.",
      mixinStandardHelpOptions = true)
  int list(@Mixin NodeOptions options) {
    JsonNode answer = options.client().get("/v1/senders");
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    Table table =
        new Table("ADDRESS", "NONCE", "PURPOSE", "STATE", "COST MAX", "USEFUL TO", "WAITS FOR", "");
    for (JsonNode sender : answer.path("senders")) {
      for (JsonNode message : sender.path("messages")) {
        table.row(
            sender.path("address").asText(),
            message.path("nonce").asText("-"),
            message.path("purpose").asText(),
            message.path("state").asText(),
            message.path("costMax").asText("-"),
            message.path("lastUsefulEpoch").asText(),
            message.path("waitsFor").asText(),
            message.path("detail").asText());
      }
    }
    table.print(out());
    return 0;
  }

  @Command(
      name = "senders",
      description = "The addresses that messages go from: balance, nonces, what was spent today.",
      mixinStandardHelpOptions = true)
  int senders(@Mixin NodeOptions options) {
    JsonNode answer = options.client().get("/v1/senders");
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    Table table = new Table("ADDRESS", "MINERS", "BALANCE", "RESERVE", "NONCE", "OPEN", "BASE FEE");
    for (JsonNode sender : answer.path("senders")) {
      StringBuilder miners = new StringBuilder();
      sender
          .path("miners")
          .forEach(miner -> miners.append(miners.isEmpty() ? "" : " ").append(miner.asText()));
      table.row(
          sender.path("address").asText(),
          miners.toString(),
          sender.path("balance").asText("-"),
          sender.path("postReserve").asText("-"),
          sender.path("chainNonce").asText("-"),
          Integer.toString(sender.path("messages").size()),
          sender.path("baseFee").asText("-"));
    }
    table.print(out());
    return 0;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
