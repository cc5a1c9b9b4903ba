package io.granary.ops.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * The demo from the client's side: a deal, made by {@code granary client} and fetched back by it.
 */
final class DealDemo {
  /** FIL that the local chain's wallet gives the client. */
  private static final long GIFT_FIL = 5;

  private static final Duration INDEX_LIMIT = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration HTTP_LIMIT = Duration.ofSeconds(10);

  private final DemoStage stage;
  private final DemoFolder folder;
  private final DemoRecord record;
  private final Narrator narrator;
  private final DemoClient client;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(HTTP_LIMIT).build();

  DealDemo(DemoStage stage, DemoFolder folder, DemoRecord record, Narrator narrator) {
    this.stage = stage;
    this.folder = folder;
    this.record = record;
    this.narrator = narrator;
    this.client = new DemoClient(folder.path(), stage.chainUrl(), stage.tokenFile(), narrator);
  }

  /**
   * Plays it with the miner that was created.
   *
   * @param begin when this run began
   * @return the deal's id
   */
  String play(String miner, Instant begin) {
    PatientClient node = new PatientClient(stage.client());
    if (!miner.equals(DemoStage.DEAL_MINER)) {
      throw new DemoException(
          "the first miner of the local chain should be "
              + DemoStage.DEAL_MINER
              + ", for which the node serves deals; it is "
              + miner);
    }
    String address = address(node);
    narrator.say("Deals of " + miner + " are served at " + address);
    String owner = client.address();
    DealStory story = new DealStory(node, client, narrator, new StageClock(begin));
    if (fundsWanted(owner)) {
      story.fund();
    }
    story.ask(miner, address);
    JsonNode deal = story.untilActive(folder.payload(), miner, address);
    narrator.say("  " + deal.path("said").asText());
    retrieve(deal, address);
    return deal.path("deal").asText();
  }

  /** Gives the client money, once; whether its escrow is empty then. */
  private boolean fundsWanted(String owner) {
    try (DemoWallet wallet = new DemoWallet(stage.config())) {
      if (wallet.give(owner, GIFT_FIL)) {
        narrator.say("  " + owner + " got " + GIFT_FIL + " FIL of the local chain's wallet");
      }
      return wallet.escrowIsEmpty(owner);
    }
  }

  /** Where the node is as a libp2p peer, with who it is. */
  private static String address(PatientClient node) {
    JsonNode net = node.get("/v1/net");
    String at = net.path("listenAddresses").path(0).asText();
    String peer = net.path("peerId").asText();
    return at.contains("/p2p/") ? at : at + "/p2p/" + peer;
  }

  private void retrieve(JsonNode deal, String address) {
    for (String way : List.of("piece", "ipfs")) {
      String cid = deal.path(way.equals("piece") ? "piece" : "root").asText();
      awaitServed(
          URI.create(
              stage.retrievalUrl()
                  + "/"
                  + way
                  + "/"
                  + cid
                  + (way.equals("ipfs") ? "?format=raw" : "")));
      long began = System.nanoTime();
      Path output = folder.path().resolve("retrieved-" + way);
      try {
        Files.deleteIfExists(output);
        JsonNode fetched =
            client.json(
                "retrieve",
                deal.path("deal").asText(),
                "-o",
                output.toString(),
                "--by",
                way,
                "--address",
                address);
        compare(way, output, began, fetched.path("server").asText());
      } catch (IOException e) {
        throw new DemoException("the retrieved file cannot be read: " + e.getMessage(), e);
      }
    }
    narrator.say("The bytes came back equal, both ways.");
  }

  private void compare(String way, Path output, long began, String server) throws IOException {
    long bytes = Files.size(output);
    String sha256 = DemoFiles.sha256(output, bytes);
    narrator.done(
        "retrieved by /" + way,
        Duration.ofNanos(System.nanoTime() - began),
        String.format(Locale.ROOT, "%,d bytes from %s", bytes, server));
    narrator.say("  stored    sha256 " + record.sha256());
    narrator.say("  retrieved sha256 " + sha256);
    if (bytes != record.bytes() || !sha256.equals(record.sha256())) {
      throw new DemoException("the bytes retrieved by /" + way + " differ from the stored file");
    }
  }

  /** The index is written after the sector's file, now and then. */
  private void awaitServed(URI url) {
    long began = System.nanoTime();
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(HTTP_LIMIT)
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      while (status != 200) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
        if (elapsed.compareTo(INDEX_LIMIT) > 0) {
          throw new DemoException(url + " answers " + status + "; the node's log says why");
        }
        narrator.progress("waiting until the piece is indexed", 0, "", elapsed);
        Thread.sleep(POLL.toMillis());
        status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      }
    } catch (IOException e) {
      throw new DemoException(url + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted", e);
    }
  }
}
