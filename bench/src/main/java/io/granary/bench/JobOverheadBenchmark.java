package io.granary.bench;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import io.granary.persistence.Persistence;
import io.granary.persistence.PersistenceSettings;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.prover.child.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long a partition's window PoSt takes through entity, journal, pool, worker and child, against
 * the same two calls (prove, verify in another process) made to children directly. The proofs are
 * of 2 KiB sectors, the shortest there are: what we add weighs most on them.
 */
final class JobOverheadBenchmark implements Benchmark {
  private static final int WARM_UP_ROUNDS = 2;
  private static final int ROUNDS = 15;

  @Override
  public String name() {
    return "job-overhead";
  }

  @Override
  public String summary() {
    return "a window PoSt job through entity, pool and child ÷ the child called directly";
  }

  @Override
  public String against() {
    return "post.window.partition and verify.window called on the child, 2 KiB sectors";
  }

  @Override
  public Goal goal() {
    return Goal.atMost(1.05);
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("granary-bench");
    report.line("starting Cassandra, sealing two sectors");
    try (EmbeddedCassandra cassandra =
            EmbeddedCassandra.start(work.resolve("cassandra"), BenchSettings.cassandra());
        Children children = new Children(BenchSettings.prover(work.resolve("direct"), 0).child())) {
      SealedPair sealed = SealedPair.seal(children, work.resolve("storage"));
      PersistenceSettings settings = BenchSettings.persistence(cassandra.contactPoint());
      ActorSystem<Void> system =
          ActorSystem.create(Behaviors.empty(), "bench", BenchSettings.cluster(settings));
      Cluster cluster = Cluster.get(system);
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
      try (DeadlineTrips trips = trips(system, settings, work, sealed)) {
        return measure(report, trips, new DirectPartition(children, sealed.storage()));
      } finally {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
      }
    } finally {
      Scratch.delete(work);
    }
  }

  private static DeadlineTrips trips(
      ActorSystem<?> system, PersistenceSettings settings, Path work, SealedPair sealed) {
    Persistence.open(system, settings);
    return new DeadlineTrips(
        system, BenchSettings.prover(work.resolve("node"), 0, sealed.storage()), sealed);
  }

  private static double measure(Report report, DeadlineTrips trips, DirectPartition direct)
      throws InterruptedException {
    report.line("%d rounds after %d to warm up", ROUNDS, WARM_UP_ROUNDS);
    Sides sides = new Sides();
    DeadlineTrips.Trip trip = trips.next();
    for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      double directSeconds;
      if (round % 2 == 0) {
        directSeconds = direct.seconds(trip.spec());
        trip = trips.next();
      } else {
        trip = trips.next();
        directSeconds = direct.seconds(trip.spec());
      }
      if (round >= WARM_UP_ROUNDS) {
        sides.add(trip.seconds(), directSeconds);
      }
    }
    return sides.ratio(report, "through the entity");
  }
}
