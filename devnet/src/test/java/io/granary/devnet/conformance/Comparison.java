package io.granary.devnet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Compares one JSON-RPC response with the recorded one. */
final class Comparison {
  private static final Set<String> BY_ID =
      Set.of(
          "Filecoin.StateMarketDeals",
          "Filecoin.StateMarketParticipants",
          "Filecoin.StateGetAllocations",
          "Filecoin.StateGetAllAllocations",
          "Filecoin.StateGetClaims",
          "Filecoin.StateGetAllClaims");

  private Comparison() {}

  static void response(String name, JsonNode recorded, JsonNode response) {
    assertThat(response.has("error")).as("%s", response).isEqualTo(recorded.has("error"));
    if (recorded.has("error")) {
      assertThat(response.at("/error/code")).isEqualTo(recorded.at("/error/code"));
      texts(name, recorded.at("/error/message").asText(), response.at("/error/message").asText());
      return;
    }
    JsonNode result = response.get("result");
    assertThat(result.getNodeType()).isEqualTo(recorded.get("result").getNodeType());
    if (result.has("MsgRct")) {
      assertThat(result.at("/MsgRct/ExitCode"))
          .as("%s", result.get("Error"))
          .isEqualTo(recorded.at("/result/MsgRct/ExitCode"));
      texts(name, recorded.at("/result/Error").asText(), result.get("Error").asText());
    }
    shape(name, recorded, result);
  }

  private static void shape(String name, JsonNode recorded, JsonNode result) {
    String method = recorded.path("method").asText();
    List<JsonNode> known = new ArrayList<>(Recordings.resultsOf(method));
    known.add(recorded.get("result"));
    known.replaceAll(answer -> plain(method, answer));
    List<String> problems = new ArrayList<>(new Shapes(known).problems(plain(method, result)));
    if (LeftOut.FEWER_NAMES.containsKey(name)) {
      problems.removeIf(problem -> problem.contains("unknown names []"));
    }
    assertThat(problems).isEmpty();
  }

  /** Where the names of an object are ids, its values are what has a shape. */
  private static JsonNode plain(String method, JsonNode answer) {
    if (!BY_ID.contains(method)) {
      return answer;
    }
    ArrayNode values = JsonNodeFactory.instance.arrayNode();
    answer.forEach(values::add);
    return values;
  }

  private static void texts(String name, String recorded, String here) {
    if (LeftOut.TEXTS.containsKey(name)) {
      assertThat(here).isNotBlank();
      assertThat(Texts.kind(here)).isNotEqualTo(Texts.kind(recorded));
    } else {
      assertThat(Texts.kind(here)).isEqualTo(Texts.kind(recorded));
    }
  }
}
