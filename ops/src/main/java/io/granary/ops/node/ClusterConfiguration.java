package io.granary.ops.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Akka is told of the cluster: where this node is, what it does, and whom it joins. */
final class ClusterConfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterConfiguration.class);

  /** How long a seed node is waited for by a node whose port nobody can name. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private ClusterConfiguration() {}

  /** Looks at the seed nodes first, which takes as long as {@link SeedPlan} says. */
  static Config of(NodeSettings settings) {
    SeedPlan plan =
        settings.clusterPort() == 0
            ? new SeedPlan(settings.seedNodes(), PATIENCE)
            : SeedPlan.of(settings.self(), settings.seedNodes(), SeedPlan::connect);
    if (settings.seedNodes().indexOf(settings.self()) == 0 && !plan.mayForm(settings.self())) {
      LOG.warn(
          "no majority of the seed nodes {} can be accounted for: this node joins others, and forms"
              + " no cluster",
          settings.seedNodes());
    }
    return ConfigFactory.parseMap(
        Map.of(
            "akka.remote.artery.canonical.hostname",
            settings.clusterHost(),
            "akka.remote.artery.canonical.port",
            settings.clusterPort(),
            "akka.cluster.roles",
            List.copyOf(settings.roles()),
            "akka.cluster.seed-nodes",
            plan.seeds().stream().map(seed -> "akka://granary@" + seed).toList(),
            "akka.cluster.seed-node-timeout",
            plan.patience().toMillis() + "ms"));
  }
}
