package io.granary.ops.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A node's configuration: its file over the modules' defaults. */
public final class NodeConfiguration {
  private NodeConfiguration() {}

  /**
   * Loads {@code file} over every module's {@code reference.conf}.
   *
   * @throws ConfigurationException naming file, line or key that cannot be used
   */
  public static Config load(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new ConfigurationException("configuration: " + file + " is no readable file");
    }
    try {
      return ConfigFactory.load(
          ConfigFactory.parseFile(file.toFile(), mustExist()).withFallback(ours()));
    } catch (ConfigException e) {
      throw new ConfigurationException("configuration: " + e.getMessage(), e);
    }
  }

  /** What {@link #load} gives for an empty file. */
  static Config defaults() {
    return ConfigFactory.load(ours());
  }

  private static Config ours() {
    return ConfigFactory.parseResources("granary-akka.conf", mustExist());
  }

  private static ConfigParseOptions mustExist() {
    return ConfigParseOptions.defaults().setAllowMissing(false);
  }

  /** The file of a node alone with every role, on a devnet. */
  public static String text(
      Path data,
      int managementPort,
      int clusterPort,
      String contactPoint,
      URI chainUrl,
      Path tokenFile) {
    return String.join(
        "\n",
        "granary.node {",
        "  name = node-1",
        "  data-directory = " + quoted(data.toString()),
        "  network = devnet",
        "  management.port = " + managementPort,
        "  cluster.port = " + clusterPort,
        "}",
        "granary.persistence {",
        "  contact-points = [" + quoted(contactPoint) + "]",
        "  create-schema = on",
        "}",
        "granary.network-bridge.chain {",
        "  nodes = [{ url = "
            + quoted(chainUrl.toString())
            + ", token-file = "
            + quoted(tokenFile.toString())
            + " }]",
        "  address-prefix = t",
        "}",
        "granary.prover.child.work-directory = " + quoted(data.resolve("prover").toString()),
        "granary.prover.storage.paths = [" + quoted(data.resolve("storage").toString()) + "]",
        "");
  }

  /** {@code text} as a HOCON string. */
  public static String quoted(String text) {
    return ConfigUtil.quoteString(text);
  }
}
