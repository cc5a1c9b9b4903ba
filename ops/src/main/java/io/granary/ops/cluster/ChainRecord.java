package io.granary.ops.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was executed on a chain, read block by block from its node.
 *
 * @param head the newest epoch read
 * @param messages every executed message, oldest first
 */
public record ChainRecord(long head, List<Executed> messages) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long EXIT_OK = 0;

  public ChainRecord {
    messages = List.copyOf(messages);
  }

  /** A message and how it ended, in the epoch of its tipset. */
  public record Executed(
      long epoch,
      String cid,
      String from,
      String to,
      long nonce,
      long method,
      String params,
      long exit) {
    private SubmitWindowedPoStParams post() {
      return SubmitWindowedPoStParams.fromCbor(Bytes.of(Base64.getDecoder().decode(params)));
    }
  }

  /** A partition of one proving period that was proven on chain. */
  public record ProvenPartition(long epoch, long deadline, long partition) {}

  /** Reads the whole chain of {@code node} from its head. */
  public static ChainRecord read(URI node) {
    List<Executed> newestFirst = new ArrayList<>();
    HttpClient http = HttpClient.newHttpClient();
    JsonNode tipSet = rpc(http, node, "ChainHead", "[]");
    long head = tipSet.path("Height").asLong();
    while (tipSet.path("Height").asLong() > 0) {
      JsonNode block = tipSet.path("Cids").path(0);
      JsonNode parent =
          rpc(
              http,
              node,
              "ChainGetTipSet",
              "[" + tipSet.path("Blocks").path(0).path("Parents") + "]");
      JsonNode messages = rpc(http, node, "ChainGetParentMessages", "[" + block + "]");
      JsonNode receipts = rpc(http, node, "ChainGetParentReceipts", "[" + block + "]");
      for (int i = messages.size() - 1; i >= 0; i--) {
        newestFirst.add(
            executed(parent.path("Height").asLong(), messages.get(i), receipts.path(i)));
      }
      tipSet = parent;
    }
    Collections.reverse(newestFirst);
    return new ChainRecord(head, newestFirst);
  }

  private static Executed executed(long epoch, JsonNode entry, JsonNode receipt) {
    JsonNode message = entry.path("Message");
    return new Executed(
        epoch,
        entry.path("Cid").path("/").asText(),
        message.path("From").asText(),
        message.path("To").asText(),
        message.path("Nonce").asLong(),
        message.path("Method").asLong(),
        message.path("Params").asText(),
        receipt.path("ExitCode").asLong());
  }

  /** The nonces of each sender in the order of execution. */
  public Map<String, List<Long>> noncesBySender() {
    Map<String, List<Long>> nonces = new TreeMap<>();
    for (Executed message : messages) {
      nonces.computeIfAbsent(message.from(), from -> new ArrayList<>()).add(message.nonce());
    }
    return nonces;
  }

  /** Every window PoSt message that was executed, well or not. */
  public List<Executed> posts() {
    return messages.stream()
        .filter(message -> message.method() == MinerMethod.SUBMIT_WINDOWED_POST)
        .toList();
  }

  /** What window PoSts with exit code 0 proved, oldest first. */
  public List<ProvenPartition> proven() {
    List<ProvenPartition> proven = new ArrayList<>();
    for (Executed message : posts()) {
      if (message.exit() == EXIT_OK) {
        SubmitWindowedPoStParams params = message.post();
        for (PoStPartition partition : params.partitions()) {
          proven.add(new ProvenPartition(message.epoch(), params.deadline(), partition.index()));
        }
      }
    }
    return proven;
  }

  static JsonNode rpc(HttpClient http, URI node, String method, String params) {
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
