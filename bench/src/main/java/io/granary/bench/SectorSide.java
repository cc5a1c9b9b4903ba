package io.granary.bench;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.sector.SectorObservation;
import io.granary.sharding.sector.SectorCommand;
import io.granary.sharding.sector.SectorEntity;
import io.granary.sharding.sector.SectorReply;
import io.granary.sharding.sector.SectorSettings;
import io.granary.sharding.sector.SectorWorld;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sectors as the product has them, at rest in proving; found faulty and found recovered by turns.
 * Each of these commands is one event, one row of the read model, and a look at the world.
 */
final class SectorSide implements PersistSide {
  private static final long MINER = 1000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ActorSystem<?> system;
  private final List<ActorRef<SectorCommand>> sectors = new ArrayList<>();

  /** Writes the sectors' lives so far, then wakes them; blocks. */
  SectorSide(ActorSystem<?> system, int count, SectorSummaries summaries, SectorSettings settings) {
    this.system = system;
    SilentWorld silent = new SilentWorld();
    SectorWorld world =
        new SectorWorld(
            SilentWorld.unreachableChain(),
            silent,
            silent,
            silent,
            silent,
            summaries,
            silent,
            InstantSource.system(),
            "bench");
    List<CompletableFuture<Done>> seeded = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      seeded.add(seed(SectorId.of(MINER, i)));
    }
    seeded.forEach(CompletableFuture::join);
    for (int i = 0; i < count; i++) {
      SectorId id = SectorId.of(MINER, i);
      sectors.add(
          PersistSide.spawn(
              system,
              SectorEntity.create(id.toString(), world, NetworkPolicy.MAINNET, settings),
              "sector-" + i));
    }
  }

  private CompletableFuture<Done> seed(SectorId id) {
    ActorRef<SeedEntity.Seed> entity =
        PersistSide.spawn(
            system,
            SeedEntity.create(SectorEntity.persistenceId(id)),
            "seed-" + id.number().value());
    return AskPattern.<SeedEntity.Seed, Done>ask(
            entity,
            replyTo -> new SeedEntity.Seed(SectorLife.toProving(id), replyTo),
            PATIENCE,
            system.scheduler())
        .toCompletableFuture();
  }

  @Override
  public int entities() {
    return sectors.size();
  }

  /**
   * An observation has no answer. A retry is refused by a sector that is not parked, and the
   * refusal comes when the observation's event is persisted.
   */
  @Override
  public void drive(int index, Window window, String name) {
    PersistSide.spawn(system, window.driver(new Turns(sectors.get(index))::next), name);
  }

  /** Faulty and recovered by turns. Used by one driver. */
  private static final class Turns {
    private final ActorRef<SectorCommand> sector;
    private long epoch = 3000;
    private boolean faulty;

    Turns(ActorRef<SectorCommand> sector) {
      this.sector = sector;
    }

    void next(ActorRef<SectorReply> replyTo) {
      epoch++;
      faulty = !faulty;
      sector.tell(
          new SectorCommand.Observe(
              faulty
                  ? new SectorObservation.FoundFaulty("cannot be read", new Epoch(epoch))
                  : new SectorObservation.Recovered(new Epoch(epoch))));
      sector.tell(new SectorCommand.Retry(replyTo));
    }
  }
}
