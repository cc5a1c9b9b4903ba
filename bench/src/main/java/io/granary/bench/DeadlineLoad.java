package io.granary.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorSize;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.Messages;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessageReport;
import io.granary.sharding.deadline.DeadlineCommand;
import io.granary.sharding.deadline.DeadlineEntity;
import io.granary.sharding.deadline.DeadlinePorts;
import io.granary.sharding.deadline.DeadlineReply;
import io.granary.sharding.deadline.DeadlineSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One proving deadline as the product has it, with very many sectors, taken through one window by a
 * chain, a pool and a sender that answer at once. Its journal is the actor system's. Used by one
 * thread.
 */
final class DeadlineLoad implements JobPool, Messages {
  private static final SectorSize SIZE = SectorSize.SIZE_32GIB;
  private static final int PARTITION = SIZE.windowPoStPartitionSectors();
  private static final long OPEN = 1_000_000;
  private static final long WINDOW = 60;
  private static final long LOOKBACK = 20;
  private static final int HEADS = 9;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final DeadlineSettings SETTINGS =
      new DeadlineSettings(
          1,
          10,
          1,
          5,
          new DeadlineSettings.Batching(3, 3, 20),
          DeadlineSettings.Rehearsing.OFF,
          10_000,
          0);

  private final ActorSystem<?> system;
  private final ActorId miner;
  private final MinerConfig config;
  private final int partitions;
  private final ActorRef<DeadlineCommand> deadline;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<JobRequest> asked = new LinkedBlockingQueue<>();
  private final BlockingQueue<MessageIntent> sent = new LinkedBlockingQueue<>();
  private long epoch = OPEN - LOOKBACK;

  /**
   * A deadline of its own.
   *
   * @param number unique in the actor system
   */
  DeadlineLoad(ActorSystem<?> system, long number, long sectors) {
    this.system = system;
    this.miner = new ActorId(1000 + number);
    this.partitions = Math.toIntExact((sectors + PARTITION - 1) / PARTITION);
    Address key = Address.ofId(miner);
    this.config =
        new MinerConfig(
            miner,
            key,
            key,
            Address.ofBlsKey(Bytes.of(new byte[48])),
            SIZE,
            SIZE.windowPoStV1_1(),
            new ProvingGrid(new Epoch(OPEN), 1, 2 * OPEN, WINDOW, LOOKBACK, LOOKBACK + 1));
    this.deadline =
        PersistSide.spawn(
            system,
            DeadlineEntity.create(
                miner,
                0,
                new DeadlinePorts(
                    ManySectors.of(sectors, PARTITION, SIZE.sealProofV1_1()),
                    this,
                    this,
                    new SilentWorld.Sectors(),
                    InstantSource.system(),
                    "bench"),
                SETTINGS),
            "deadline-" + number);
  }

  @Override
  public void request(JobRequest request) {
    if (known.add(request.id().value())) {
      asked.add(request);
    }
  }

  @Override
  public void cancel(JobId id, long attempt) {}

  @Override
  public void submit(MessageIntent intent, Recipient recipient) {
    if (known.add(intent.intentId())) {
      sent.add(intent);
    }
  }

  /**
   * From the challenge until every proof has landed.
   *
   * @param atPeak run while every partition's vanilla proofs are held
   * @throws IllegalStateException when something that is due does not come
   */
  void prove(Runnable atPeak) throws InterruptedException {
    heads(1);
    List<JobRequest> reading = requests();
    heads(HEADS);
    reading.forEach(this::report);
    reading.clear();
    List<JobRequest> proving = requests();
    heads(HEADS);
    atPeak.run();
    proving.forEach(this::report);
    heads(HEADS);
    land();
    heads(HEADS);
    requireProven();
  }

  /** Ends the run; what it held is forgotten. */
  void close() {
    epoch = OPEN + WINDOW + SETTINGS.closeGrace();
    heads(1);
  }

  private List<JobRequest> requests() throws InterruptedException {
    List<JobRequest> all = new ArrayList<>();
    while (all.size() < partitions) {
      JobRequest next = asked.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (next == null) {
        throw new IllegalStateException(all.size() + " jobs of " + partitions + " were asked for");
      }
      all.add(next);
    }
    return all;
  }

  private void report(JobRequest request) {
    JobOutput output =
        request.spec() instanceof JobSpec.WindowPoStVanilla vanilla
            ? vanilla(vanilla)
            : new JobOutput.WindowPoStDone(Bytes.of(new byte[192]));
    deadline.tell(
        new DeadlineCommand.JobReported(
            new JobReport.Succeeded(request.id(), request.attempt(), "worker", output, 1)));
  }

  private static JobOutput vanilla(JobSpec.WindowPoStVanilla asked) {
    return new VanillaProofs(
        asked.sectors().stream()
            .map(
                sector ->
                    new VanillaProofs.Proven(
                        sector.number(),
                        new BlobRef(
                            "storage-1",
                            "post/d0/" + sector.number(),
                            24_960,
                            Bytes.of(
                                ByteBuffer.allocate(32).putLong(sector.number().value()).array()))))
            .toList(),
        List.of());
  }

  private void land() throws InterruptedException {
    int covered = 0;
    while (covered < partitions) {
      MessageIntent intent = sent.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (intent == null) {
        throw new IllegalStateException(
            "messages cover " + covered + " partitions of " + partitions);
      }
      covered += SubmitWindowedPoStParams.fromCbor(intent.message().params()).partitions().size();
      Cid cid = intent.message().cid();
      deadline.tell(
          new DeadlineCommand.MessageReported(
              new MessageReport.Landed(
                  intent.intentId(),
                  cid,
                  new Receipt(0, Bytes.empty(), 1, Optional.empty()),
                  new TipSetKey(List.of(cid)),
                  new Epoch(epoch),
                  new Epoch(epoch - 1))));
    }
  }

  private void requireProven() {
    long proven =
        describe().partitions().stream().filter(each -> each.state().equals("Proven")).count();
    if (proven != partitions) {
      throw new IllegalStateException(proven + " partitions of " + partitions + " are proven");
    }
  }

  /** Each head is taken in before the next one comes. */
  private void heads(int count) {
    for (int i = 0; i < count; i++) {
      epoch++;
      deadline.tell(
          new DeadlineCommand.HeadSeen(
              config,
              new Tick(
                  new Epoch(epoch), new TipSetKey(List.of(head())), Instant.ofEpochSecond(epoch))));
      describe();
    }
  }

  private Cid head() {
    return Cid.dagCborBlake2b(Bytes.of(ByteBuffer.allocate(8).putLong(epoch).array()));
  }

  private DeadlineReply.Overview describe() {
    try {
      return (DeadlineReply.Overview)
          AskPattern.<DeadlineCommand, DeadlineReply>ask(
                  deadline, DeadlineCommand.Describe::new, PATIENCE, system.scheduler())
              .toCompletableFuture()
              .join();
    } catch (CompletionException e) {
      throw new IllegalStateException("the deadline does not answer", e);
    }
  }
}
