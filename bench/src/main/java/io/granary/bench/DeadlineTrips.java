package io.granary.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.port.JobPool;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.node.ProverNode;
import io.granary.sharding.deadline.DeadlineCommand;
import io.granary.sharding.deadline.DeadlineEntity;
import io.granary.sharding.deadline.DeadlinePorts;
import io.granary.sharding.deadline.DeadlineReply;
import io.granary.sharding.deadline.DeadlineSettings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One proving deadline as the product has it, over the product's pool and worker, taken through one
 * proving period after another. A trip begins when the vanilla proofs are reported to the entity,
 * which persists them, persists the intent to prove and asks the pool; it ends when the proof is
 * persisted. Used by one thread.
 */
final class DeadlineTrips implements AutoCloseable {
  private static final long PERIOD = 1000;
  private static final long WINDOW = 60;
  private static final long LOOKBACK = 20;
  private static final long PATIENCE_SECONDS = 300;
  private static final DeadlineSettings SETTINGS =
      new DeadlineSettings(
          1,
          1,
          1,
          1,
          new DeadlineSettings.Batching(1, 0, 0),
          DeadlineSettings.Rehearsing.OFF,
          1,
          0);

  /**
   * One trip.
   *
   * @param spec what was proven
   */
  record Trip(double seconds, JobSpec.WindowPoStSnark spec) {}

  private final MinerConfig config;
  private final ProverNode node;
  private final ActorRef<DeadlineCommand> deadline;
  private final BlockingQueue<Long> persisted = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> begun = new LinkedBlockingQueue<>();
  private final BlockingQueue<JobSpec.WindowPoStSnark> asked = new LinkedBlockingQueue<>();
  private final CompletableFuture<ActorRef<DeadlineReply>> answers = new CompletableFuture<>();
  private final CompletableFuture<ActorRef<DeadlineCommand>> recipient = new CompletableFuture<>();
  private long period;

  DeadlineTrips(ActorSystem<?> system, ProverWorkersSettings settings, SealedPair sealed) {
    Address anybody = Address.ofId(SealedPair.MINER);
    config =
        new MinerConfig(
            SealedPair.MINER,
            anybody,
            anybody,
            anybody,
            SealedPair.SIZE,
            SealedPair.SIZE.windowPoStV1_1(),
            new ProvingGrid(new Epoch(0), 1, PERIOD, WINDOW, LOOKBACK, LOOKBACK + 1));
    node = ProverNode.start(system, settings, this::deliver, true);
    answers.complete(PersistSide.spawn(system, listener(), "answers"));
    deadline =
        PersistSide.spawn(
            system,
            DeadlineEntity.create(
                SealedPair.MINER,
                0,
                new DeadlinePorts(
                    ScriptedChain.of(sealed.replicas()),
                    new WatchedPool(node.jobPool()),
                    new SilentWorld(),
                    new SilentWorld.Sectors(),
                    InstantSource.system(),
                    "bench"),
                SETTINGS),
            "deadline");
    recipient.complete(deadline);
  }

  /** Hears the answer to the question that follows a proof: the proof is persisted then. */
  private Behavior<DeadlineReply> listener() {
    return Behaviors.receiveMessage(
        reply -> {
          persisted.add(System.nanoTime());
          return Behaviors.same();
        });
  }

  /** On any thread. */
  private void deliver(Recipient to, JobReport report) {
    ActorRef<DeadlineCommand> entity = recipient.join();
    if (isDone(report, JobOutput.VanillaProofs.class)) {
      begun.add(System.nanoTime());
    }
    entity.tell(new DeadlineCommand.JobReported(report));
    if (isDone(report, JobOutput.WindowPoStDone.class)) {
      entity.tell(new DeadlineCommand.Describe(answers.join()));
    }
  }

  private static boolean isDone(JobReport report, Class<? extends JobOutput> output) {
    return report instanceof JobReport.Succeeded done && output.isInstance(done.output());
  }

  /**
   * Takes the deadline through one period, up to its proof.
   *
   * @throws IllegalStateException when no proof comes
   */
  Trip next() throws InterruptedException {
    period++;
    asked.clear();
    Epoch start = new Epoch(period * PERIOD);
    tell(start.minus(LOOKBACK).plus(1));
    Long end = persisted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    Long begin = begun.poll();
    JobSpec.WindowPoStSnark spec = asked.poll();
    if (end == null || begin == null || spec == null) {
      throw new IllegalStateException("period " + period + " brought no proof");
    }
    tell(start.plus(WINDOW + 1));
    return new Trip((end - begin) / 1e9, spec);
  }

  private void tell(Epoch epoch) {
    deadline.tell(
        new DeadlineCommand.HeadSeen(
            config, new Tick(epoch, TipSetKey.HEAD, Instant.ofEpochSecond(epoch.value()))));
  }

  @Override
  public void close() {
    node.close();
  }

  /** Passes requests on and remembers what was to be proven. */
  private final class WatchedPool implements JobPool {
    private final JobPool pool;

    WatchedPool(JobPool pool) {
      this.pool = pool;
    }

    @Override
    public void request(JobRequest request) {
      if (request.spec() instanceof JobSpec.WindowPoStSnark snark) {
        asked.add(snark);
      }
      pool.request(request);
    }

    @Override
    public void cancel(JobId id, long attempt) {
      pool.cancel(id, attempt);
    }
  }
}
