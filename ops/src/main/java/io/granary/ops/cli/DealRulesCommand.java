package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.ops.client.NodeClient;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary deals rules}: which proposals are taken, at which price. */
@Command(
    name = "rules",
    description = "Show and set which deals are taken, at which price, from whom.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class DealRulesCommand {
  private static final String PATH = "/v1/deal-rules";

  /** Keys whose values are lists. */
  private static final String LISTS = "clients.";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "show",
      description = "Show every rule with its value; * marks what was set.",
      mixinStandardHelpOptions = true)
  int show(@Mixin NodeOptions options) {
    return print(options, options.client().get(PATH));
  }

  @Command(
      name = "set",
      description =
          "Set rules on every node, at once and for good: ask.price=0, kinds.offline=off,"
              + " clients.deny=f01,f02. They win over the configuration until they are unset.",
      mixinStandardHelpOptions = true)
  int set(
      @Mixin NodeOptions options,
      @Parameters(
              arity = "1..*",
              paramLabel = "KEY=VALUE",
              description =
                  "A key of granary.deals as show names it. Lists take commas; nothing after the ="
                      + " is the empty list.")
          List<String> rules) {
    NodeClient client = options.client();
    JsonNode before = client.get(PATH);
    ObjectNode set = before.path("set").deepCopy();
    for (String rule : rules) {
      int equals = rule.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(spec.commandLine(), "expected KEY=VALUE, got " + rule);
      }
      put(set, rule.substring(0, equals), rule.substring(equals + 1));
    }
    return print(options, client.post(PATH, body(before, set)));
  }

  private static void put(ObjectNode set, String key, String value) {
    if (!key.startsWith(LISTS)) {
      set.put(key, value);
      return;
    }
    ArrayNode list = set.putArray(key);
    for (String each : value.split(",", -1)) {
      if (!each.isBlank()) {
        list.add(each.strip());
      }
    }
  }

  @Command(
      name = "unset",
      description = "Go by the configuration again, for rules that were set.",
      mixinStandardHelpOptions = true)
  int unset(
      @Mixin NodeOptions options,
      @Parameters(
              arity = "1..*",
              paramLabel = "KEY",
              description = "A key that show marks with a *.")
          List<String> keys) {
    NodeClient client = options.client();
    JsonNode before = client.get(PATH);
    ObjectNode set = before.path("set").deepCopy();
    for (String key : keys) {
      if (set.remove(key) == null) {
        throw new ParameterException(spec.commandLine(), key + " is not set");
      }
    }
    return print(options, client.post(PATH, body(before, set)));
  }

  private static ObjectNode body(JsonNode before, ObjectNode set) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("version", before.path("version").asLong())
        .set("set", set);
  }

  @Command(
      name = "history",
      description = "Show what was set when, newest first.",
      mixinStandardHelpOptions = true)
  int history(
      @Mixin NodeOptions options,
      @Option(
              names = "--limit",
              paramLabel = "COUNT",
              defaultValue = "100",
              description = "At most so many, 1 to 1000 (default: ${DEFAULT-VALUE}).")
          int limit) {
    JsonNode answer = options.client().get(PATH + "/history?limit=" + limit);
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    Table table = new Table("VERSION", "SINCE", "SET");
    for (JsonNode version : answer.path("versions")) {
      table.row(
          version.path("version").asText(),
          version.path("since").asText(),
          version.path("set").toString());
    }
    table.print(out());
    return 0;
  }

  private int print(NodeOptions options, JsonNode answer) {
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    Table table = new Table();
    for (Map.Entry<String, JsonNode> rule : answer.path("rules").properties()) {
      table.row(
          answer.path("set").has(rule.getKey()) ? "*" : " ",
          rule.getKey(),
          rule.getValue().asText());
    }
    table.print(out());
    return 0;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
