package io.granary.ops.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granary.ops.cluster.ChainRecord.Executed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads what a chain executed, tipset by tipset from its head down to the first that was read
 * before and is still there. Thread-safe.
 */
public final class ChainReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI node;
  private final HttpClient http = HttpClient.newHttpClient();

  /** Oldest first. */
  private final Deque<Read> read = new ArrayDeque<>();

  /**
   * A tipset and what its parent's messages came to.
   *
   * @param key its blocks, as the node writes them
   */
  private record Read(long height, JsonNode key, List<Executed> parents) {}

  /**
   * @param node a chain node's JSON-RPC, which needs no token for reading
   */
  public ChainReader(URI node) {
    this.node = node;
  }

  /**
   * The chain as it is now.
   *
   * @throws ClusterException when the node does not answer or answers with an error
   */
  public synchronized ChainRecord read() {
    Deque<Read> fresh = new ArrayDeque<>();
    JsonNode tipSet = rpc("ChainHead", "[]");
    long head = tipSet.path("Height").asLong();
    while (tipSet.path("Height").asLong() > 0 && !known(tipSet)) {
      String block = "[" + tipSet.path("Cids").path(0) + "]";
      JsonNode parent =
          rpc("ChainGetTipSet", "[" + tipSet.path("Blocks").path(0).path("Parents") + "]");
      fresh.addFirst(
          new Read(
              tipSet.path("Height").asLong(),
              tipSet.path("Cids"),
              executed(
                  parent.path("Height").asLong(),
                  rpc("ChainGetParentMessages", block),
                  rpc("ChainGetParentReceipts", block))));
      tipSet = parent;
    }
    read.addAll(fresh);
    return new ChainRecord(head, read.stream().flatMap(each -> each.parents().stream()).toList());
  }

  /** Whether {@code tipSet} was read before; forgets what was read above it or in its place. */
  private boolean known(JsonNode tipSet) {
    long height = tipSet.path("Height").asLong();
    while (!read.isEmpty() && read.getLast().height() > height) {
      read.removeLast();
    }
    if (read.isEmpty() || read.getLast().height() < height) {
      return false;
    }
    if (read.getLast().key().equals(tipSet.path("Cids"))) {
      return true;
    }
    read.removeLast();
    return false;
  }

  private static List<Executed> executed(long epoch, JsonNode messages, JsonNode receipts) {
    List<Executed> executed = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      JsonNode message = messages.get(i).path("Message");
      executed.add(
          new Executed(
              epoch,
              messages.get(i).path("Cid").path("/").asText(),
              message.path("From").asText(),
              message.path("To").asText(),
              message.path("Nonce").asLong(),
              message.path("Method").asLong(),
              message.path("Params").asText(),
              receipts.path(i).path("ExitCode").asLong()));
    }
    return executed;
  }

  private JsonNode rpc(String method, String params) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"Filecoin."
            + method
            + "\",\"params\":"
            + params
            + "}";
    try {
      JsonNode answer =
          JSON.readTree(
              http.send(
                      HttpRequest.newBuilder(node)
                          .header("Content-Type", "application/json")
                          .POST(HttpRequest.BodyPublishers.ofString(body))
                          .build(),
                      BodyHandlers.ofString())
                  .body());
      if (answer.has("error")) {
        throw new ClusterException(method + ": " + answer.get("error"));
      }
      return answer.path("result");
    } catch (IOException e) {
      throw new ClusterException(method + " got no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted", e);
    }
  }
}
