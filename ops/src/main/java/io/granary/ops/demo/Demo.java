package io.granary.ops.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.ops.client.NodeClient;
import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One file through the whole life of a sector. Every step finds out what was done before, so that a
 * resumed demo does nothing durable twice.
 */
public final class Demo {
  private static final String DONE_BY_THEN = "It was done by then: there is nothing to go on with.";

  private final DemoOptions options;
  private final Narrator narrator;

  public Demo(DemoOptions options, Narrator narrator) {
    this.options = options;
    this.narrator = narrator;
  }

  /**
   * Runs it to the end, and beyond when everything is to be kept running.
   *
   * @return false when it was interrupted: everything it had started is ended then
   * @throws DemoException when it cannot go on
   */
  public boolean run() {
    Optional<DemoRecord> fresh = options.resume() ? Optional.empty() : Optional.of(describeFile());
    try (DemoFolder folder = DemoFolder.open(options.folder());
        Interruption interruption =
            new Interruption(() -> narrator.say("Interrupted: ending it …"))) {
      try {
        DemoRecord record = fresh.orElseGet(() -> before(folder));
        FormerProcesses.awaitEnd(folder.path(), narrator);
        if (folder.record().isEmpty() || fresh.isPresent()) {
          folder.startAfresh(record);
        }
        play(folder, record, interruption);
        if (interruption.asked() && !options.keep()) {
          narrator.say(DONE_BY_THEN);
        }
        return true;
      } catch (RuntimeException e) {
        if (!interruption.asked()) {
          throw e;
        }
        narrator.say("All of it is ended. Go on with  " + options.goOnWith());
        return false;
      }
    }
  }

  private DemoRecord describeFile() {
    Path file =
        options
            .file()
            .or(options::defaultFile)
            .orElseThrow(() -> new DemoException("FILE: name the file to store"));
    return DemoFiles.describe(file, options.sectorSize(), options.deal());
  }

  /** The demo to go on with; an interruption may have come before there was one. */
  private DemoRecord before(DemoFolder folder) {
    Optional<DemoRecord> before = folder.record();
    if (before.isEmpty()) {
      DemoRecord record = describeFile();
      narrator.say("There is no demo yet to go on with in " + folder.path() + ": it begins now.");
      return record;
    }
    if (before.get().deal() != options.deal()) {
      throw new DemoException(
          "--resume: the demo in "
              + folder.path()
              + (options.deal()
                  ? " makes no deal: leave --deal out"
                  : " makes a deal: add --deal"));
    }
    Path stored = before.get().file();
    options
        .file()
        .filter(file -> !file.toAbsolutePath().normalize().equals(stored))
        .ifPresent(
            other -> {
              throw new DemoException(
                  "--resume: the demo in "
                      + folder.path()
                      + " stores "
                      + stored
                      + ", not "
                      + other);
            });
    return before.get();
  }

  private void play(DemoFolder folder, DemoRecord start, Interruption interruption) {
    Instant now = Instant.now();
    long began = System.nanoTime();
    narrator.say(
        String.format(
            Locale.ROOT,
            "Storing %s (%,d bytes, sha256 %s)",
            start.file(),
            start.bytes(),
            start.sha256()));
    narrator.say("Everything of this demo lies in " + folder.path());
    try (DemoStage stage =
        DemoStage.start(folder.path(), narrator, start.deal(), options.indexers())) {
      List<String> shown = tell(stage, folder, start, now);
      narrator.done("the whole demo", since(began), "");
      if (options.keep()) {
        keep(stage, shown);
      }
    } catch (RuntimeException e) {
      if (!interruption.asked()) {
        narrator.say("What is done stays done: try again with  " + options.goOnWith());
      }
      throw e;
    }
  }

  /** Plays it to the end; gives paths of what it made, in the management HTTP. */
  private List<String> tell(DemoStage stage, DemoFolder folder, DemoRecord start, Instant now) {
    DemoRecord record = start;
    if (record.miner().isEmpty()) {
      long began = System.nanoTime();
      record = record.withMiner(miner(stage, record));
      record.write(folder.path());
      narrator.done(
          "miner " + record.miner().orElseThrow() + " created",
          since(began),
          record.sectorSize() + " sectors");
    }
    String miner = record.miner().orElseThrow();
    String made =
        record.deal()
            ? "/v1/deals/"
                + new DealDemo(stage, folder, record, narrator).play(miner, now)
                + "/events"
            : "/v1/sectors/" + store(stage.client(), folder, record, miner, now) + "/history";
    return List.of("/v1/sectors", made, "/v1/miners/" + miner + "/deadlines");
  }

