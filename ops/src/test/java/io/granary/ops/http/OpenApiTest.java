package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.stage.DealDrafts;
import io.granary.ops.stage.Http;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.ServedPieces;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The description and the table of endpoints say the same, and answers are as described. */
@ExtendWith(StageExtension.class)
class OpenApiTest {
  private static final JsonNode DOCUMENT = OpenApi.document();

  private static final Bytes ONES = Bytes.fromHex("11".repeat(32));

  private ManagementStage stage;
  private Http http;

  @BeforeEach
  void take(ManagementStage given) {
    stage = given;
    http = new Http(given);
  }

  /** What can be told of an operation from both sides. */
  private record Shape(Set<String> query, Set<String> fields) {}

  @Test
  void describesEveryEndpoint_andNoOther() {
    Map<String, Shape> described = new TreeMap<>();
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation ->
                            described.put(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                shape(operation.getValue()))));
    Map<String, Shape> served = new TreeMap<>();
    stage
        .managementApi()
        .endpoints()
        .forEach(e -> served.put(e.method() + " " + e.path(), new Shape(e.query(), e.fields())));
    assertThat(described).isEqualTo(served);
  }

  private static Shape shape(JsonNode operation) {
    Set<String> query = new HashSet<>();
    operation
        .path("parameters")
        .forEach(
            parameter -> {
              if (parameter.path("in").asText().equals("query")) {
                query.add(parameter.path("name").asText());
              }
            });
    Set<String> fields = new HashSet<>();
    operation
        .at("/requestBody/content/application~1json/schema/properties")
        .fieldNames()
        .forEachRemaining(fields::add);
    return new Shape(query, fields);
  }

  @Test
  void namesEverySegmentInBraces() {
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .forEach(
                        operation -> {
                          List<String> names = new ArrayList<>();
                          operation
                              .path("parameters")
                              .forEach(
                                  p -> {
                                    if (p.path("in").asText().equals("path")) {
                                      names.add("{" + p.path("name").asText() + "}");
                                    }
                                  });
                          assertThat(List.of(path.getKey().split("/")))
                              .filteredOn(segment -> segment.startsWith("{"))
                              .containsExactlyInAnyOrderElementsOf(names);
                        }));
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    assertThat(DOCUMENT.findValuesAsText("$ref"))
        .isNotEmpty()
        .allSatisfy(ref -> assertThat(DOCUMENT.at(ref.substring(1)).isObject()).as(ref).isTrue());
  }

  @Test
  void isServed() {
    assertThat(http.get("/v1/openapi.json").json(200)).isEqualTo(DOCUMENT);
  }

  @Test
  void answersAreAsDescribed() {
    SectorId sector = stage.order();
    stage.awaitState(sector, "Proving");
    Map<String, String> examples =
        Map.of(
            "{miner}", sector.miner().toString(),
            "{number}", sector.number().toString(),
            "{deadline}", "0",
            "{piece}", Cid.commP(ServedPieces.KEPT).toString(),
            "{deal}",
                stage
                    .propose(new DealDrafts(stage).offline("openapi", new Commitment(ONES)))
                    .toString());
    int checked = 0;
    for (Endpoint endpoint : stage.managementApi().endpoints()) {
      if (endpoint.method().equals("GET")) {
        String path = endpoint.path();
        for (Map.Entry<String, String> example : examples.entrySet()) {
          path = path.replace(example.getKey(), example.getValue());
        }
        assertThat(problems(endpoint, http.get(path).json(200))).as(path).isEmpty();
        checked++;
      }
    }
    assertThat(checked).isGreaterThanOrEqualTo(9);
  }

  @Test
  void checkFindsWhatIsNotAsDescribed() {
    Endpoint list =
        stage.managementApi().endpoints().stream()
            .filter(e -> e.path().equals("/v1/sectors"))
            .findFirst()
            .orElseThrow();
    assertThat(problems(list, DOCUMENT)).isNotEmpty();
  }

  private static List<String> problems(Endpoint endpoint, JsonNode answer) {
    JsonNode schema =
        DOCUMENT
            .path("paths")
            .path(endpoint.path())
            .path(endpoint.method().toLowerCase(Locale.ROOT))
            .at("/responses/200/content/application~1json/schema");
    List<String> problems = new ArrayList<>();
    check(schema, answer, "", problems);
    return problems;
  }

  /** Enough of JSON Schema for what the document uses; an object may have no other fields. */
  private static void check(JsonNode given, JsonNode value, String at, List<String> problems) {
    JsonNode schema =
        given.has("$ref") ? DOCUMENT.at(given.path("$ref").asText().substring(1)) : given;
    switch (schema.path("type").asText()) {
      case "object" -> checkObject(schema, value, at, problems);
      case "array" -> {
        require(value.isArray(), at, "array", problems);
        value.forEach(item -> check(schema.path("items"), item, at + "/[]", problems));
      }
      case "integer" -> require(value.isIntegralNumber(), at, "integer", problems);
      case "boolean" -> require(value.isBoolean(), at, "boolean", problems);
      case "string" -> require(value.isTextual(), at, "string", problems);
      default -> require(value.isValueNode() && !value.isFloat(), at, "a value", problems);
    }
  }

  private static void checkObject(
      JsonNode schema, JsonNode value, String at, List<String> problems) {
    require(value.isObject(), at, "object", problems);
    schema
        .path("required")
        .forEach(name -> require(value.has(name.asText()), at, name.asText(), problems));
    JsonNode others = schema.path("additionalProperties");
    value
        .properties()
        .forEach(
            field -> {
              JsonNode known = schema.path("properties").path(field.getKey());
              if (!known.isMissingNode()) {
                check(known, field.getValue(), at + "/" + field.getKey(), problems);
              } else if (others.isObject()) {
                check(others, field.getValue(), at + "/" + field.getKey(), problems);
              } else {
                require(
                    schema.path("properties").isMissingNode(),
                    at,
                    "no field " + field.getKey(),
                    problems);
              }
            });
  }

  private static void require(boolean holds, String at, String what, List<String> problems) {
    if (!holds) {
      problems.add((at.isEmpty() ? "/" : at) + ": expected " + what);
    }
  }
}
