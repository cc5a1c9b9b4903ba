package io.granary.devnet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.granary.devnet.RpcClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** ChainNotify, whose recordings are frames instead of an answer. */
final class NotifyStage {
  private NotifyStage() {}

  /** Subscribes twice: once with plain growth and a cancel, once with a re-org two deep. */
  static void subscribe(Provider provider) throws Exception {
    ArrayNode plain = RpcClient.JSON.createArrayNode();
    ArrayNode reorg = RpcClient.JSON.createArrayNode();
    try (RpcClient.Socket socket = provider.client.open()) {
      socket.send(RpcClient.request("Filecoin.ChainNotify"));
      plain.add(socket.next());
      plain.add(socket.next());
      provider.blocks(2);
      plain.add(socket.next());
      plain.add(socket.next());
      socket.send("{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.cancel\",\"params\":[1]}");
      plain.add(socket.next());
    }
    try (RpcClient.Socket socket = provider.client.open()) {
      socket.send(RpcClient.request("Filecoin.ChainNotify"));
      reorg.add(socket.next());
      reorg.add(socket.next());
      provider.devnet.reorg(2, false);
      reorg.add(socket.next());
      socket.send("{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.cancel\",\"params\":[1]}");
      reorg.add(socket.next());
    }
    provider.keep("ChainNotify", new Answer(200, plain));
    provider.keep("ChainNotify--reorg", new Answer(200, reorg));
  }

  /** The frames must be of the recorded kinds, and their tipsets of the recorded shape. */
  static void compare(JsonNode recorded, JsonNode frames) {
    List<JsonNode> theirs = new ArrayList<>();
    for (JsonNode frame : recorded.get("frames")) {
      if (frame.path("dir").asText().startsWith("node->client")
          && frame.path("text").asText().startsWith("{")) {
        theirs.add(parse(frame.get("text").asText()));
      }
    }
    List<JsonNode> ours = new ArrayList<>();
    frames.forEach(ours::add);
    assertThat(kinds(theirs)).containsAll(kinds(ours));
    assertThat(kinds(ours)).containsAll(kinds(theirs));
    Shapes changes = new Shapes(changes(theirs));
    for (JsonNode change : changes(ours)) {
      assertThat(changes.problems(change)).isEmpty();
    }
  }

  /** What frames are: answers with an integer, values with the types of their entries, ends. */
  private static Set<String> kinds(List<JsonNode> frames) {
    Set<String> kinds = new LinkedHashSet<>();
    for (JsonNode frame : frames) {
      if (frame.has("method")) {
        Set<String> types = new LinkedHashSet<>();
        frame.at("/params/1").forEach(entry -> types.add(entry.path("Type").asText()));
        kinds.add(frame.get("method").asText() + " " + types);
      } else if (frame.path("result").isIntegralNumber()) {
        kinds.add("channel id");
      }
    }
    // A re-org may come in one frame or in several (chain.md 2.2).
    if (kinds.remove("xrpc.ch.val [revert, apply]")) {
      kinds.add("xrpc.ch.val [revert]");
      kinds.add("xrpc.ch.val [apply]");
    }
    return kinds;
  }

  private static List<JsonNode> changes(List<JsonNode> frames) {
    List<JsonNode> changes = new ArrayList<>();
    frames.forEach(frame -> frame.at("/params/1").forEach(changes::add));
    return changes;
  }

  private static JsonNode parse(String text) {
    try {
      return RpcClient.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
