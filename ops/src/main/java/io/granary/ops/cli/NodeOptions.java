package io.granary.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granary.ops.client.NodeClient;
import java.io.PrintWriter;
import java.net.URI;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that asks a running node. */
final class NodeOptions {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--node",
      paramLabel = "URL",
      defaultValue = "${env:GRANARY_NODE:-http://127.0.0.1:8558}",
      description =
          "The node's management address (default: $GRANARY_NODE, else http://127.0.0.1:8558).")
  private URI node = URI.create("http://127.0.0.1:8558");

  @Option(names = "--json", description = "Print the node's answer as JSON.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee = CommandSpec.create();

  NodeClient client() {
    if (!"http".equals(node.getScheme()) || node.getHost() == null) {
      throw new ParameterException(
          mixee.commandLine(), "--node: expected a URL such as http://127.0.0.1:8558, got " + node);
    }
    return new NodeClient(node);
  }

  boolean json() {
    return json;
  }

  static void printJson(PrintWriter out, JsonNode value) {
    try {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree always prints", e);
    }
    out.flush();
  }
}
