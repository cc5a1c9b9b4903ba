package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * A listing that was fetched page by page.
 *
 * @param name of the rows in an answer
 * @param next after which there may be more; empty at the end
 */
record Listing(String name, ArrayNode rows, String next) {
  private static final int PAGE = 1000;

  /** Asks for the rows after {@code cursor}, which is empty at the beginning. */
  @FunctionalInterface
  interface Pages {
    JsonNode get(String cursor, int limit);
  }

  /**
   * Fetches at most {@code limit} rows.
   *
   * @throws ParameterException when {@code limit}, which is the option --limit, is below 1
   */
  static Listing fetch(CommandSpec spec, String name, String after, int limit, Pages pages) {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit: expected 1 or more, got " + limit);
    }
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    String cursor = after;
    do {
      JsonNode page = pages.get(cursor, Math.min(PAGE, limit - rows.size()));
      page.path(name).forEach(rows::add);
      cursor = page.path("next").asText("");
    } while (!cursor.isEmpty() && rows.size() < limit);
    return new Listing(name, rows, cursor);
  }

  /** As JSON, or as a table with a word on how to go on. */
  void print(NodeOptions options, CommandSpec spec, Function<ArrayNode, Table> table) {
    if (options.json()) {
      ObjectNode answer = JsonNodeFactory.instance.objectNode();
      answer.set(name, rows);
      if (!next.isEmpty()) {
        answer.put("next", next);
      }
      NodeOptions.printJson(spec.commandLine().getOut(), answer);
      return;
    }
    table.apply(rows).print(spec.commandLine().getOut());
    if (!next.isEmpty()) {
      spec.commandLine().getErr().println("granary: there may be more: --after " + next);
    }
  }
}
