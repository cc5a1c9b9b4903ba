package io.granary.ops.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.ops.client.NodeClient;
import io.granary.protocol.SectorId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One file through the whole life of a sector. Every step finds out what was done before, so that a
 * resumed demo does nothing durable twice.
 */
public final class Demo {
  private final DemoOptions options;
  private final Narrator narrator;

  public Demo(DemoOptions options, Narrator narrator) {
    this.options = options;
    this.narrator = narrator;
  }

  /**
   * Runs it to the end; returns the stage, still running, when it was asked to keep it.
   *
   * @throws DemoException when it cannot go on
   */
  public Optional<DemoStage> run() {
    DemoRecord record = prepare();
    long began = System.nanoTime();
    narrator.say(
        "Storing "
            + record.file()
            + " ("
            + record.bytes()
            + " bytes, sha256 "
            + record.sha256()
            + ")");
    narrator.say("Everything of this demo lies in " + options.folder());
    DemoStage stage = DemoStage.start(options.folder(), narrator);
    boolean kept = false;
    try {
      tell(stage, record);
      narrator.done("the whole demo", Duration.ofNanos(System.nanoTime() - began), "");
      kept = options.keep();
      return kept ? Optional.of(stage) : Optional.empty();
    } finally {
      if (!kept) {
        stage.close();
      }
    }
  }

  private DemoRecord prepare() {
    if (options.resume()) {
      DemoRecord record =
          DemoRecord.read(options.folder())
              .orElseThrow(
                  () ->
                      new DemoException(
                          "--resume: there is no demo in " + options.folder() + " to go on with"));
      options
          .file()
          .filter(file -> !file.toAbsolutePath().normalize().equals(record.file()))
          .ifPresent(
              other -> {
                throw new DemoException(
                    "--resume: the demo stores " + record.file() + ", not " + other);
              });
      return record;
    }
    Path file = options.file().orElseThrow(() -> new DemoException("FILE: name the file to store"));
    DemoRecord record = DemoFiles.describe(file, options.sectorSize());
    DemoFiles.startAfresh(options.folder());
    record.write(options.folder());
    return record;
  }

  private void tell(DemoStage stage, DemoRecord start) {
    NodeClient client = stage.client();
    DemoRecord record = start;
    if (record.miner().isEmpty()) {
      long began = System.nanoTime();
      String miner = createMiner(client, record);
      record = record.withMiner(miner);
      record.write(options.folder());
      narrator.done("miner " + miner + " created", since(began), record.sectorSize() + " sectors");
    }
    String miner = record.miner().orElseThrow();
    if (record.sector().isEmpty()) {
      long number = order(client, miner, record);
      record = record.withSector(number);
      record.write(options.folder());
    }
    long number = record.sector().orElseThrow();
    narrator.say("Sector " + miner + "/" + number);
    SectorStory story = new SectorStory(client, narrator, miner, number);
    story.untilCommitted();
    story.untilProven(options.periods(), story.deadline());
    printHistory(client, miner, number);
    compare(client, miner, number, record);
    if (options.keep()) {
      narrator.say("Left running. Look at:");
      narrator.say("  " + client.base() + "/v1/sectors/" + miner + "/" + number + "/history");
      narrator.say("  " + client.base() + "/v1/miners/" + miner + "/deadlines");
      narrator.say("  " + client.base() + "/cluster/members");
      narrator.say("  chain node: " + stage.chainUrl());
      narrator.say("  GRANARY_NODE=" + client.base() + " ./granary sectors list");
      narrator.say("Ctrl-C ends it.");
    }
  }

  /**
   * A miner the roster has already is the one an interrupted run created: it is the only one of
   * this demo's cluster.
   */
  private static String createMiner(NodeClient client, DemoRecord record) {
    JsonNode known = client.get("/v1/miners").path("miners");
    if (!known.isEmpty()) {
      return known.get(0).path("miner").asText();
    }
    return client
        .post(
            "/v1/miners",
            JsonNodeFactory.instance.objectNode().put("sectorSize", record.sectorSize()))
        .path("miner")
        .asText();
  }

  private long order(NodeClient client, String miner, DemoRecord record) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("file", record.file().toString())
            .put("orderId", "demo " + record.sha256());
    return SectorStory.retried(
            "ordering the sector", () -> client.post("/v1/miners/" + miner + "/sectors", body))
        .path("number")
        .asLong();
  }

  private void printHistory(NodeClient client, String miner, long number) {
    JsonNode history = client.get("/v1/sectors/" + miner + "/" + number + "/history");
    narrator.say("");
    narrator.say("The history of sector " + miner + "/" + number + ":");
    for (JsonNode event : history.path("events")) {
      narrator.say(
          String.format(
              java.util.Locale.ROOT,
              "  %3d  %s  epoch %-6d %-22s %s",
              event.path("sequence").asLong(),
              event.path("time").asText(),
              event.path("epoch").asLong(),
              event.path("event").asText(),
              event.path("detail").asText()));
    }
    narrator.say("");
  }

  private void compare(NodeClient client, String miner, long number, DemoRecord record) {
    dropUnsealedCopy(miner, number);
    long began = System.nanoTime();
    Path output = options.folder().resolve("unsealed-" + number);
    deleteLeftover(output);
    client.post(
        "/v1/sectors/" + miner + "/" + number + "/unseal",
        JsonNodeFactory.instance.objectNode().put("output", output.toString()));
    try {
      String sha256 = DemoFiles.sha256(output, record.bytes());
      narrator.done("unsealed", since(began), Files.size(output) + " bytes");
      narrator.say("  stored   sha256 " + record.sha256());
      narrator.say("  unsealed sha256 " + sha256);
      if (!sha256.equals(record.sha256())) {
        throw new DemoException("the unsealed bytes differ from the stored file");
      }
      narrator.say("The bytes came back equal.");
    } catch (IOException e) {
      throw new DemoException("the unsealed file cannot be read: " + e.getMessage(), e);
    }
  }

  /** So that the bytes have to come out of the sealed replica. */
  private void dropUnsealedCopy(String miner, long number) {
    Path copy =
        options
            .folder()
            .resolve("node/storage/unsealed")
            .resolve(SectorId.parse(miner + "/" + number).fileName());
    if (deleteLeftover(copy)) {
      narrator.say("The unsealed copy is deleted: what comes now is decoded from the replica.");
    }
  }

  private static boolean deleteLeftover(Path file) {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new DemoException(file + " cannot be deleted: " + e.getMessage(), e);
    }
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }
}
