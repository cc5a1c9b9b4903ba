package io.granary.sharding.deadline;

import static io.granary.protocol.deadline.DeadlineFixtures.proven;
import static io.granary.protocol.deadline.DeadlineFixtures.unreadable;
import static io.granary.protocol.sender.SenderFixtures.stamp;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.SnapshotTestKit;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.actor.DeclareFaultsRecoveredParams;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.job.JobOutput.WindowPoStDone;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec.WindowPoStSnark;
import io.granary.protocol.job.JobSpec.WindowPoStVanilla;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.miner.MinerFixtures;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sender.MessageIntent;
import io.granary.sharding.chain.ProvingChain;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The demo's grid: cut-off 3, challenge 7, open 15, close 30, then 45 epochs later again. */
class DeadlineEntityTest {
  private static final AtomicLong MINERS = new AtomicLong(2000);
  private static final Bytes PROOF = Bytes.of(new byte[192]);
  private static ActorTestKit kit;
  private DeadlineStage stage;
  private ActorId miner;

  @BeforeAll
  static void startKit() {
    kit =
        ActorTestKit.create(
            PersistenceTestKitPlugin.getInstance()
                .config()
                .withFallback(PersistenceTestKitSnapshotPlugin.config())
                .withFallback(
                    ConfigFactory.parseString(
                        "akka.persistence.testkit { events.serialize = off, snapshots.serialize ="
                            + " off }"))
                .withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void newDeadline() {
    MinerConfig like = MinerFixtures.config();
    miner = new ActorId(MINERS.incrementAndGet());
    stage =
        new DeadlineStage(
            kit,
            new MinerConfig(
                miner,
                like.owner(),
                like.worker(),
                like.workerKey(),
                like.sectorSize(),
                like.windowPoStProof(),
                like.grid()));
    stage.chain.put(
        1,
        ProvingChain.partition(
            BitField.of(2, 3), BitField.empty(), BitField.empty(), BitField.of(2)));
  }

  private void readAll() {
    stage.succeed(stage.lastAsked(), new VanillaProofs(List.of(proven(3), proven(2)), List.of()));
  }

  private void prove() {
    stage.succeed(stage.lastAsked(), new WindowPoStDone(PROOF));
  }

  @Test
  void asksForNothing_beforeTheChallengeIsConfirmed() {
    stage.to(7);
    assertThat(stage.asked).isEmpty();
    stage.to(8);
    assertThat(stage.askedFor(WindowPoStVanilla.class)).isNotEmpty();
  }

  @Test
  void provesAndSubmitsInItsWindow_whenAllGoesWell() {
    stage.to(8);
    WindowPoStVanilla vanilla = (WindowPoStVanilla) stage.lastAsked().spec();
    Bytes challenge =
        Randomness.forPoSt(
            ProvingChain.drawn(
                "beacon"
                    + RandomnessTag.WINDOWED_POST_CHALLENGE_SEED
                    + "7"
                    + Randomness.minerEntropy(miner)));
    assertThat(vanilla.randomness()).isEqualTo(challenge);
    assertThat(vanilla.sectors())
        .extracting(replica -> replica.number().value())
        .containsExactly(2L, 3L);
    assertThat(stage.lastAsked().lastUsefulEpoch()).isEqualTo(new Epoch(29));
    readAll();
    WindowPoStSnark snark = (WindowPoStSnark) stage.lastAsked().spec();
    assertThat(snark.sectors()).extracting(ReplicaRef::number).isSorted();
    assertThat(snark.vanilla()).containsExactly(proven(2).proof(), proven(3).proof());
    prove();
    stage.to(15);
    assertThat(stage.submitted).as("before open + 1").isEmpty();
    stage.to(16);
    MessageIntent intent = stage.lastSubmitted();
    SubmitWindowedPoStParams params = SubmitWindowedPoStParams.fromCbor(intent.message().params());
    assertThat(params.deadline()).isEqualTo(1);
    assertThat(params.partitions()).hasSize(1);
    assertThat(params.partitions().get(0).skipped()).isEqualTo(BitField.empty());
    assertThat(params.proofs().get(0).proof()).isEqualTo(PROOF);
    assertThat(params.chainCommitEpoch()).isEqualTo(new Epoch(7));
    assertThat(params.chainCommitRand())
        .isEqualTo(ProvingChain.drawn("tickets" + RandomnessTag.POST_CHAIN_COMMIT + "7"));
    assertThat(intent.lastUsefulEpoch()).isEqualTo(new Epoch(29));
    stage.to(17);
    stage.land(intent, 0);
    assertThat(stage.history(DeadlineEvent.ProvenInPeriod.class))
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.periodStart()).isEqualTo(new Epoch(0));
              assertThat(outcome.sectors()).isEqualTo(BitField.of(2, 3));
              assertThat(outcome.message()).isEqualTo(stage.cidOf(intent));
            });
    assertThat(stage.told(SectorObservation.ProvenAt.class)).as("first proofs").containsExactly(3L);
    stage.to(36);
    assertThat(stage.history(DeadlineEvent.RunClosed.class))
        .singleElement()
        .satisfies(closed -> assertThat(closed.missed()).isEmpty());
    stage.to(52);
    assertThat(stage.history(DeadlineEvent.RunOpened.class)).hasSize(1);
    stage.to(53);
    assertThat(stage.history(DeadlineEvent.RunOpened.class)).hasSize(2);
  }

  @Test
  void goesOnFromASnapshot_whenItDiesAfterARun() {
    stage.to(8);
    readAll();
    prove();
    stage.to(17);
    stage.land(stage.lastSubmitted(), 0);
    stage.to(36);
    String id = "deadline|" + DeadlineEntity.entityId(miner, 1);
    assertThat(
            SnapshotTestKit.create(kit.system())
                .expectNextPersistedClass(id, ProvingDeadlineState.Resting.class)
                .lastPeriodStart())
        .isEqualTo(new Epoch(0));
    stage.restart();
    stage.to(52);
    assertThat(stage.history(DeadlineEvent.RunOpened.class)).as("the same run again").hasSize(1);
    stage.to(53);
    assertThat(stage.history(DeadlineEvent.RunOpened.class)).hasSize(2);
    assertThat(SnapshotTestKit.create(kit.system()).persistedInStorage(id))
        .as("none while it runs")
        .hasSize(1);
  }

  @Test
  void skipsUnreadableSector_andTellsItWithTheChallenge() {
    stage.to(8);
    Bytes challenge = ((WindowPoStVanilla) stage.lastAsked().spec()).randomness();
    stage.succeed(stage.lastAsked(), new VanillaProofs(List.of(proven(2)), List.of(unreadable(3))));
    assertThat(((WindowPoStSnark) stage.lastAsked().spec()).sectors())
        .extracting(replica -> replica.number().value())
        .containsExactly(2L);
    prove();
    stage.to(16);
    assertThat(
            SubmitWindowedPoStParams.fromCbor(stage.lastSubmitted().message().params())
                .partitions()
                .get(0)
                .skipped())
        .isEqualTo(BitField.of(3));
    stage.land(stage.lastSubmitted(), 0);
    assertThat(stage.seen)
        .filteredOn(seen -> seen.sector() == 3)
        .first()
        .satisfies(
            seen -> {
              SectorObservation.FoundFaulty faulty =
                  (SectorObservation.FoundFaulty) seen.observation();
              assertThat(faulty.reason()).contains("too short");
              assertThat(faulty.challenge()).isEqualTo(Optional.of(challenge));
            });
  }

  @Test
  void refusesLateSibling_whenAnotherAttemptIsHeld() {
    stage.to(8);
    JobRequest first = stage.lastAsked();
    stage.fail(first, JobFailure.Kind.LOST);
    JobRequest second = stage.lastAsked();
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.attempt()).isEqualTo(2);
    stage.succeed(first, new VanillaProofs(List.of(proven(2)), List.of(unreadable(3))));
    assertThat(stage.partitionState()).isEqualTo("ReadingVanilla");
    stage.succeed(second, new VanillaProofs(List.of(proven(2), proven(3)), List.of()));
    assertThat(stage.partitionState()).isEqualTo("ProvingSnark");
  }

  @Test
  void makesNothingAgain_whenItDiesAfterEachStep() {
    stage.to(8);
    JobRequest vanilla = stage.lastAsked();
    stage.restart();
    assertThat(stage.lastAsked()).isEqualTo(vanilla);
    readAll();
    JobRequest snark = stage.lastAsked();
    stage.restart();
    assertThat(stage.askedFor(WindowPoStVanilla.class)).isEmpty();
    assertThat(stage.lastAsked()).isEqualTo(snark);
    prove();
    stage.restart();
    assertThat(stage.asked).isEmpty();
    stage.to(16);
    MessageIntent intent = stage.lastSubmitted();
    stage.restart();
    assertThat(stage.lastSubmitted()).isEqualTo(intent);
    stage.land(intent, 0);
    stage.restart();
    assertThat(stage.submitted).isEmpty();
    assertThat(stage.partitionState()).isEqualTo("Proven");
  }

  @Test
  void acceptsReport_whenItComesBeforeTheFirstTickOfALife() {
    stage.to(8);
    JobRequest vanilla = stage.lastAsked();
    stage.restart();
    stage.succeed(vanilla, new VanillaProofs(List.of(proven(2), proven(3)), List.of()));
    assertThat(stage.partitionState()).isEqualTo("ProvingSnark");
  }

  @Test
  void submitsAgainUntilClose_whenReceiptsAreBad() {
    stage.to(8);
    readAll();
    prove();
    stage.to(16);
    int failures = 0;
    while (stage.chain.height() < 29) {
      if (stage.partitionState().equals("Submitted")) {
        if (failures % 2 == 0) {
          stage.land(stage.lastSubmitted(), 16);
        } else {
          stage.giveUp(stage.lastSubmitted());
        }
        failures++;
      }
      stage.to(stage.chain.height() + 1);
    }
    assertThat(failures).isBetween(4, 10);
    assertThat(stage.submitted.stream().map(MessageIntent::intentId).distinct().count())
        .isBetween((long) failures, failures + 1L);
    stage.to(36);
    assertThat(stage.history(DeadlineEvent.RunClosed.class))
        .singleElement()
        .satisfies(closed -> assertThat(closed.missed()).hasSize(1));
  }

  @Test
  void staysOpenForAnotherLanding_whenReorgTakesItBack() {
    stage.to(8);
    readAll();
    prove();
    stage.to(16);
    MessageIntent intent = stage.lastSubmitted();
    stage.land(intent, 0);
    stage.revert(intent);
    assertThat(stage.partitionState()).isEqualTo("Submitted");
    stage.to(18);
    assertThat(stage.lastSubmitted()).isEqualTo(intent);
    stage.land(intent, 0);
    assertThat(stage.partitionState()).isEqualTo("Proven");
  }

  @Test
  void triesOnToTheCloseAndAvoidsBadWorkers_whenItsJobTakesProcessesDown() {
    stage.to(8);
    readAll();
    JobFailure.Kind[] kinds = {JobFailure.Kind.CHILD_DIED, JobFailure.Kind.INPUT};
    int failures = 0;
    while (stage.chain.height() < 29) {
      if (stage.partitionState().equals("ProvingSnark")) {
        stage.fail(stage.lastAsked(), kinds[failures % 2], "worker-" + failures);
        failures++;
      }
      stage.to(stage.chain.height() + 1);
    }
    assertThat(failures).isBetween(5, 10);
    assertThat(stage.lastAsked().avoid()).hasSize(failures - 1);
    assertThat(stage.history(DeadlineEvent.PartitionParked.class)).isEmpty();
    stage.to(31);
    assertThat(stage.partitionState()).isEqualTo("Parked");
    assertThat(stage.retry(0)).isInstanceOf(DeadlineReply.Rejected.class);
    stage.to(36);
    assertThat(stage.history(DeadlineEvent.RunClosed.class).get(0).missed().get(0).reason())
        .contains("boom");
    stage.to(53);
    assertThat(stage.partitionState())
        .as("the next period takes it up")
        .isEqualTo("ReadingVanilla");
  }

  @Test
  void provesStill_whenALateTryWorks() {
    stage.to(8);
    readAll();
    for (int i = 0; i < 4; i++) {
      stage.fail(stage.lastAsked(), JobFailure.Kind.CHILD_DIED, "worker-1");
      stage.to(stage.chain.height() + 4);
    }
    assertThat(stage.lastAsked().avoid()).containsExactly("worker-1");
    prove();
    assertThat(stage.partitionState()).isEqualTo("Submitted");
  }

  @Test
  void triesAtOnce_whenAnOperatorRetriesInABackOff() {
    stage.to(8);
    readAll();
    stage.fail(stage.lastAsked(), JobFailure.Kind.CHILD_DIED, "worker-1");
    stage.fail(stage.lastAsked(), JobFailure.Kind.CHILD_DIED, "worker-2");
    assertThat(stage.partitionState()).isEqualTo("VanillaRead");
    DeadlineReply.PartitionStatus status = stage.overview().partitions().get(0);
    assertThat(status.attempts()).isEqualTo(3);
    assertThat(status.slackEpochs()).isEqualTo(29 - stage.chain.height());
    assertThat(stage.retry(7)).isInstanceOf(DeadlineReply.Rejected.class);
    assertThat(stage.retry(0)).isEqualTo(new DeadlineReply.Done());
    assertThat(stage.lastAsked().spec()).isInstanceOf(WindowPoStSnark.class);
    assertThat(stage.lastAsked().attempt()).isEqualTo(3);
    assertThat(stage.lastAsked().avoid()).isEmpty();
    assertThat(stage.retry(0)).as("it is under way").isInstanceOf(DeadlineReply.Rejected.class);
  }

  @Test
  void readsAgainAndTellsTheReasonAtClose_whenNothingIsReadable() {
    stage.to(8);
    for (int epoch = 9; epoch <= 30; epoch++) {
      if (stage.partitionState().equals("ReadingVanilla")) {
        stage.succeed(
            stage.lastAsked(), new VanillaProofs(List.of(), List.of(unreadable(2), unreadable(3))));
      }
      stage.to(epoch);
    }
    long tries = stage.history(DeadlineEvent.VanillaAsked.class).size();
    assertThat(tries).isBetween(4L, 10L);
    stage.to(36);
    assertThat(stage.told(SectorObservation.FoundFaulty.class)).containsExactly(2L, 3L);
    assertThat(stage.history(DeadlineEvent.RunClosed.class).get(0).missed().get(0).reason())
        .contains("too short");
  }

  @Test
  void provesAnew_whenAForkChangesTheChallenge() {
    stage.to(8);
    readAll();
    prove();
    stage.chain.forkBeacon("another beacon");
    stage.to(16);
    assertThat(stage.submitted).isEmpty();
    assertThat(stage.history(DeadlineEvent.RunReplanned.class)).hasSize(1);
    assertThat(stage.partitionState()).isEqualTo("ReadingVanilla");
    readAll();
    prove();
    stage.to(18);
    assertThat(stage.submitted).isNotEmpty();
  }

  @Test
  void opensNoRun_whenNothingIsOwed() {
    stage.chain.put(
        1,
        ProvingChain.partition(BitField.of(2), BitField.of(2), BitField.empty(), BitField.empty()));
    stage.to(40);
    assertThat(stage.history(DeadlineEvent.RunOpened.class)).isEmpty();
    assertThat(stage.told(SectorObservation.FoundFaulty.class)).containsExactly(2L);
  }

  @Test
  void opensLate_whenTheNodeWasAwayAtTheChallenge() {
    stage.chain.goAway(true);
    stage.to(20);
    assertThat(stage.asked).isEmpty();
    stage.chain.goAway(false);
    stage.to(21);
    assertThat(stage.askedFor(WindowPoStVanilla.class)).isNotEmpty();
  }

  @Test
  void cancelsJobs_whenTheWindowCloses() {
    stage.to(30);
    assertThat(stage.cancelled).containsExactly(stage.asked.get(0).id());
  }

  @Test
  void declaresAndRecovers_whenAFaultySectorReadsAgain() {
    stage.chain.put(
        1,
        ProvingChain.partition(
            BitField.of(2, 3), BitField.of(3), BitField.empty(), BitField.of(2)));
    stage.to(36);
    assertThat(stage.overview().faultySectors()).isEqualTo(1);
    stage.readableAgain(3);
    stage.to(37);
    MessageIntent intent = stage.lastSubmitted();
    DeclareFaultsRecoveredParams params =
        DeclareFaultsRecoveredParams.fromCbor(intent.message().params());
    assertThat(params.recoveries())
        .singleElement()
        .satisfies(
            declared -> {
              assertThat(declared.deadline()).isEqualTo(1);
              assertThat(declared.partition()).isZero();
              assertThat(declared.sectors()).isEqualTo(BitField.of(3));
            });
    assertThat(intent.lastUsefulEpoch()).isEqualTo(new Epoch(47));
    stage.land(intent, 0);
    assertThat(stage.told(SectorObservation.RecoveryDeclared.class)).containsExactly(3L);

    stage.chain.put(
        1,
        ProvingChain.partition(BitField.of(2, 3), BitField.of(3), BitField.of(3), BitField.of(2)));
    stage.to(53);
    readAll();
    prove();
    stage.to(61);
    stage.land(stage.lastSubmitted(), 0);
    assertThat(stage.told(SectorObservation.Recovered.class)).containsExactly(3L);
    assertThat(stage.seen)
        .filteredOn(each -> each.sector() == 3)
        .extracting(each -> each.observation().getClass().getSimpleName())
        .as("it may be its first proof too")
        .endsWith("Recovered", "ProvenAt");
    stage.chain.put(
        1,
        ProvingChain.partition(
            BitField.of(2, 3), BitField.empty(), BitField.empty(), BitField.of(2, 3)));
    stage.to(83);
    assertThat(stage.overview().faultySectors()).isZero();
    assertThat(stage.overview().recovery()).isEqualTo("NotDeclared");
  }

  @Test
  void declaresNothing_fromTheCutOffOn() {
    stage.chain.put(
        1,
        ProvingChain.partition(BitField.of(3), BitField.of(3), BitField.empty(), BitField.empty()));
    stage.to(47);
    stage.readableAgain(3);
    stage.to(60);
    assertThat(stage.submitted).isEmpty();
    stage.to(77);
    assertThat(stage.submitted).isNotEmpty();
  }

  @Test
  void declaresAnew_whenADeclarationFails() {
    stage.chain.put(
        1,
        ProvingChain.partition(BitField.of(3), BitField.of(3), BitField.empty(), BitField.empty()));
    stage.to(32);
    stage.readableAgain(3);
    stage.to(33);
    stage.land(stage.lastSubmitted(), 19);
    stage.to(36);
    stage.readableAgain(3);
    stage.to(38);
    assertThat(stage.submitted.stream().map(MessageIntent::intentId).distinct().count())
        .isEqualTo(2);
  }

  @Test
  void declaresTheRestInFurtherMessages_whenMoreReadAgainThanOneMayHold() {
    BitField all = BitField.of(3, 4, 5, 6, 7);
    stage.chain.put(1, ProvingChain.partition(all, all, BitField.empty(), BitField.empty()));
    stage.to(32);
    all.stream().forEach(stage::readableAgain);
    stage.to(33);
    MessageIntent first = stage.lastSubmitted();
    assertThat(declared(first)).isEqualTo(BitField.of(3, 4));
    stage.chain.put(1, ProvingChain.partition(all, all, declared(first), BitField.empty()));
    stage.land(first, 0);
    stage.to(34);
    MessageIntent second = stage.lastSubmitted();
    assertThat(declared(second)).isEqualTo(BitField.of(5, 6));
    stage.chain.put(
        1,
        ProvingChain.partition(
            all, all, declared(first).union(declared(second)), BitField.empty()));
    stage.land(second, 0);
    stage.to(35);
    assertThat(declared(stage.lastSubmitted())).isEqualTo(BitField.of(7));
    stage.land(stage.lastSubmitted(), 0);
    assertThat(stage.told(SectorObservation.RecoveryDeclared.class))
        .containsExactly(3L, 4L, 5L, 6L, 7L);
  }

  private static BitField declared(MessageIntent intent) {
    return DeclareFaultsRecoveredParams.fromCbor(intent.message().params())
        .recoveries()
        .get(0)
        .sectors();
  }

  @Test
  void isForDebt_onlyWhenTheExitCodeSaysSo() {
    for (String reason :
        List.of("message x landed with exit code 19", "REFUSED: exit code 19: no")) {
      assertThat(DeadlineFaults.isForDebt(new DeadlineEvent.RecoveryFailed(1, reason, stamp(9))))
          .isTrue();
    }
    for (String reason : List.of("exit code 16", "exit code 190", "EXPIRED: after 19")) {
      assertThat(DeadlineFaults.isForDebt(new DeadlineEvent.RecoveryFailed(1, reason, stamp(9))))
          .isFalse();
    }
  }

  @Test
  void tellsItIsWell_whenAReadableSectorIsNotFaultyOnChain() {
    stage.to(36);
    stage.readableAgain(3);
    stage.to(37);
    assertThat(stage.told(SectorObservation.Recovered.class)).containsExactly(3L);
    assertThat(stage.submitted).isEmpty();
  }
}
