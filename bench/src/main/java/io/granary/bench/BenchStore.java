package io.granary.bench;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import io.granary.persistence.Persistence;
import io.granary.persistence.PersistenceSettings;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Cassandra of a benchmark's own and an actor system on it; nothing of them stays. */
final class BenchStore implements AutoCloseable {
  private final Path work;
  private final EmbeddedCassandra cassandra;
  private final PersistenceSettings settings;
  private final Config config;
  private final ActorSystem<Void> system;

  private BenchStore(Path work, EmbeddedCassandra cassandra) {
    this.work = work;
    this.cassandra = cassandra;
    this.settings = BenchSettings.persistence(cassandra.contactPoint());
    this.config = BenchSettings.journal(settings);
    this.system = ActorSystem.create(Behaviors.empty(), "bench", config);
  }

  static BenchStore start(Report report) throws IOException {
    Path work = Files.createTempDirectory("granary-bench");
    report.line("starting Cassandra");
    try {
      return new BenchStore(work, EmbeddedCassandra.start(work, BenchSettings.cassandra()));
    } catch (RuntimeException e) {
      Scratch.delete(work);
      throw e;
    }
  }

  ActorSystem<Void> system() {
    return system;
  }

  /** What the actor system was made of. */
  Config config() {
    return config;
  }

  /** Opens it; once. */
  Persistence open() {
    return Persistence.open(system, settings);
  }

  @Override
  public void close() throws IOException {
    try (cassandra) {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    } finally {
      Scratch.delete(work);
    }
  }
}
