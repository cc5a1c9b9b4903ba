package io.granary.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.recorded.Recording;
import io.granary.protocol.recorded.Recordings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is missing, or of another type, is refused with its place; what is new is passed over. */
class StrictShapesTest {
  private static final ChainMethods METHODS = new ChainMethods(new ChainJson('t'));

  /** Members of answers that we do not read. */
  private static final Set<String> UNREAD = Set.of("ReturnDec", "GasCost", "ExecutionTrace");

  /** An object whose members are names of the node's own. */
  private static final Set<String> OPEN = Set.of("ForkUpgradeParams");

  /** The first recorded answer that is not null, of each method. */
  static Stream<Recording> oneAnswerAMethod() {
    Set<String> seen = new HashSet<>();
    return Recordings.calls().stream()
        .filter(call -> METHODS.names().contains(call.method()))
        .filter(call -> call.result().isPresent() && !call.result().get().isNull())
        .filter(call -> !call.name().startsWith("deals/"))
        .filter(call -> seen.add(call.method()));
  }

  @ParameterizedTest
  @MethodSource("oneAnswerAMethod")
  void refusesAnAnswer_whenAMemberIsMissing(Recording call) {
    forEachMember(
        call,
        false,
        (parent, name, copy, path) -> {
          parent.remove(name);
          assertRefused(call, copy, path);
        });
  }

  @ParameterizedTest
  @MethodSource("oneAnswerAMethod")
  void refusesAnAnswer_whenAMemberHasAnotherType(Recording call) {
    forEachMember(
        call,
        true,
        (parent, name, copy, path) -> {
          if (parent.get(name).isBoolean()) {
            parent.put(name, 1);
          } else {
            parent.put(name, true);
          }
          assertRefused(call, copy, path);
        });
  }

  @ParameterizedTest
  @MethodSource("oneAnswerAMethod")
  void passesOverMembersItDoesNotKnow(Recording call) {
    JsonNode recorded = call.result().orElseThrow();
    JsonNode extended = recorded.deepCopy();
    forEachObject(extended, object -> object.put("AddedByANewerNode", 1));
    JsonCodec<?> codec = METHODS.find(call.method()).orElseThrow().result();
    assertThat(codec.decode(extended)).isEqualTo(codec.decode(recorded));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1e3", "9223372036854775808", "\"1\"", "null", "true", "[1]"})
  void refusesAsInteger(String text) {
    assertThatThrownBy(() -> JsonScalars.INTEGER.decode(JsonText.parse(text)))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageStartingWith("$: ");
  }

  @Test
  void keepsEveryDigit_whenAnIntegerIsBeyondADouble() {
    JsonNode parsed = JsonText.parse("9223372036854775807");
    assertThat(JsonScalars.INTEGER.decode(parsed)).isEqualTo(Long.MAX_VALUE);
    assertThat(JsonText.write(JsonScalars.INTEGER.write(Long.MAX_VALUE)))
        .isEqualTo("9223372036854775807");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\"-\"", "\"+1\"", "\"1.5\"", "\"0x1\"", "\" 1\"", "1", "null"})
  void refusesAsAmount(String text) {
    assertThatThrownBy(() -> JsonScalars.AMOUNT.decode(JsonText.parse(text)))
        .isInstanceOf(JsonShapeException.class);
  }

  @Test
  void refusesAnAmount_whenItIsAbsurdlyLong() {
    assertThatThrownBy(
            () -> JsonScalars.AMOUNT.decode(JsonText.parse("\"" + "9".repeat(400) + "\"")))
        .isInstanceOf(JsonShapeException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]x", "[1] [2]", "{\"a\":1,\"a\":2}", "", "[1", "{a:1}", "NaN"})
  void refusesText_whenItIsNotOneValue(String text) {
    assertThatThrownBy(() -> JsonText.parse(text))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageStartingWith("$: not JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[-1]", "[1]", "[0,0]", "[0,1,1]", "[9223372036854775807,2]", "[1.5]"})
  void refusesAsBitField(String text) {
    assertThatThrownBy(() -> JsonScalars.BIT_FIELD.decode(JsonText.parse(text)))
        .isInstanceOf(JsonShapeException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"/\":\"bafy2bzace\"}", "{\"/\":1}", "\"bafy2bzace\"", "{}", "null"})
  void refusesAsCid(String text) {
    assertThatThrownBy(() -> JsonScalars.CID.decode(JsonText.parse(text)))
        .isInstanceOf(JsonShapeException.class);
  }

  @Test
  void refusesAParameterList_whenItsLengthIsWrong() {
    assertThatThrownBy(() -> METHODS.minerInfo.readParameters(JsonText.parse("[\"t01000\"]")))
        .hasMessage("$: expected 2 parameters, got 1");
    assertThatThrownBy(() -> METHODS.minerInfo.writeParameters())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 2 parameters, got 0");
  }

  @FunctionalInterface
  private interface Change {
    void on(ObjectNode parent, String name, JsonNode copy, String path);
  }

  private static void assertRefused(Recording call, JsonNode changed, String path) {
    JsonCodec<?> codec = METHODS.find(call.method()).orElseThrow().result();
    assertThatThrownBy(() -> codec.decode(changed))
        .as("%s without or with another %s", call.name(), path)
        .isInstanceOfSatisfying(
            JsonShapeException.class, e -> assertThat(e.path()).isEqualTo(path));
  }

  /** Applies {@code change} to each member of the answer, each time in a fresh copy. */
  private static void forEachMember(Recording call, boolean inOpen, Change change) {
    List<String> pointers = new ArrayList<>();
    collect(call.result().orElseThrow(), "", inOpen, pointers);
    for (String pointer : pointers) {
      JsonNode copy = call.result().orElseThrow().deepCopy();
      int slash = pointer.lastIndexOf('|');
      ObjectNode parent = (ObjectNode) at(copy, pointer.substring(0, slash));
      change.on(parent, pointer.substring(slash + 1), copy, path(pointer));
    }
  }

  /** Pointers with {@code |} before each step: CIDs have a member named by a slash. */
  private static void collect(JsonNode node, String pointer, boolean inOpen, List<String> into) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              member -> {
                String below = pointer + "|" + member.getKey();
                if (!UNREAD.contains(member.getKey())) {
                  into.add(below);
                  if (inOpen || !OPEN.contains(member.getKey())) {
                    collect(member.getValue(), below, inOpen, into);
                  }
                }
              });
    } else if (node instanceof ArrayNode array && !array.isEmpty()) {
      collect(array.get(0), pointer + "|0", inOpen, into);
    }
  }

  private static JsonNode at(JsonNode root, String pointer) {
    JsonNode node = root;
    for (String step : steps(pointer)) {
      node = node.isArray() ? node.get(Integer.parseInt(step)) : node.get(step);
    }
    return node;
  }

  private static List<String> steps(String pointer) {
    return pointer.isEmpty() ? List.of() : List.of(pointer.substring(1).split("\\|", -1));
  }

  private static String path(String pointer) {
    StringBuilder path = new StringBuilder("$");
    for (String step : steps(pointer)) {
      path.append(step.equals("0") ? "[0]" : "." + step);
    }
    return path.toString();
  }

  private static void forEachObject(JsonNode node, Consumer<ObjectNode> action) {
    for (JsonNode child : node) {
      forEachObject(child, action);
    }
    // A map of the node's own names would take the addition for one of them.
    if (node instanceof ObjectNode object && !object.has("UpgradeSmokeHeight")) {
      action.accept(object);
    }
  }
}
