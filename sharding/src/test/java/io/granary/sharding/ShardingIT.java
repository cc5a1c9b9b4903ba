package io.granary.sharding;

import static io.granary.protocol.deadline.DeadlineFixtures.proven;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.ProcessingResult;
import akka.persistence.testkit.ProcessingSuccess;
import akka.persistence.testkit.Reject;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deal.MemoryPieceDeals;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.miner.MinerFixtures;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.OpenFence;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SectorSummary;
import io.granary.protocol.sector.SectorEvent;
import io.granary.sharding.chain.ProvingChain;
import io.granary.sharding.miner.MinerCommand;
import io.granary.sharding.miner.MinerReply;
import io.granary.sharding.sector.SectorCommand;
import io.granary.sharding.sector.SectorEntity;
import io.granary.sharding.sector.SectorReply;
import io.granary.sharding.sector.SectorStage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All entities on a cluster of one node, a chain in memory, and a pool that proves at once. */
class ShardingIT {
  private static final ActorId MINER = MinerFixtures.MINER;

  /** Akka's akka.persistence.typed.stash-capacity. */
  private static final int STASH_CAPACITY = 4096;

  private final ActorTestKit kit =
      ActorTestKit.create(
          "sharding-it",
          ConfigFactory.parseString(
                  """
                  akka.actor.provider = cluster
                  # A fatal error must fail the test, not end it.
                  akka.jvm-exit-on-fatal-error = off
                  akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                  akka.cluster.roles = ["sector"]
                  akka.cluster.jmx.multi-mbeans-in-same-jvm = on
                  akka.persistence.testkit { events.serialize = off, snapshots.serialize = off }
                  """)
              .withFallback(PersistenceTestKitPlugin.getInstance().config())
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(ConfigFactory.load()));
  private final ProvingChain chain = new ProvingChain(1, MinerFixtures.config());
  private final Rows rows = new Rows();
  private final ConcurrentLinkedQueue<JobRequest> asked = new ConcurrentLinkedQueue<>();
  private final EntityReports ways =
      new EntityReports(
          ClusterSharding.get(kit.system()),
          (recipient, report) -> {
            throw new AssertionError("no operator asked for anything");
          });

