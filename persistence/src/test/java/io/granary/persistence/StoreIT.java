package io.granary.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.granary.persistence.codec.NoteEvent;
import io.granary.persistence.codec.NoteEventCodec;
import io.granary.persistence.testing.CassandraExtension;
import io.granary.persistence.testing.TestStore;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.SectorSummary;
import io.granary.protocol.port.SpendFence.NonceClaim;
import io.granary.protocol.winning.MinedBlock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(CassandraExtension.class)
class StoreIT {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static ActorTestKit testKit;
  private static Persistence persistence;
  private static PersistenceSettings settings;

  @BeforeAll
  static void start(TestStore store) {
    testKit =
        ActorTestKit.create(
            store.akkaConfig(
                ConfigFactory.parseString(
                    "granary.persistence.codecs = [\"" + NoteEventCodec.class.getName() + "\"]")));
    settings = store.settings();
    persistence = Persistence.open(testKit.system(), settings);
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void listsEachMinerOnce_whenOneIsAddedTwice() {
    for (long miner : new long[] {1003, 1001, 1003}) {
      get(persistence.minerRoster().add(new ActorId(miner)));
    }
    assertThat(get(persistence.minerRoster().all()))
        .containsExactly(new ActorId(1001), new ActorId(1003));
  }

  @Test
  void keepsTheNewestRow_whenUpsertsArriveInAnyOrder() {
    SectorSummary old = summary(SectorId.of(2000, 7), "Filling", 1);
    SectorSummary newest =
        new SectorSummary(
            old.sector(),
            "Proving",
            9,
            NOW,
            Optional.of(3L),
            Optional.of(0L),
            Optional.of(1_500_000L),
            "proven twice");
    SectorSummary between = summary(old.sector(), "PreCommit1", 4);
    for (SectorSummary each : List.of(between, newest, old, newest, between)) {
      get(persistence.sectorSummaries().upsert(each));
    }
    assertThat(list(2000, Optional.empty(), Optional.empty(), 10)).containsExactly(newest);

    SectorSummary withoutLocation = summary(old.sector(), "Removed", 10);
    get(persistence.sectorSummaries().upsert(withoutLocation));
    assertThat(list(2000, Optional.empty(), Optional.empty(), 10)).containsExactly(withoutLocation);
  }

  @Test
  void listsPagesInNumberOrder_whenSectorsLieInManyBuckets() {
    List<SectorSummary> all =
        LongStream.of(0, 1, 4095, 4096, 4097, 20_000, 1_000_000)
            .mapToObj(n -> summary(SectorId.of(2001, n), n % 2 == 0 ? "Proving" : "Faulty", 1))
            .toList();
    for (int i = all.size() - 1; i >= 0; i--) {
      get(persistence.sectorSummaries().upsert(all.get(i)));
    }
    assertThat(list(2001, Optional.empty(), Optional.empty(), 100)).isEqualTo(all);
    assertThat(list(2001, Optional.empty(), Optional.empty(), 3)).isEqualTo(all.subList(0, 3));
    assertThat(list(2001, Optional.empty(), Optional.of(4095L), 2)).isEqualTo(all.subList(3, 5));
    assertThat(list(2001, Optional.empty(), Optional.of(1_000_000L), 2)).isEmpty();
    assertThat(list(2001, Optional.of("Faulty"), Optional.of(1L), 10))
        .extracting(s -> s.sector().number().value())
        .containsExactly(4095L, 4097L);
    assertThat(list(2999, Optional.empty(), Optional.empty(), 10)).isEmpty();
    assertThat(get(persistence.sectorSummaries().miners())).contains(new ActorId(2001));
    assertThatThrownBy(() -> list(2001, Optional.empty(), Optional.empty(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limit");
  }

  @Test
  void letsExactlyOneIntentClaimANonce_whenManyRace() {
    Address address = Address.fromBytes(Bytes.fromHex("00e807"));
    for (long nonce = 0; nonce < 5; nonce++) {
      long raced = nonce;
      String of = "nonce" + nonce + "/intent-";
      List<CompletableFuture<NonceClaim>> claims =
          IntStream.range(0, 24)
              .mapToObj(i -> claim(address, raced, of + i).toCompletableFuture())
              .toList();
      List<Integer> winners =
          IntStream.range(0, claims.size())
              .filter(i -> get(claims.get(i)) instanceof NonceClaim.Granted)
              .boxed()
              .toList();
      assertThat(winners).as("winners of nonce %d", nonce).hasSize(1);
      assertThat(get(claim(address, nonce, of + winners.get(0))))
          .isEqualTo(new NonceClaim.Granted());
      assertThat(get(claim(address, nonce, "late"))).isEqualTo(new NonceClaim.TakenByAnother());
    }
    Address other = Address.fromBytes(Bytes.fromHex("00e907"));
    assertThat(get(claim(other, 0, "late"))).isEqualTo(new NonceClaim.Granted());
  }

  private static CompletionStage<NonceClaim> claim(Address address, long nonce, String intent) {
    return persistence.spendFence().claimNonce(address, nonce, intent);
  }

  @Test
  void holdsAnIntentToItsFirstNonce_untilThatIsLost() {
    Address address = Address.fromBytes(Bytes.fromHex("00ea07"));
    assertThat(get(claim(address, 7, "post"))).isEqualTo(new NonceClaim.Granted());
    assertThat(get(claim(address, 9, "post"))).isEqualTo(new NonceClaim.HeldElsewhere(7));
    assertThat(get(claim(address, 9, "commit"))).isEqualTo(new NonceClaim.Granted());
    assertThat(get(persistence.spendFence().loseNonce(address, 8, "post"))).isFalse();
    assertThat(get(persistence.spendFence().loseNonce(address, 7, "post"))).isTrue();
    assertThat(get(claim(address, 9, "post"))).isEqualTo(new NonceClaim.TakenByAnother());
    assertThat(get(claim(address, 10, "post")))
        .as("a refused nonce does not stay the intent's")
        .isEqualTo(new NonceClaim.Granted());
    assertThat(get(claim(address, 7, "other"))).isEqualTo(new NonceClaim.TakenByAnother());
  }

  @Test
  void givesAnEpochAndItsParentsToOneClaim_whenManyRace() {
    ActorId miner = new ActorId(4711);
    TipSetKey base = new TipSetKey(List.of(Cid.dagCborBlake2b(Bytes.fromHex("80"))));
    TipSetKey other = new TipSetKey(List.of(Cid.dagCborBlake2b(Bytes.fromHex("8101"))));
    List<MinedBlock> raced =
        IntStream.range(0, 12).mapToObj(i -> claim(miner, 7, "claim-" + i, base)).toList();
    List<CompletableFuture<Boolean>> claims =
        raced.stream()
            .map(block -> persistence.blockFence().claim(block).toCompletableFuture())
            .toList();
    List<MinedBlock> winners =
        IntStream.range(0, claims.size())
            .filter(i -> get(claims.get(i)))
            .mapToObj(raced::get)
            .toList();
    assertThat(winners).hasSize(1);
    MinedBlock winner = winners.get(0);
    assertThat(get(persistence.blockFence().claim(winner))).isTrue();
    assertThat(get(persistence.blockFence().claim(claim(miner, 8, "next", base)))).isFalse();
    assertThat(get(persistence.blockFence().claim(claim(miner, 7, "late", other)))).isFalse();
    assertThat(get(persistence.blockFence().claim(claim(miner, 9, "free", other)))).isTrue();

    MinedBlock created = winner.created(base.cids().get(0)).submitted(30_000);
    assertThat(get(persistence.blockFence().note(created))).isTrue();
    assertThat(get(persistence.blockFence().note(claim(miner, 7, "late", other)))).isFalse();
    List<MinedBlock> recent = get(persistence.blockFence().recent(miner, 10));
    assertThat(recent).extracting(block -> block.epoch().value()).containsExactly(9L, 8L, 7L);
    assertThat(recent.get(2)).isEqualTo(created);
  }

  private static MinedBlock claim(ActorId miner, long epoch, String claim, TipSetKey parents) {
    return new MinedBlock(
        miner,
        new Epoch(epoch),
        claim,
        parents,
        Instant.ofEpochSecond(1_700_000_000),
        1,
        4100,
        Optional.empty(),
        0,
        MinedBlock.Outcome.CLAIMED,
        "");
  }

  @Test
  void readsTheAskedRangeInOrder_whenHistoryIsLong() {
    int events = 1200;
    Instant before = Instant.now();
    write("long", events);
    List<HistoryEntry<NoteEvent>> entries = new ArrayList<>();
    get(
        persistence
            .historyReader()
            .forEach("long", NoteEvent.class, 1, Long.MAX_VALUE, entries::add));
    assertThat(entries).hasSize(events);
    for (int i = 0; i < events; i++) {
      assertThat(entries.get(i).sequence()).isEqualTo(i + 1);
      assertThat(entries.get(i).event()).isEqualTo(new NoteEvent.Written("line " + i));
    }
    assertThat(entries.get(0).timestamp()).isCloseTo(before, within(30, ChronoUnit.SECONDS));

    entries.clear();
    get(persistence.historyReader().forEach("long", NoteEvent.class, 10, 12, entries::add));
    assertThat(entries).extracting(HistoryEntry::sequence).containsExactly(10L, 11L, 12L);
  }

  @Test
  void countsEvents_whenAStreamFillsOneOrSeveralPartitions() {
    write("counted", 7);
    assertThat(get(persistence.historyReader().lastSequence("counted"))).isEqualTo(7);
    assertThat(get(persistence.historyReader().lastSequence("never counted"))).isZero();
    String messages = settings.keyspace() + ".messages";
    for (long partition = 0; partition < 2; partition++) {
      persistence
          .session()
          .execute(
              "INSERT INTO "
                  + messages
                  + " (persistence_id, partition_nr, sequence_nr, timestamp)"
                  + " VALUES ('vast', ?, ?, now())",
              partition,
              (partition + 1) * PersistenceSettings.JOURNAL_PARTITION_EVENTS);
    }
    assertThat(get(persistence.historyReader().lastSequence("vast"))).isEqualTo(1_000_000);
  }

  @Test
  void givesNothing_whenIdWasNeverUsed() {
    List<HistoryEntry<NoteEvent>> entries = new ArrayList<>();
    get(
        persistence
            .historyReader()
            .forEach("never", NoteEvent.class, 1, Long.MAX_VALUE, entries::add));
    assertThat(entries).isEmpty();
  }

  @Test
  void namesThePersistenceId_whenEventIsOfAnotherMachine() {
    write("other-machine", 1);
    CompletionStage<Void> reading =
        persistence.historyReader().forEach("other-machine", Integer.class, 1, 10, entry -> {});
    assertThatThrownBy(() -> get(reading)).hasStackTraceContaining("history of other-machine: ");
  }

  @Test
  void givesOnlyWhatIsAskedFor_whenSubscriberIsSlow() throws Exception {
    write("slow", 5);
    List<Long> seen = new ArrayList<>();
    CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    CompletableFuture<Boolean> two = new CompletableFuture<>();
    persistence
        .historyReader()
        .read("slow", NoteEvent.class, 1, 5)
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription given) {
                subscription.complete(given);
                given.request(2);
              }

              @Override
              public void onNext(HistoryEntry<NoteEvent> entry) {
                seen.add(entry.sequence());
                if (seen.size() == 2) {
                  two.complete(true);
                }
              }

              @Override
              public void onError(Throwable error) {
                two.completeExceptionally(error);
              }

              @Override
              public void onComplete() {
                two.complete(false);
              }
            });
    assertThat(two.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    TimeUnit.MILLISECONDS.sleep(300);
    assertThat(seen).containsExactly(1L, 2L);
    subscription.join().cancel();
  }

  @Test
  void failsWithTheSinksError_whenSinkThrows() {
    write("sink", 3);
    CompletionStage<Void> reading =
        persistence
            .historyReader()
            .forEach(
                "sink",
                NoteEvent.class,
                1,
                10,
                entry -> {
                  throw new IllegalStateException("full at " + entry.sequence());
                });
    assertThatThrownBy(() -> get(reading)).hasStackTraceContaining("full at 1");
  }

  private static void write(String id, int events) {
    TestProbe<Throwable> failures = testKit.createTestProbe(Throwable.class);
    TestProbe<Integer> kept = testKit.createTestProbe(Integer.class);
    ActorRef<NotesEntity.Command> entity = testKit.spawn(NotesEntity.create(id, failures.ref()));
    for (int i = 0; i < events; i++) {
      entity.tell(new NotesEntity.Keep(new NoteEvent.Written("line " + i), kept.ref()));
    }
    kept.receiveSeveralMessages(events, PATIENCE);
    testKit.stop(entity, PATIENCE);
  }

  private static SectorSummary summary(SectorId sector, String state, long sequence) {
    return new SectorSummary(
        sector, state, sequence, NOW, Optional.empty(), Optional.empty(), Optional.empty(), "");
  }

  private static List<SectorSummary> list(
      long miner, Optional<String> state, Optional<Long> after, int limit) {
    return get(persistence.sectorSummaries().list(new ActorId(miner), state, after, limit));
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
