package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.ops.client.NodeClient;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary proving}: deadlines and what became of them. */
@Command(
    name = "proving",
    description = "Deadlines, what they prove, and what became of it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ProvingCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "deadlines",
      description = "Every deadline of a miner: when it opens, and its partitions.",
      mixinStandardHelpOptions = true)
  int deadlines(@Mixin NodeOptions options, @Mixin MinerOption miner) {
    NodeClient client = options.client();
    JsonNode answer = client.get("/v1/miners/" + miner.of(client) + "/deadlines");
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    Table table =
        new Table("DEADLINE", "OPEN", "CLOSE", "PARTITIONS", "SECTORS", "FAULTY", "RECOVERING", "");
    answer
        .path("deadlines")
        .forEach(
            row ->
                table.row(
                    row.path("deadline").asText(),
                    row.path("open").asText(),
                    row.path("close").asText(),
                    row.path("partitions").asText(),
                    row.path("sectors").asText(),
                    row.path("faulty").asText(),
                    row.path("recovering").asText(),
                    row.path("current").asBoolean() ? "current" : ""));
    table.print(out());
    return 0;
  }

  @Command(
      name = "log",
      description = "What a deadline did, period by period.",
      mixinStandardHelpOptions = true)
  int log(
      @Mixin NodeOptions options,
      @Mixin MinerOption miner,
      @Parameters(paramLabel = "DEADLINE", description = "The deadline's index.") long deadline) {
    NodeClient client = options.client();
    JsonNode answer = Events.fetch(client, path(client, miner, deadline) + "/history", "");
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      Events.print(out(), answer.path("events"));
    }
    return 0;
  }

  @Command(
      name = "status",
      description = "What a deadline does right now, partition by partition.",
      mixinStandardHelpOptions = true)
  int status(
      @Mixin NodeOptions options,
      @Mixin MinerOption miner,
      @Parameters(paramLabel = "DEADLINE", description = "The deadline's index.") long deadline) {
    NodeClient client = options.client();
    JsonNode answer = client.get(path(client, miner, deadline));
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    out()
        .println(
            answer.path("running").asBoolean()
                ? "window from epoch "
                    + answer.path("open").asText()
                    + " to "
                    + answer.path("close").asText()
                : "no run under way");
    Table table =
        new Table(
            "PARTITION",
            "STATE",
            "SECTORS",
            "SKIPPED",
            "SLACK",
            "TRIES",
            "WORKER",
            "PROGRESS",
            "PROBLEM");
    answer
        .path("partitions")
        .forEach(
            row ->
                table.row(
                    row.path("partition").asText(),
                    row.path("state").asText(),
                    row.path("sectors").asText(),
                    row.path("skipped").asText(),
                    row.path("slackEpochs").asText(),
                    row.path("attempts").asText(),
                    row.path("worker").asText(),
                    row.path("progress").asText(),
                    row.path("problem").asText()));
    table.print(out());
    return 0;
  }

  @Command(
      name = "rehearsals",
      description = "How the last rehearsal of each partition of a deadline went.",
      mixinStandardHelpOptions = true)
  int rehearsals(
      @Mixin NodeOptions options,
      @Mixin MinerOption miner,
      @Parameters(paramLabel = "DEADLINE", description = "The deadline's index.") long deadline) {
    NodeClient client = options.client();
    JsonNode rehearsals = client.get(path(client, miner, deadline)).path("rehearsals");
    if (options.json()) {
      NodeOptions.printJson(out(), rehearsals);
      return 0;
    }
    Table table =
        new Table(
            "PARTITION", "EPOCH", "SECTORS", "FAILED", "READ MS", "PROOF MS", "WORKER", "PROBLEM");
    for (JsonNode row : rehearsals) {
      table.row(
          row.path("partition").asText(),
          row.path("epoch").asText(),
          row.path("sectors").asText(),
          row.path("failing").asText(),
          row.path("vanillaMillis").asText(),
          row.path("snarkMillis").asText(),
          row.path("worker").asText(),
          row.path("problem").asText());
    }
    table.print(out());
    for (JsonNode row : rehearsals) {
      row.path("reasons").forEach(reason -> out().println("sector " + reason.asText()));
    }
    return 0;
  }

  @Command(
      name = "retry",
      description = "Have a partition that waits after failures tried again at once.",
      mixinStandardHelpOptions = true)
  int retry(
      @Mixin NodeOptions options,
      @Mixin MinerOption miner,
      @Parameters(index = "0", paramLabel = "DEADLINE", description = "The deadline's index.")
          long deadline,
      @Parameters(index = "1", paramLabel = "PARTITION", description = "The partition's index.")
          long partition) {
    NodeClient client = options.client();
    JsonNode answer =
        client.post(
            path(client, miner, deadline) + "/partitions/" + partition + "/retry",
            JsonNodeFactory.instance.objectNode());
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      out().println("partition " + partition + " of deadline " + deadline + " goes on");
    }
    return 0;
  }

  @Command(
      name = "workers",
      description = "The workers that prove and seal, what they run, and how much waits.",
      mixinStandardHelpOptions = true)
  int workers(@Mixin NodeOptions options) {
    JsonNode answer = options.client().get("/v1/provers");
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
      return 0;
    }
    Table table = new Table("WORKER", "JOB", "OF", "SECONDS");
    for (JsonNode worker : answer.path("workers")) {
      String name = worker.path("worker").asText();
      if (worker.path("running").isEmpty()) {
        table.row(name, "-", "-", "-");
      }
      worker
          .path("running")
          .forEach(
              job ->
                  table.row(
                      name,
                      job.path("class").asText(),
                      job.path("subject").asText(),
                      Long.toString(job.path("millis").asLong() / 1000)));
    }
    table.print(out());
    for (JsonNode worker : answer.path("workers")) {
      for (JsonNode bar : worker.path("quarantined")) {
        out()
            .println(
                worker.path("worker").asText()
                    + " gets no "
                    + bar.path("class").asText()
                    + " jobs: "
                    + bar.path("reason").asText());
      }
    }
    out().println(answer.path("waitingTotal").asText() + " jobs wait");
    return 0;
  }

  @Command(
      name = "release",
      description = "Let a worker in quarantine have jobs of a class again, before its next test.",
      mixinStandardHelpOptions = true)
  int release(
      @Mixin NodeOptions options,
      @Parameters(index = "0", paramLabel = "WORKER", description = "As workers calls it.")
          String worker,
      @Parameters(index = "1", paramLabel = "CLASS", description = "As workers calls it.")
          String jobClass) {
    JsonNode answer =
        options
            .client()
            .post(
                "/v1/provers/release",
                JsonNodeFactory.instance
                    .objectNode()
                    .put("worker", worker)
                    .put("class", jobClass.toUpperCase(Locale.ROOT)));
    if (options.json()) {
      NodeOptions.printJson(out(), answer);
    } else {
      out()
          .println(
              worker
                  + " gets "
                  + answer.path("class").asText()
                  + " jobs again; it had none because: "
                  + answer.path("reason").asText());
    }
    return 0;
  }

  private static String path(NodeClient client, MinerOption miner, long deadline) {
    return "/v1/miners/" + miner.of(client) + "/deadlines/" + deadline;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