  @BeforeEach
  void joinAndInit() {
    Cluster cluster = Cluster.get(kit.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    ClusterSharding sharding = ClusterSharding.get(kit.system());
    ShardingSetup.init(
        sharding,
        ways,
        new ShardingSetup.Outside(
            chain.gateway(),
            new InstantPool(),
            new OpenFence(),
            rows,
            new TestHistory(),
            new MemoryPieceDeals(),
            NetworkPolicy.LOTUS_2K,
            () -> chain.tick().now(),
            "node-1"),
        ShardingSettings.from(kit.system().settings().config()));
  }

  /** Of the sector that was ordered, and of those that only a deadline speaks to. */
  @AfterEach
  void historiesEqualLive_andStop() {
    try {
      for (long number = 0; number <= 3; number++) {
        SectorId sector = SectorId.of(MINER.value(), number);
        await()
            .atMost(Duration.ofSeconds(10))
            .untilAsserted(
                () -> SectorStage.requireEqual(sector, sectorHistory(sector), live(sector)));
      }
    } finally {
      kit.shutdownTestKit();
    }
  }

  private List<SectorEvent> sectorHistory(SectorId sector) {
    return history(SectorEntity.persistenceId(sector).id()).stream()
        .map(SectorEvent.class::cast)
        .toList();
  }

  private SectorReply.StateIs live(SectorId sector) {
    return (SectorReply.StateIs)
        AskPattern.<SectorCommand, SectorReply>ask(
                ways.sector(sector),
                SectorCommand.GetState::new,
                Duration.ofSeconds(5),
                kit.system().scheduler())
            .toCompletableFuture()
            .join();
  }

  /** Proves every window PoSt job at once; others it only notes. */
  private final class InstantPool implements JobPool {
    @Override
    public void request(JobRequest request) {
      asked.add(request);
      if (request.spec() instanceof JobSpec.WindowPoStVanilla vanilla) {
        answer(
            request,
            new JobOutput.VanillaProofs(
                vanilla.sectors().stream()
                    .map(replica -> proven(replica.number().value()))
                    .toList(),
                List.of()));
      } else if (request.spec() instanceof JobSpec.WindowPoStSnark) {
        answer(request, new JobOutput.WindowPoStDone(Bytes.of(new byte[192])));
      }
    }

    private void answer(JobRequest request, JobOutput output) {
      ways.deliver(
          request.recipient(),
          new JobReport.Succeeded(request.id(), request.attempt(), "worker-1", output, 1));
    }

    @Override
    public void cancel(JobId id, long attempt) {}
  }

  /** The read model in memory; loses what is written while it is away. */
  private static final class Rows implements SectorSummaries {
    private final ConcurrentSkipListMap<SectorId, SectorSummary> written =
        new ConcurrentSkipListMap<>();
    private volatile boolean away;

    @Override
    public CompletionStage<Void> upsert(SectorSummary summary) {
      if (away) {
        return CompletableFuture.failedFuture(new IllegalStateException("the store is away"));
      }
      written.merge(
          summary.sector(), summary, (old, now) -> now.sequence() > old.sequence() ? now : old);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<List<SectorSummary>> list(
        ActorId miner, Optional<String> state, Optional<Long> after, int limit) {
      return CompletableFuture.completedStage(
          written.values().stream()
              .filter(row -> row.sector().number().value() > after.orElse(-1L))
              .limit(limit)
              .toList());
    }

    @Override
    public CompletionStage<List<ActorId>> miners() {
      return CompletableFuture.completedStage(List.of(MINER));
    }
  }

  private final class TestHistory implements HistoryReader {
    @Override
    public <E> Flow.Publisher<HistoryEntry<E>> read(
        String persistenceId, Class<E> type, long fromSequence, long toSequence) {
      throw new AssertionError("entities read no history");
    }

    @Override
    public CompletionStage<Long> lastSequence(String persistenceId) {
      return CompletableFuture.completedStage((long) history(persistenceId).size());
    }
  }

  private void mine() {
    chain.mine(1);
    ways.tick(MINER, chain.tick());
  }

  private List<Object> history(String persistenceId) {
    return PersistenceTestKit.create(kit.system()).persistedInStorage(persistenceId);
  }

  @Test
  void provesEveryPeriod_fromTickToLanding() {
    chain.put(
        1,
        ProvingChain.partition(
            BitField.of(2, 3), BitField.empty(), BitField.empty(), BitField.of(2)));
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(60))
        .untilAsserted(
            () -> {
              mine();
              assertThat(history("deadline|f01000/d/1"))
                  .filteredOn(DeadlineEvent.ProvenInPeriod.class::isInstance)
                  .hasSizeGreaterThanOrEqualTo(2);
            });
    assertThat(chain.messages())
        .extracting(message -> message.message().nonce())
        .startsWith(0L, 1L);
    assertThat(asked).extracting(JobRequest::recipient).contains(new Recipient.Deadline(MINER, 1));
  }

  @Test
  void sectorStartsItsWork_whenOrdered() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              mine();
              assertThat(pledge()).isInstanceOf(MinerReply.Ordered.class);
            });
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(60))
        .untilAsserted(
            () -> {
              mine();
              assertThat(history("sector|f01000/0"))
                  .filteredOn(SectorEvent.SectorCreated.class::isInstance)
                  .hasSize(1);
            });
  }

  /** The sector waits for its job and has nothing more to write; nobody but the sweep notices. */
  @Test
  void rowIsMended_whenTheStoreLostIt() {
    rows.away = true;
    SectorId sector = SectorId.of(MINER.value(), 0);
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              mine();
              assertThat(pledge()).isInstanceOf(MinerReply.Ordered.class);
              assertThat(sectorHistory(sector))
                  .anyMatch(SectorEvent.JobRequested.class::isInstance);
            });
    assertThat(rows.written).isEmpty();
    int events = sectorHistory(sector).size();
    rows.away = false;
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(60))
        .untilAsserted(
            () -> {
              mine();
              assertThat(rows.written).containsKey(sector);
            });
    assertThat(sectorHistory(sector)).as("no event wrote the row").hasSize(events);
    assertThat(rows.written.values())
        .extracting(SectorSummary::sector, SectorSummary::sequence)
        .containsExactly(tuple(sector, (long) events));
  }

  /**
   * Commands that persist nothing are taken from the stash by recursion (Akka 2.8.5, {@code
   * Running.HandlingCommands}): more than a thread's usual stack takes. One error there ends the
   * node.
   */
  @Test
  void entitiesLiveOn_whenTheirStashIsFullOnceTheStoreAnswers() {
    CountDownLatch answers = new CountDownLatch(1);
    PersistenceTestKit.create(kit.system()).withPolicy((id, operation) -> awaited(answers));
    SectorId sector = SectorId.of(MINER.value(), 0);
    ActorRef<SectorReply> nobody = kit.system().deadLetters().unsafeUpcast();
    for (int i = 0; i < STASH_CAPACITY; i++) {
      ways.sector(sector).tell(new SectorCommand.GetState(nobody));
    }
    answers.countDown();
    // What comes while the stash is full is dropped, as it should be.
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(CompletionException.class)
        .untilAsserted(() -> assertThat(live(sector).sequence()).isZero());
  }

  private static ProcessingResult awaited(CountDownLatch answers) {
    try {
      assertThat(answers.await(30, TimeUnit.SECONDS)).isTrue();
      return ProcessingSuccess.getInstance();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reject(e);
    }
  }

  private MinerReply pledge() {
    return AskPattern.<MinerCommand, MinerReply>ask(
            ways.miner(MINER),
            (ActorRef<MinerReply> replyTo) -> new MinerCommand.PledgeSector("order-1", replyTo),
            Duration.ofSeconds(5),
            kit.system().scheduler())
        .toCompletableFuture()
        .join();
  }
}
