package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.ops.client.NodeClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary deals}: the provider's storage deals. */
@Command(
    name = "deals",
    description = "List and inspect storage deals, bring their data, let them go on.",
    mixinStandardHelpOptions = true,
    subcommands = {DealRulesCommand.class, ImportDirectCommand.class},
    synopsisSubcommandLabel = "COMMAND")
final class DealsCommand {
  private static final String ID = "The deal's UUID.";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "list",
      description = "List deals with their states, by id.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin NodeOptions options,
      @Option(
              names = "--after",
              paramLabel = "DEAL",
              defaultValue = "",
              description = "Only deals after this one.")
          String after,
      @Option(
              names = "--limit",
              paramLabel = "COUNT",
              defaultValue = "10000",
              description = "At most so many (default: ${DEFAULT-VALUE}).")
          int limit) {
    NodeClient client = options.client();
    Listing.fetch(
            spec,
            "deals",
            after.isEmpty() ? "" : id(after),
            limit,
            (cursor, count) ->
                client.get(
                    "/v1/deals?limit=" + count + (cursor.isEmpty() ? "" : "&after=" + cursor)))
        .print(options, spec, DealsCommand::table);
    return 0;
  }

  private static Table table(ArrayNode rows) {
    Table table = new Table("DEAL", "STATE", "CLIENT", "PADDED BYTES", "START", "UPDATED", "");
    rows.forEach(
        row ->
            table.row(
                row.path("deal").asText(),
                row.path("state").asText(),
                row.path("client").asText(),
                row.path("paddedBytes").asText(),
                row.path("startEpoch").asText(),
                row.path("updated").asText(),
                row.path("detail").asText("")));
    return table;
  }

  @Command(
      name = "pending-publish",
      description = "What waits to be published and why, and the messages under way.",
      mixinStandardHelpOptions = true)
  int pendingPublish(@Mixin NodeOptions options) {
    JsonNode answer = options.client().get("/v1/publications");
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    if (answer.has("pausedUntil")) {
      out()
          .println(
              "paused until epoch "
                  + answer.path("pausedUntil").asText()
                  + ": "
                  + answer.path("pausedFor").asText());
    }
    Table messages = new Table("MESSAGE", "STATE", "DEALS", "PUBLISHED", "EPOCH", "");
    for (JsonNode message : answer.path("messages")) {
      messages.row(
          message.path("intent").asText(),
          message.path("state").asText(),
          Integer.toString(message.path("deals").size()),
          message.path("published").asText("-"),
          message.path("inclusionEpoch").asText("-"),
          message.path("failure").asText(""));
    }
    messages.print(out());
    Table deals = new Table("DEAL", "SINCE", "DROPS", "HELD UNTIL", "WHY");
    for (JsonNode deal : answer.path("deals")) {
      deals.row(
          deal.path("deal").asText(),
          deal.path("since").asText(),
          deal.path("drops").asText(),
          deal.path("heldUntil").asText("-"),
          deal.path("reason").asText());
    }
    deals.print(out());
    int more = answer.path("waiting").asInt() - answer.path("deals").size();
    if (more > 0) {
      spec.commandLine().getErr().println("granary: " + more + " more wait");
    }
    return 0;
  }

  @Command(
      name = "show",
      description = "Show one deal: its terms, and how far it is.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin NodeOptions options, @Parameters(paramLabel = "DEAL", description = ID) String deal) {
    JsonNode answer = options.client().get(path(deal, ""));
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    Table table = new Table();
    for (Map.Entry<String, JsonNode> field : answer.path("state").properties()) {
      table.row(field.getKey(), field.getValue().asText());
    }
    if (answer.has("sectorState")) {
      table.row("sectorState", answer.path("sectorState").asText());
    }
    table.print(out());
    return 0;
  }

  @Command(
      name = "history",
      description = "Show every event of a deal's life.",
      mixinStandardHelpOptions = true)
  int history(
      @Mixin NodeOptions options, @Parameters(paramLabel = "DEAL", description = ID) String deal) {
    JsonNode answer = Events.fetch(options.client(), path(deal, "/events"), "");
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      Events.print(out(), answer.path("events"));
    }
    return 0;
  }

  @Command(
      name = "import",
      description =
          "Bring the data of a deal that waits for it: a file, readable on the node where the deal"
              + " lives, which is copied into staging, hashed and compared. Once the deal's history"
              + " says PieceVerified the file is needed no more.",
      mixinStandardHelpOptions = true)
  int importFile(
      @Mixin NodeOptions options,
      @Parameters(index = "0", paramLabel = "DEAL", description = ID) String deal,
      @Parameters(
              index = "1",
              paramLabel = "FILE",
              description = "The deal's data as the client made it, on the node's machine.")
          Path file) {
    JsonNode answer =
        options
            .client()
            .post(
                path(deal, "/import"),
                JsonNodeFactory.instance
                    .objectNode()
                    .put("file", file.toAbsolutePath().toString()));
    return said(
        options, answer, "copies its file into staging now; keep the file until PieceVerified");
  }

  @Command(
      name = "retry",
      description = "Let a deal that failed go on where it stopped.",
      mixinStandardHelpOptions = true)
  int retry(
      @Mixin NodeOptions options, @Parameters(paramLabel = "DEAL", description = ID) String deal) {
    JsonNode answer =
        options.client().post(path(deal, "/retry"), JsonNodeFactory.instance.objectNode());
    return said(options, answer, "goes on");
  }

  private int said(NodeOptions options, JsonNode answer, String what) {
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      out().println("deal " + answer.path("deal").asText() + " " + what);
    }
    return 0;
  }

  private String path(String deal, String order) {
    return "/v1/deals/" + id(deal) + order;
  }

  private String id(String text) {
    try {
      return UUID.fromString(text).toString();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "expected a deal's UUID, got " + text, e);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
