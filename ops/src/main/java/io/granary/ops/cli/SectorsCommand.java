package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary sectors}: sectors and their histories. */
@Command(
    name = "sectors",
    description = "Start, list and inspect sectors.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class SectorsCommand {
  private static final int PAGE = 1000;

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
      description = "List sectors with their states.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin NodeOptions options,
      @Option(names = "--miner", paramLabel = "MINER", defaultValue = "") String miner,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              defaultValue = "",
              description = "Only sectors in this state, for instance Proving.")
          String state) {
    NodeClient client = options.client();
    Table table =
        new Table("SECTOR", "STATE", "DEADLINE", "PARTITION", "EXPIRATION", "UPDATED", "");
    var all = JsonNodeFactory.instance.arrayNode();
    String cursor = "";
    do {
      JsonNode page = client.get(listPath(miner, state, cursor));
      page.path("sectors")
          .forEach(
              row -> {
                all.add(row);
                table.row(
                    row.path("sector").asText(),
                    row.path("state").asText(),
                    row.path("deadline").asText("-"),
                    row.path("partition").asText("-"),
                    row.path("expiration").asText("-"),
                    row.path("updated").asText(),
                    row.path("detail").asText(""));
              });
      cursor = page.path("next").asText("");
    } while (!cursor.isEmpty());
    if (options.json()) {
      ObjectNode answer = JsonNodeFactory.instance.objectNode();
      answer.set("sectors", all);
      NodeOptions.printJson(out(), answer);
    } else {
      table.print(out());
    }
    return 0;
  }

  private static String listPath(String miner, String state, String cursor) {
    StringBuilder path = new StringBuilder("/v1/sectors?limit=" + PAGE);
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
              description = "The sector as it was at an epoch, or at an ISO-8601 time.")
          String at) {
    NodeClient client = options.client();
    String path = "/v1/sectors/" + miner.of(client) + "/" + number;
    boolean history = log || !at.isEmpty();
    if (history) {
      path += "/history";
      if (!at.isEmpty()) {
        path += "?at=" + URLEncoder.encode(at, StandardCharsets.UTF_8);
      }
    }
    JsonNode answer = client.get(path);
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    printState(out(), answer.path("state"));
    if (log) {
      out().println();
      printEvents(out(), answer.path("events"));
    }
    out().flush();
    return 0;
  }

  /** One line a field, absent ones left out. */
  static void printState(PrintWriter out, JsonNode state) {
    for (Map.Entry<String, JsonNode> field : state.properties()) {
      JsonNode value = field.getValue();
      if (!value.isNull() && !(value.isContainerNode() && value.isEmpty())) {
        out.printf("%-30s %s%n", field.getKey(), value.isValueNode() ? value.asText() : value);
      }
    }
  }

  /** One line an event: when, at which epoch, what, and its particulars. */
  static void printEvents(PrintWriter out, JsonNode events) {
    Table table = new Table("#", "TIME", "EPOCH", "EVENT", "");
    events.forEach(
        event ->
            table.row(
                event.path("sequence").asText(),
                event.path("time").asText(),
                event.path("epoch").asText("-"),
                event.path("event").asText(),
                event.path("detail").asText("")));
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
        client.post(
            "/v1/sectors/" + miner.of(client) + "/" + number + "/retry",
            JsonNodeFactory.instance.objectNode());
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      out().println("sector " + answer.path("sector").asText() + " goes on");
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
    JsonNode answer =
        client.post(
            "/v1/sectors/" + miner.of(client) + "/" + number + "/unseal",
            JsonNodeFactory.instance
                .objectNode()
                .put("output", output.toAbsolutePath().toString()));
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

  /** {@code --miner}, or the only one the node has. */
  static final class MinerOption {
    @Option(
        names = "--miner",
        paramLabel = "MINER",
        defaultValue = "",
        description = "The miner, f0… (default: the node's only one).")
    private String miner = "";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee = CommandSpec.create();

    String of(NodeClient client) {
      if (!miner.isEmpty()) {
        return miner;
      }
      JsonNode miners = client.get("/v1/miners").path("miners");
      if (miners.size() == 1) {
        return miners.get(0).path("miner").asText();
      }
      throw new ParameterException(
          mixee.commandLine(),
          miners.isEmpty()
              ? "the node works for no miner yet: granary miner create --sector-size SIZE"
              : "the node works for " + miners.size() + " miners: name one with --miner");
    }
  }
}
