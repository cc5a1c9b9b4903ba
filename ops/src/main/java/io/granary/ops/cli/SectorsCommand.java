package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.ops.client.NodeClient;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary sectors}: sectors and their histories. */
@Command(
    name = "sectors",
    description = "Start, list and inspect sectors.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class SectorsCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "pledge",
      description = "Start a sector: empty (committed capacity), or with a file as its piece.",
      mixinStandardHelpOptions = true)
  int pledge(
      @Mixin NodeOptions options,
      @Mixin MinerOption miner,
      @Option(
              names = "--file",
              paramLabel = "FILE",
              description = "A file on the node's machine to store in the sector.")
          Path file) {
    NodeClient client = options.client();
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (file != null) {
      body.put("file", file.toAbsolutePath().toString());
    }
    JsonNode answer = client.post("/v1/miners/" + miner.of(client) + "/sectors", body);
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      out().println("sector " + answer.path("sector").asText() + " started");
    }
    return 0;
  }

  @Command(
      name = "list",
      description = "List sectors with their states, by miner and number.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin NodeOptions options,
      @Option(
              names = "--miner",
              paramLabel = "MINER",
              defaultValue = "",
              description = "Only sectors of this miner, f0….")
          String miner,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              defaultValue = "",
              description = "Only sectors in this state, for instance Proving.")
          String state,
      @Option(
              names = "--after",
              paramLabel = "SECTOR",
              defaultValue = "",
              description = "Only sectors after this one, f0…/NUMBER.")
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
            "sectors",
            after,
            limit,
            (cursor, count) -> client.get(listPath(miner, state, cursor, count)))
        .print(options, spec, SectorsCommand::table);
    return 0;
  }

  private static Table table(ArrayNode rows) {
    Table table =
        new Table("SECTOR", "STATE", "DEADLINE", "PARTITION", "EXPIRATION", "UPDATED", "");
    rows.forEach(
        row ->
            table.row(
                row.path("sector").asText(),
                row.path("state").asText(),
                row.path("deadline").asText("-"),
                row.path("partition").asText("-"),
                row.path("expiration").asText("-"),
                row.path("updated").asText(),
                row.path("detail").asText("")));
    return table;
  }

  private static String listPath(String miner, String state, String cursor, int limit) {
    StringBuilder path = new StringBuilder("/v1/sectors?limit=" + limit);
    append(path, "miner", miner);
    append(path, "state", state);
    append(path, "after", cursor);
    return path.toString();
  }

  private static void append(StringBuilder path, String name, String value) {
    if (!value.isEmpty()) {
      path.append('&')
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }

  @Command(
      name = "status",
      description = "Show one sector; with --log its whole history.",
      mixinStandardHelpOptions = true)
  int status(
      @Mixin NodeOptions options,
      @Mixin MinerOption miner,
      @Parameters(paramLabel = "NUMBER", description = "The sector's number.") long number,
      @Option(names = "--log", description = "Every event of the sector's life.") boolean log,
      @Option(
              names = "--at",
              paramLabel = "EPOCH|TIME",
              defaultValue = "",
              description =
                  "The sector as it was at an epoch, or at a time such as 2026-01-31T12:00:00Z.")
          String at) {
    NodeClient client = options.client();
    String path = path(client, miner, number, "");
    String query = at.isEmpty() ? "" : "at=" + URLEncoder.encode(at, StandardCharsets.UTF_8);
    JsonNode answer =
        log || !at.isEmpty() ? Events.fetch(client, path + "/history", query) : client.get(path);
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    printState(out(), answer);
    if (log) {
      out().println();
      Events.print(out(), answer.path("events"));
    }
    out().flush();
    return 0;
  }

  private static String path(NodeClient client, MinerOption miner, long number, String order) {
    return "/v1/sectors/" + miner.of(client) + "/" + number + order;
  }

  /** One line a field, absent ones left out; the running job's progress last. */
  private static void printState(PrintWriter out, JsonNode answer) {
    Table table = new Table();
    for (Map.Entry<String, JsonNode> field : answer.path("state").properties()) {
      JsonNode value = field.getValue();
      if (!value.isNull() && !(value.isContainerNode() && value.isEmpty())) {
        table.row(field.getKey(), value.isValueNode() ? value.asText() : value.toString());
      }
    }
    JsonNode progress = answer.path("progress");
    if (!progress.isMissingNode()) {
      table.row(
          "progress",
          progress.path("stage").asText()
              + " "
              + progress.path("percent").asText()
              + " % on "
              + progress.path("worker").asText());
    }
    table.print(out);
  }

  @Command(
      name = "retry",
      description = "Take up a parked sector again.",
      mixinStandardHelpOptions = true)
  int retry(
      @Mixin NodeOptions options,
      @Mixin MinerOption miner,
      @Parameters(paramLabel = "NUMBER", description = "The sector's number.") long number) {
    NodeClient client = options.client();
    JsonNode answer =
        client.post(path(client, miner, number, "/retry"), JsonNodeFactory.instance.objectNode());
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      out().println("sector " + answer.path("sector").asText() + " goes on");
    }
    return 0;
  }

  @Command(
      name = "remove",
      description =
          "Give up a sector that the chain does not hold: its files are deleted, its number and"
              + " deposit are lost.",
      mixinStandardHelpOptions = true)
  int remove(
      @Mixin NodeOptions options,
      @Mixin MinerOption miner,
      @Parameters(paramLabel = "NUMBER", description = "The sector's number.") long number,
      @Option(
              names = "--reason",
              paramLabel = "TEXT",
              required = true,
              description = "Why, for the sector's history.")
          String reason,
      @Option(names = "--yes", required = true, description = "Required: there is no way back.")
          boolean yes) {
    NodeClient client = options.client();
    JsonNode answer =
        client.post(
            path(client, miner, number, "/remove"),
            JsonNodeFactory.instance.objectNode().put("reason", reason));
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      out().println("sector " + answer.path("sector").asText() + " is given up");
    }
    return 0;
  }

  @Command(
      name = "unseal",
      description = "Write the data of a sector's piece, decoded from its replica, to a file.",
      mixinStandardHelpOptions = true)
  int unseal(
      @Mixin NodeOptions options,
      @Mixin MinerOption miner,
      @Parameters(index = "0", paramLabel = "NUMBER", description = "The sector's number.")
          long number,
      @Parameters(
              index = "1",
              paramLabel = "OUTPUT",
              description = "The file to write, on the node's machine.")
          Path output) {
    NodeClient client = options.client();
    Waits waits = new Waits(spec.commandLine().getErr());
    JsonNode answer =
        client.post(
            path(client, miner, number, "/unseal"),
            JsonNodeFactory.instance.objectNode().put("output", output.toAbsolutePath().toString()),
            waits::say);
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      out()
          .println(
              answer.path("bytes").asText()
                  + " bytes written, sha256 "
                  + answer.path("sha256").asText());
    }
    return 0;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
