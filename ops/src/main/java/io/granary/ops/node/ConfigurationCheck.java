package io.granary.ops.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.granary.persistence.cassandra.CassandraStartException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Names every key of a configuration that cannot stay as it is.
 *
 * <p>Unknown keys are found by comparing with the defaults, which hold every known one; a single
 * value at the top is left alone, since it may be there for others to refer to. Wrong values are
 * found by letting every module read its settings: each failure is laid to the key that makes it go
 * away when its default is put in its place, those first that the failure names, and the reading is
 * repeated so.
 */
final class ConfigurationCheck {
  private static final String ROOT = "granary";

  /** Objects whose keys are the operator's own. */
  private static final Set<String> OPEN =
      Set.of(
          "granary.persistence.replication",
          "granary.prover.child.limits",
          "granary.devnet.chain",
          "granary.devnet.profiles");

  private static final int PROBLEMS_MAX = 50;

  private final Config defaults;
  private final Consumer<Config> reading;
  private final List<String> problems = new ArrayList<>();
  private Config current;

  private ConfigurationCheck(Config config, Config defaults, Consumer<Config> reading) {
    this.current = config;
    this.defaults = defaults;
    this.reading = reading;
  }

  /**
   * What is wrong with {@code config}, a line each; empty when nothing is.
   *
   * @param defaults what {@code config} is without the operator's file
   * @param reading reads every setting, and fails at the first wrong one
   */
  static List<String> problems(Config config, Config defaults, Consumer<Config> reading) {
    ConfigurationCheck check = new ConfigurationCheck(config, defaults, reading);
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(config.root()).entrySet()) {
      if (!defaults.root().containsKey(entry.getKey())
          && entry.getValue() instanceof ConfigObject) {
        check.report(entry.getKey(), entry.getValue(), "unknown key");
      }
    }
    check.compare(ROOT, config.getObject(ROOT), defaults.getObject(ROOT));
    check.read();
    return check.problems;
  }

  private void compare(String path, ConfigObject own, ConfigObject known) {
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(own).entrySet()) {
      String key = path + "." + ConfigUtil.joinPath(entry.getKey());
      ConfigValue value = entry.getValue();
      ConfigValue reference = known.get(entry.getKey());
      if (reference == null) {
        report(key, value, "unknown key");
        current = current.withoutPath(key);
      } else if (value instanceof ConfigObject object && reference instanceof ConfigObject other) {
        if (!OPEN.contains(key)) {
          compare(key, object, other);
        }
      } else if (value instanceof ConfigObject != reference instanceof ConfigObject) {
        report(key, value, "expected " + reference.valueType() + ", got " + value.valueType());
        current = current.withValue(key, reference);
      } else if (value instanceof ConfigList list && reference instanceof ConfigList others) {
        compareItems(key, list, others);
      }
    }
  }

  /** Objects in a list have the keys that the objects of the default list have. */
  private void compareItems(String key, ConfigList own, ConfigList known) {
    Set<String> names = new HashSet<>();
    known.forEach(item -> names.addAll(item instanceof ConfigObject o ? o.keySet() : Set.of()));
    for (ConfigValue item : own) {
      if (item instanceof ConfigObject object && !names.isEmpty()) {
        object.forEach(
            (name, value) -> {
              if (!names.contains(name)) {
                report(key + "." + name, value, "unknown key");
              }
            });
      }
    }
  }

  private void read() {
    Optional<String> failure = failure(current);
    while (failure.isPresent() && problems.size() < PROBLEMS_MAX) {
      String message = failure.get();
      Optional<String> culprit =
          changed().stream()
              .sorted(Comparator.comparingInt(key -> distance(key, message)))
              .filter(key -> !failure(restored(key)).equals(Optional.of(message)))
              .findFirst();
      if (culprit.isEmpty()) {
        problems.add(message);
        return;
      }
      String key = culprit.get();
      report(key, current.getValue(key), reason(key, message));
      current = restored(key);
      failure = failure(current);
    }
  }

  /**
   * How many of the key's first names {@code message} leaves out where it names the key: a switch
   * that turns a whole part off would else be taken for the culprit of all that the part reads.
   */
  private static int distance(String key, String message) {
    int left = 0;
    for (String rest = key; !message.contains(rest); left++) {
      int dot = rest.indexOf('.');
      if (dot < 0) {
        return Integer.MAX_VALUE;
      }
      rest = rest.substring(dot + 1);
    }
    return left;
  }

  private Optional<String> failure(Config config) {
    try {
      reading.accept(config);
      return Optional.empty();
    } catch (ConfigException
        | IllegalArgumentException
        | ArithmeticException
        | ConfigurationException
        | CassandraStartException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** The keys whose values are not the defaults'. */
  private List<String> changed() {
    List<String> keys = new ArrayList<>();
    for (Map.Entry<String, ConfigValue> entry : current.getConfig(ROOT).entrySet()) {
      String key = ROOT + "." + entry.getKey();
      if (!defaults.hasPath(key) || !defaults.getValue(key).equals(entry.getValue())) {
        keys.add(key);
      }
    }
    keys.sort(null);
    return keys;
  }

  private Config restored(String key) {
    return defaults.hasPath(key)
        ? current.withValue(key, defaults.getValue(key))
        : current.withoutPath(key);
  }

  private void report(String key, ConfigValue value, String reason) {
    ConfigOrigin origin = value.origin();
    String line = origin.lineNumber() > 0 ? " (line " + origin.lineNumber() + ")" : "";
    problems.add(key + line + ": " + reason);
  }

  /** What {@code message} says beside the key and its place, which stand in front already. */
  private static String reason(String key, String message) {
    String last = key.substring(key.lastIndexOf('.') + 1);
    int type = message.indexOf(" has type ");
    if (type >= 0) {
      return message.substring(type + 1);
    }
    int quoted = message.indexOf("': ", Math.max(0, message.indexOf("Invalid value at '")));
    if (message.contains("Invalid value at '") && quoted >= 0) {
      return message.substring(quoted + 3);
    }
    int own = message.indexOf(last + ": ");
    return own < 0 ? message : message.substring(own + last.length() + 2);
  }
}
