package io.granary.ops.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;

/** What was executed on chain, asked of the chain node itself. */
final class ChainMessages {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ChainMessages() {}

  /** How often each method of {@code to} was executed, by method number. */
  static Map<Long, Integer> to(URI chain, String to) throws IOException, InterruptedException {
    Map<Long, Integer> counts = new TreeMap<>();
    JsonNode cids = rpc(chain, "StateListMessages", "[{\"To\":\"" + to + "\"},null,0]");
    for (JsonNode cid : cids) {
      JsonNode message = rpc(chain, "ChainGetMessage", "[" + cid + "]");
      counts.merge(message.path("Method").asLong(), 1, Integer::sum);
    }
    return counts;
  }

  private static JsonNode rpc(URI chain, String method, String params)
      throws IOException, InterruptedException {
    String body =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(chain)
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"Filecoin."
                                + method
                                + "\",\"params\":"
                                + params
                                + "}"))
                    .build(),
                BodyHandlers.ofString())
            .body();
    JsonNode answer = JSON.readTree(body);
    if (answer.has("error")) {
      throw new IOException(method + ": " + answer.get("error"));
    }
    return answer.path("result");
  }
}
