package io.granary.sharding.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineFixtures;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.miner.MinerFixtures;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.Sectors;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessageReport;
import io.granary.sharding.chain.ProvingChain;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Deadline 1 of a miner on a chain in memory; pool, sender and sectors are the test's hands. */
final class DeadlineStage {
  private static final int ROUNDS = 20;
  private static final AtomicLong MINERS = new AtomicLong(5000);
  private static final long INDEX = 1;
  static final DeadlineSettings SETTINGS =
      settings(new DeadlineSettings.Batching(3, 3, 5), DeadlineSettings.Rehearsing.OFF);

  final ProvingChain chain;
  final List<JobRequest> asked = Collections.synchronizedList(new ArrayList<>());
  final List<JobId> cancelled = Collections.synchronizedList(new ArrayList<>());
  final List<MessageIntent> submitted = Collections.synchronizedList(new ArrayList<>());
  final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());

  /** Whether it has died, though its actor may run on for a moment: nobody hears it any more. */
  volatile boolean dead;

  private final ActorTestKit kit;
  private final PersistenceTestKit journal;
  private final MinerConfig config;
  private final DeadlineSettings settings;
  private ActorRef<DeadlineCommand> deadline;

  /** What a sector was told. */
  record Seen(long sector, SectorObservation observation) {}

  static DeadlineSettings settings(
      DeadlineSettings.Batching batching, DeadlineSettings.Rehearsing rehearsing) {
    return new DeadlineSettings(1, 10, 1, 5, batching, rehearsing, 2, 0);
  }

  /** Actors with a journal in memory. */
  static ActorTestKit kit() {
    return ActorTestKit.create(
        PersistenceTestKitPlugin.getInstance()
            .config()
            .withFallback(PersistenceTestKitSnapshotPlugin.config())
            .withFallback(
                ConfigFactory.parseString(
                    "akka.persistence.testkit { events.serialize = off, snapshots.serialize ="
                        + " off }"))
            .withFallback(ConfigFactory.load()));
  }

  /** A miner that no other test has, on {@code grid}. */
  static MinerConfig miner(ProvingGrid grid) {
    MinerConfig like = MinerFixtures.config();
    return new MinerConfig(
        new ActorId(MINERS.incrementAndGet()),
        like.owner(),
        like.worker(),
        like.workerKey(),
        like.sectorSize(),
        like.windowPoStProof(),
        grid);
  }

  DeadlineStage(ActorTestKit kit, MinerConfig config) {
    this(kit, config, SETTINGS);
  }

  DeadlineStage(ActorTestKit kit, MinerConfig config, DeadlineSettings settings) {
    this.settings = settings;
    this.kit = kit;
    this.journal = PersistenceTestKit.create(kit.system());
    this.config = config;
    this.chain = new ProvingChain(1, config);
    this.deadline = spawn();
  }

  private ActorRef<DeadlineCommand> spawn() {
    JobPool pool =
        new JobPool() {
          @Override
          public void request(JobRequest request) {
            if (!dead) {
              asked.add(request);
            }
          }

          @Override
          public void cancel(JobId id, long attempt) {
            if (!dead) {
              cancelled.add(id);
            }
          }
        };
    Sectors sectors =
        new Sectors() {
          @Override
          public void create(SectorOrder order, Tick tick) {
            throw new AssertionError("a deadline creates no sector");
          }

          @Override
          public void tick(SectorId sector, Tick tick) {
            throw new AssertionError("a deadline ticks no sector");
          }

          @Override
          public void summarize(SectorId sector) {
            throw new AssertionError("a deadline reads no rows");
          }

          @Override
          public void observe(SectorId sector, SectorObservation observation) {
            seen.add(new Seen(sector.number().value(), observation));
          }
        };
    return kit.spawn(
        DeadlineEntity.create(
            config.miner(),
            INDEX,
            new DeadlinePorts(
                chain.gateway(),
                pool,
                (intent, recipient) -> {
                  if (!dead) {
                    submitted.add(intent);
                  }
                },
                sectors,
                InstantSource.system(),
                "node-1"),
            settings));
  }

  // Time

  /** Mines and ticks, epoch by epoch. */
  void to(long epoch) {
    while (chain.height() < epoch) {
      chain.mine(1);
      tick();
    }
  }

  void tick() {
    tell(new DeadlineCommand.HeadSeen(config, chain.tick()));
  }

  void tell(DeadlineCommand command) {
    deadline.tell(command);
    settle();
  }

  private void settle() {
    TestProbe<DeadlineReply> probe = kit.createTestProbe();
    for (int i = 0; i < ROUNDS && !dead; i++) {
      deadline.tell(new DeadlineCommand.Describe(probe.getRef()));
      awaitAnswer(probe);
    }
  }

  /** Or its death. */
  private void awaitAnswer(TestProbe<DeadlineReply> probe) {
    for (int i = 0; i < 200 && !dead; i++) {
      try {
        probe.receiveMessage(Duration.ofMillis(50));
        return;
      } catch (AssertionError e) {
        assertThat(i).as("no answer for 10 s").isLessThan(199);
      }
    }
  }

  /** Mines one block after {@code epochs} − 1 null rounds, and ticks. */
  void skip(long epochs) {
    chain.mine(epochs);
    tick();
  }

  /** Takes {@code depth} blocks back, and ticks at what is the head then. */
  void reorg(int depth) {
    chain.revert(depth, true);
    tick();
  }

  /** Dies, and lives again by the next tick. */
  void restart() {
    kit.stop(deadline, Duration.ofSeconds(10));
    asked.clear();
    submitted.clear();
    dead = false;
    deadline = spawn();
    tick();
  }

  // The pool

  /** The newest request. */
  JobRequest lastAsked() {
    return asked.get(asked.size() - 1);
  }

  <T extends JobSpec> List<T> askedFor(Class<T> kind) {
    return asked.stream().map(JobRequest::spec).filter(kind::isInstance).map(kind::cast).toList();
  }

  void succeed(JobRequest request, JobOutput output) {
    tell(
        new DeadlineCommand.JobReported(
            new JobReport.Succeeded(request.id(), request.attempt(), "worker-1", output, 5)));
  }

  void fail(JobRequest request, JobFailure.Kind kind) {
    fail(request, kind, "worker-1");
  }

  void fail(JobRequest request, JobFailure.Kind kind, String worker) {
    tell(
        new DeadlineCommand.JobReported(
            new JobReport.Failed(
                request.id(), request.attempt(), worker, new JobFailure(kind, "boom"), 5)));
  }

  // The sender

  MessageIntent lastSubmitted() {
    return submitted.get(submitted.size() - 1);
  }

  Cid cidOf(MessageIntent intent) {
    return intent.message().cid();
  }

  void land(MessageIntent intent, long exitCode) {
    Receipt receipt = new Receipt(exitCode, Bytes.empty(), 1, Optional.empty());
    tell(
        new DeadlineCommand.MessageReported(
            new MessageReport.Landed(
                intent.intentId(),
                cidOf(intent),
                receipt,
                new TipSetKey(List.of(cidOf(intent))),
                new Epoch(chain.height()),
                new Epoch(chain.height() - 1))));
  }

  void revert(MessageIntent intent) {
    tell(
        new DeadlineCommand.MessageReported(
            new MessageReport.Reverted(intent.intentId(), cidOf(intent))));
  }

  void giveUp(MessageIntent intent) {
    tell(
        new DeadlineCommand.MessageReported(
            new MessageReport.GaveUp(
                intent.intentId(), MessageReport.GaveUp.Kind.REFUSED, "exit code 16")));
  }

  // Sectors and operators

  void readableAgain(long sector) {
    tell(
        new DeadlineCommand.ReadableAgain(
            new SectorId(config.miner(), new io.granary.protocol.SectorNumber(sector)),
            new SectorLocation(INDEX, 0)));
  }

  <T extends SectorObservation> List<Long> told(Class<T> kind) {
    return seen.stream()
        .filter(each -> kind.isInstance(each.observation()))
        .map(Seen::sector)
        .distinct()
        .sorted()
        .toList();
  }

  DeadlineReply retry(long partition) {
    TestProbe<DeadlineReply> probe = kit.createTestProbe();
    deadline.tell(new DeadlineCommand.RetryPartition(partition, probe.getRef()));
    DeadlineReply reply = probe.receiveMessage(Duration.ofSeconds(10));
    settle();
    return reply;
  }

  DeadlineReply.Overview overview() {
    TestProbe<DeadlineReply> probe = kit.createTestProbe();
    deadline.tell(new DeadlineCommand.Describe(probe.getRef()));
    return (DeadlineReply.Overview) probe.receiveMessage(Duration.ofSeconds(10));
  }

  String partitionState() {
    assertThat(overview().partitions()).hasSize(1);
    return overview().partitions().get(0).state();
  }

  /** The name of the state of {@code partition}. */
  String state(long partition) {
    return overview().partitions().stream()
        .filter(each -> each.partition() == partition)
        .map(DeadlineReply.PartitionStatus::state)
        .findFirst()
        .orElseThrow();
  }

  /** The newest request about {@code partition}. */
  JobRequest lastAsked(long partition) {
    return List.copyOf(asked).stream()
        .filter(request -> partitionOf(request.spec()) == partition)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private static long partitionOf(JobSpec spec) {
    if (spec instanceof JobSpec.WindowPoStVanilla vanilla) {
      return vanilla.partition();
    }
    return ((JobSpec.WindowPoStSnark) spec).partition();
  }

  /** Answers {@code request} as a worker that finds all well. */
  void work(JobRequest request) {
    if (request.spec() instanceof JobSpec.WindowPoStVanilla vanilla) {
      succeed(
          request,
          new JobOutput.VanillaProofs(
              vanilla.sectors().stream()
                  .map(sector -> DeadlineFixtures.proven(sector.number().value()))
                  .toList(),
              List.of()));
    } else {
      succeed(request, new JobOutput.WindowPoStDone(Bytes.of(new byte[192])));
    }
  }

  /** Reads and proves {@code partition}. */
  void prove(long partition) {
    work(lastAsked(partition));
    work(lastAsked(partition));
  }

  <T extends DeadlineEvent> List<T> history(Class<T> kind) {
    return journal
        .persistedInStorage("deadline|" + DeadlineEntity.entityId(miner(), INDEX))
        .stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  private ActorId miner() {
    return config.miner();
  }
}