  private SectorId store(
      NodeClient client, DemoFolder folder, DemoRecord start, String miner, Instant now) {
    DemoRecord record = start;
    if (record.sector().isEmpty()) {
      record = record.withSector(order(client, miner, record, folder.payload()));
      record.write(folder.path());
    }
    SectorId sector = SectorId.parse(miner + "/" + record.sector().orElseThrow());
    narrator.say("Sector " + sector);
    SectorStory story =
        new SectorStory(new PatientClient(client), narrator, sector, new StageClock(now));
    story.untilCommitted();
    story.untilProven(options.periods(), story.deadline());
    printHistory(client, sector);
    compare(client, sector, record, folder.path());
    return sector;
  }

  private void keep(DemoStage stage, List<String> shown) {
    String node = stage.client().base().toString();
    narrator.say("");
    narrator.say("Left running. Look at:");
    shown.forEach(path -> narrator.say("  " + node + path));
    narrator.say("  " + node + "/cluster/members");
    narrator.say("  " + stage.chainUrl() + " (chain node; token in " + stage.tokenFile() + ")");
    narrator.say("  GRANARY_NODE=" + node + " ./granary sectors list");
    narrator.say("Ctrl-C ends it, or: kill " + ProcessHandle.current().pid());
    stage.awaitEnd();
  }

  /**
   * The miner an interrupted run created, if it came so far: on the roster, or on chain only. Else
   * a new one.
   */
  private static String miner(DemoStage stage, DemoRecord record) {
    NodeClient client = stage.client();
    JsonNode known =
        PatientClient.retried("asking for the miners", () -> client.get("/v1/miners"))
            .path("miners");
    if (!known.isEmpty()) {
      return known.get(0).path("miner").asText();
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    Optional<ActorId> onChain = stage.minerOnChain();
    if (onChain.isEmpty()) {
      return client
          .post("/v1/miners", body.put("sectorSize", record.sectorSize()))
          .path("miner")
          .asText();
    }
    // The state that a chain node answers from is an epoch behind what the head has executed.
    body.put("miner", onChain.get().toString());
    return PatientClient.retried("taking the miner over", () -> client.post("/v1/miners", body))
        .path("miner")
        .asText();
  }

  private static long order(NodeClient client, String miner, DemoRecord record, Path payload) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("file", payload.toString())
            .put("orderId", "demo " + record.sha256());
    return PatientClient.retried(
            "ordering the sector", () -> client.post("/v1/miners/" + miner + "/sectors", body))
        .path("number")
        .asLong();
  }

  private void printHistory(NodeClient client, SectorId sector) {
    JsonNode history =
        PatientClient.retried(
            "asking for the history", () -> client.get("/v1/sectors/" + sector + "/history"));
    narrator.say("");
    narrator.say("The history of sector " + sector + ":");
    for (JsonNode event : history.path("events")) {
      String line =
          String.format(
              Locale.ROOT,
              "  %3d  %s  epoch %-5d %-20s %s",
              event.path("sequence").asLong(),
              Instant.parse(event.path("time").asText()).truncatedTo(ChronoUnit.SECONDS),
              event.path("epoch").asLong(),
              event.path("event").asText(),
              event.path("detail").asText());
      narrator.say(
          line.length() <= narrator.width() ? line : line.substring(0, narrator.width() - 1) + "…");
    }
    narrator.say("");
  }

  private void compare(NodeClient client, SectorId sector, DemoRecord record, Path folder) {
    dropUnsealedCopy(sector, folder);
    long began = System.nanoTime();
    Path output = folder.resolve("unsealed-" + sector.number().value());
    deleteLeftover(output);
    narrator.progress("unsealing the piece", 0, "", Duration.ZERO);
    client.post(
        "/v1/sectors/" + sector + "/unseal",
        JsonNodeFactory.instance.objectNode().put("output", output.toString()));
    try {
      String sha256 = DemoFiles.sha256(output, record.bytes());
      long bytes = Files.size(output);
      narrator.done("unsealed", since(began), String.format(Locale.ROOT, "%,d bytes", bytes));
      narrator.say("  stored   sha256 " + record.sha256());
      narrator.say("  unsealed sha256 " + sha256);
      if (bytes != record.bytes() || !sha256.equals(record.sha256())) {
        throw new DemoException("the unsealed bytes differ from the stored file");
      }
      narrator.say("The bytes came back equal.");
    } catch (IOException e) {
      throw new DemoException("the unsealed file cannot be read: " + e.getMessage(), e);
    }
  }

  /** So that the bytes have to come out of the sealed replica. */
  private void dropUnsealedCopy(SectorId sector, Path folder) {
    Path copy = folder.resolve("node/storage/unsealed").resolve(sector.fileName());
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
