package io.granary.devnet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Compares one JSON-RPC response with the recorded one. */
final class Comparison {
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
    List<String> problems = new ArrayList<>(new Shapes(known).problems(result));
    if (LeftOut.FEWER_NAMES.containsKey(name)) {
      problems.removeIf(problem -> problem.contains("unknown names []"));
    }
    assertThat(problems).isEmpty();
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
