package io.granary.devnet.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The shape of all answers recorded for one method: at each path the JSON types seen and, for
 * objects, the names. An answer fits when it has no other type and no other names anywhere.
 */
final class Shapes {
  /** Names that were null in some recording: the same Go field can be null in all answers. */
  private static final Set<String> NULLABLE = nullNames();

  private final Map<String, Set<JsonNodeType>> types = new HashMap<>();
  private final Map<String, Set<String>> names = new HashMap<>();
  private final Map<String, Set<String>> always = new HashMap<>();

  Shapes(Collection<JsonNode> answers) {
    answers.forEach(answer -> learn("$", answer));
  }

  private void learn(String path, JsonNode node) {
    types.computeIfAbsent(path, p -> new HashSet<>()).add(node.getNodeType());
    if (node.isObject()) {
      Set<String> here = new TreeSet<>();
      node.fieldNames().forEachRemaining(here::add);
      names.computeIfAbsent(path, p -> new TreeSet<>()).addAll(here);
      always.computeIfAbsent(path, p -> new TreeSet<>(here)).retainAll(here);
      here.forEach(name -> learn(path + "." + name, node.get(name)));
    }
    node.elements().forEachRemaining(element -> learnElement(path, node, element));
  }

  private void learnElement(String path, JsonNode parent, JsonNode element) {
    if (parent.isArray()) {
      learn(path + "[]", element);
    }
  }

  /** What in {@code answer} was never seen, one line each; empty when it fits. */
  List<String> problems(JsonNode answer) {
    List<String> problems = new ArrayList<>();
    check("$", answer, problems);
    return problems;
  }

  private void check(String path, JsonNode node, List<String> problems) {
    Set<JsonNodeType> seen = types.get(path);
    if (seen == null) {
      return; // the recorded lists were empty here: nothing is known of their elements
    }
    boolean nullable = node.isNull() && NULLABLE.contains(lastName(path));
    if (!seen.contains(node.getNodeType()) && !nullable) {
      problems.add(path + ": recorded " + seen + ", here " + node.getNodeType());
      return;
    }
    if (node.isObject()) {
      checkNames(path, node, problems);
      node.fieldNames()
          .forEachRemaining(name -> check(path + "." + name, node.get(name), problems));
    } else if (node.isArray()) {
      node.forEach(element -> check(path + "[]", element, problems));
    }
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static Set<String> nullNames() {
    Set<String> names = new HashSet<>();
    Recordings.all().values().forEach(recording -> collectNulls(recording, names));
    return names;
  }

  private static void collectNulls(JsonNode node, Set<String> names) {
    node.properties()
        .forEach(
            member -> {
              if (member.getValue().isNull()) {
                names.add(member.getKey());
              }
            });
    node.elements().forEachRemaining(element -> collectNulls(element, names));
  }

  private void checkNames(String path, JsonNode node, List<String> problems) {
    Set<String> here = new TreeSet<>();
    node.fieldNames().forEachRemaining(here::add);
    Set<String> unknown = new TreeSet<>(here);
    unknown.removeAll(names.getOrDefault(path, Set.of()));
    Set<String> missing = new TreeSet<>(always.getOrDefault(path, Set.of()));
    missing.removeAll(here);
    if (!unknown.isEmpty() || !missing.isEmpty()) {
      problems.add(path + ": unknown names " + unknown + ", missing names " + missing);
    }
  }
}
