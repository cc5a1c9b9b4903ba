package io.granary.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.persistence.PersistenceSettings;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.cassandra.EmbeddedCassandraSettings;
import io.granary.prover.ProverWorkersSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The modules' own settings, with what a benchmark must decide itself. */
final class BenchSettings {
  private BenchSettings() {}

  /**
   * The provers' settings.
   *
   * @param work where their children have their working directories
   * @param threads of each child; 0 for as many as there are processors
   * @param storage paths to attach
   */
  static ProverWorkersSettings prover(Path work, int threads, Path... storage) {
    return ProverWorkersSettings.from(
        ConfigFactory.parseMap(
                Map.of(
                    "granary.prover.child.threads",
                    threads,
                    "granary.prover.child.log-level",
                    "warn",
                    "granary.prover.child.work-directory",
                    work.toString(),
                    "granary.prover.storage.reserved",
                    "0",
                    "granary.prover.storage.paths",
                    Stream.of(storage).map(Path::toString).toList()))
            .withFallback(ConfigFactory.load())
            .resolve());
  }

  /** The store's child: durable as Cassandra is by default, so that the disk is not measured. */
  static EmbeddedCassandraSettings cassandra() {
    return EmbeddedCassandraSettings.from(
        ConfigFactory.parseMap(
                Map.of(
                    "granary.persistence.embedded-cassandra.durability", "each-second",
                    "granary.persistence.embedded-cassandra.heap", "1 GiB"))
            .withFallback(ConfigFactory.load()));
  }

  /** A process's settings for that store. */
  static PersistenceSettings persistence(InetSocketAddress contactPoint) {
    return PersistenceSettings.from(ConfigFactory.load())
        .embedded(contactPoint, EmbeddedCassandra.DATA_CENTER);
  }

  /** The configuration of an actor system on that store, with the bare entities' codec. */
  static Config journal(PersistenceSettings settings) {
    Config modules = ConfigFactory.load();
    List<String> codecs = new ArrayList<>(modules.getStringList("granary.persistence.codecs"));
    codecs.add(BareEventCodec.class.getName());
    return settings.akkaConfig(
        ConfigFactory.parseMap(
                Map.of(
                    "granary.persistence.codecs",
                    codecs,
                    "akka.actor.provider",
                    "local",
                    "akka.loglevel",
                    "WARNING",
                    "akka.loggers",
                    List.of("akka.event.slf4j.Slf4jLogger")))
            .withFallback(modules));
  }

  /** The configuration of an actor system that keeps nothing it persists. */
  static Config withoutStore() {
    return ConfigFactory.parseMap(
            Map.of(
                "akka.persistence.journal.plugin",
                "granary.bench.null-journal",
                "akka.persistence.snapshot-store.plugin",
                "granary.bench.null-snapshots",
                "granary.bench.null-snapshots.class",
                NullSnapshots.class.getName(),
                "granary.bench.null-snapshots.plugin-dispatcher",
                "akka.actor.default-dispatcher",
                "granary.bench.null-journal.class",
                NullJournal.class.getName(),
                "granary.bench.null-journal.plugin-dispatcher",
                "akka.actor.default-dispatcher"))
        .withFallback(journal(PersistenceSettings.from(ConfigFactory.load())));
  }

  /** The configuration of a node of a pool, which needs no store. */
  static Config pool() {
    return ConfigFactory.parseMap(
            Map.of(
                "akka.actor.provider",
                "cluster",
                "akka.actor.allow-java-serialization",
                "off",
                "akka.cluster.downing-provider-class",
                "akka.cluster.sbr.SplitBrainResolverProvider",
                "akka.cluster.jmx.multi-mbeans-in-same-jvm",
                "on",
                "akka.coordinated-shutdown.exit-jvm",
                "off",
                "akka.remote.artery.canonical.hostname",
                "127.0.0.1",
                "akka.remote.artery.canonical.port",
                0,
                "akka.loglevel",
                "WARNING",
                "akka.loggers",
                List.of("akka.event.slf4j.Slf4jLogger")))
        .withFallback(ConfigFactory.load());
  }

  /** As {@link #journal}, for a cluster of one node. */
  static Config cluster(PersistenceSettings settings) {
    return ConfigFactory.parseMap(
            Map.of(
                "akka.actor.provider",
                "cluster",
                "akka.remote.artery.canonical.hostname",
                "127.0.0.1",
                "akka.remote.artery.canonical.port",
                0))
        .withFallback(journal(settings));
  }
}
