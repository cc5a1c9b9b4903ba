package io.granary.sharding.deadline;

import static io.granary.protocol.deadline.DeadlineFixtures.proven;
import static io.granary.protocol.deadline.DeadlineFixtures.unreadable;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec.CheckReplica;
import io.granary.protocol.job.JobSpec.WindowPoStSnark;
import io.granary.protocol.job.JobSpec.WindowPoStVanilla;
import io.granary.protocol.sector.SectorObservation;
import io.granary.sharding.chain.ProvingChain;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mainnet's grid: deadline 1 is open from 60 to 120, its next challenge is at 2920. */
class DeadlineRehearsalTest {
  private static final ProvingGrid MAINNET = new ProvingGrid(new Epoch(0), 48, 2880, 60, 20, 70);

  /** Whatever miner and deadline decide, it has begun. */
  private static final long BEGUN = 1_403;

  private static ActorTestKit kit;
  private DeadlineStage stage;

  @BeforeAll
  static void startKit() {
    kit = DeadlineStage.kit();
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void newDeadline() {
    newDeadline(MAINNET, new DeadlineSettings.Rehearsing(true, true, 240, 1440));
  }

  private void newDeadline(ProvingGrid grid, DeadlineSettings.Rehearsing rehearsing) {
    stage =
        new DeadlineStage(
            kit,
            DeadlineStage.miner(grid),
            DeadlineStage.settings(new DeadlineSettings.Batching(3, 3, 5), rehearsing));
    stage.chain.put(1, owing(2, 3), owing(4, 5));
  }

  private static Partition owing(long... sectors) {
    return ProvingChain.partition(
        BitField.of(sectors), BitField.empty(), BitField.empty(), BitField.of(sectors));
  }

  private void skipTo(long epoch) {
    stage.skip(epoch - stage.chain.height());
  }

  private List<DeadlineEvent.RehearsalDone> done() {
    return stage.history(DeadlineEvent.RehearsalDone.class);
  }

  @Test
  void provesEachPartitionOnceAndSendsNothing_betweenWindows() {
    skipTo(BEGUN);
    JobRequest vanilla = stage.lastAsked();
    assertThat(vanilla.rehearsal()).isTrue();
    assertThat(vanilla.lastUsefulEpoch()).isEqualTo(new Epoch(2680));
    stage.work(vanilla);
    JobRequest snark = stage.lastAsked();
    assertThat(snark.spec()).isInstanceOf(WindowPoStSnark.class);
    assertThat(snark.rehearsal()).isTrue();
    stage.work(snark);
    assertThat(((WindowPoStVanilla) stage.lastAsked().spec()).partition()).isEqualTo(1);
    stage.work(stage.lastAsked());
    stage.work(stage.lastAsked());
    assertThat(done()).hasSize(2).allSatisfy(each -> assertThat(each.wentWell()).isTrue());
    int asked = stage.asked.size();
    skipTo(2_600);
    assertThat(stage.asked).as("once a period").hasSize(asked);
    assertThat(stage.submitted).isEmpty();
    assertThat(stage.overview().rehearsals())
        .extracting(DeadlineReply.RehearsalStatus::partition)
        .containsExactly(0L, 1L);
    skipTo(2_921);
    Bytes real = ((WindowPoStVanilla) stage.lastAsked().spec()).randomness();
    assertThat(real).isNotEqualTo(((WindowPoStVanilla) vanilla.spec()).randomness());
    assertThat(stage.lastAsked().rehearsal()).isFalse();
    skipTo(3_010);
    skipTo(BEGUN + 2_880);
    assertThat(stage.lastAsked().rehearsal()).as("the next day again").isTrue();
  }

  @Test
  void tellsSectorsThatFailed_andThatTheyAreWellAgain() {
    skipTo(BEGUN);
    Bytes challenge = ((WindowPoStVanilla) stage.lastAsked().spec()).randomness();
    stage.succeed(stage.lastAsked(), new VanillaProofs(List.of(proven(2)), List.of(unreadable(3))));
    assertThat(((WindowPoStSnark) stage.lastAsked().spec()).sectors()).hasSize(1);
    stage.work(stage.lastAsked());
    assertThat(done().get(0).failing()).isEqualTo(BitField.of(3));
    assertThat(stage.seen)
        .singleElement()
        .satisfies(
            seen -> {
              SectorObservation.FoundFaulty found =
                  (SectorObservation.FoundFaulty) seen.observation();
              assertThat(seen.sector()).isEqualTo(3);
              assertThat(found.reason()).contains("too short");
              assertThat(found.challenge()).isEqualTo(Optional.of(challenge));
            });
    assertThat(stage.overview().rehearsals().get(0).reasons()).hasSize(1);
    stage.readableAgain(3);
    stage.skip(1);
    assertThat(stage.told(SectorObservation.Recovered.class)).containsExactly(3L);
  }

  @Test
  void tellsTheProblem_whenAJobFailsAgainAndAgain() {
    skipTo(BEGUN);
    stage.work(stage.lastAsked());
    for (int i = 0; i < 3; i++) {
      stage.fail(stage.lastAsked(), JobFailure.Kind.CHILD_DIED);
    }
    assertThat(done())
        .singleElement()
        .satisfies(each -> assertThat(each.problem()).contains("boom"));
  }

  @Test
  void readsOnly_whenProofsAreNotWanted() {
    newDeadline(MAINNET, new DeadlineSettings.Rehearsing(true, false, 240, 1440));
    skipTo(BEGUN);
    stage.work(stage.lastAsked());
    assertThat(done()).hasSize(1);
    assertThat(stage.askedFor(WindowPoStSnark.class)).isEmpty();
  }

  @Test
  void stops_whenTheNextWindowComesNear() {
    skipTo(BEGUN);
    JobRequest request = stage.lastAsked();
    skipTo(2_680);
    assertThat(stage.cancelled).contains(request.id());
    stage.work(request);
    assertThat(done()).isEmpty();
  }

  @Test
  void goesOnWithTheOthers_afterItsDeath() {
    skipTo(BEGUN);
    stage.work(stage.lastAsked());
    stage.work(stage.lastAsked());
    JobRequest second = stage.lastAsked();
    stage.restart();
    assertThat(stage.lastAsked()).isEqualTo(second);
    assertThat(done()).hasSize(1);
  }

  @Test
  void isOff_whenPeriodsAreShortOrItIsNotWanted() {
    newDeadline(MAINNET, new DeadlineSettings.Rehearsing(true, true, 240, 2881));
    skipTo(BEGUN);
    assertThat(stage.asked).isEmpty();
    newDeadline(MAINNET, DeadlineSettings.Rehearsing.OFF);
    skipTo(BEGUN);
    assertThat(stage.asked).isEmpty();
  }

  private void newScrub(long sectorsPerHour) {
    stage =
        new DeadlineStage(
            kit,
            DeadlineStage.miner(MAINNET),
            new DeadlineSettings(
                1,
                10,
                1,
                5,
                new DeadlineSettings.Batching(3, 3, 5),
                new DeadlineSettings.Rehearsing(false, false, 240, 1440),
                2,
                sectorsPerHour));
    stage.chain.put(1, owing(2, 3), owing(4, 5));
  }

  private List<Long> checked() {
    return stage.askedFor(CheckReplica.class).stream()
        .map(check -> check.sector().number().value())
        .distinct()
        .toList();
  }

  @Test
  void checksSectorsInTurn_asTimeAllows() {
    newScrub(120);
    skipTo(200);
    assertThat(checked()).as("the first head of a life allows nothing").isEmpty();
    skipTo(230);
    assertThat(checked()).as("a second an epoch: 30 s allow one").hasSize(1);
    assertThat(stage.lastAsked().rehearsal()).isTrue();
    skipTo(230 + 1800);
    assertThat(checked()).as("bounded, and round and round").hasSize(4);
    assertThat(stage.history(DeadlineEvent.class)).isEmpty();
  }

  @Test
  void tellsOnlySectorsThatAreBad_whenChecksFail() {
    newScrub(120);
    skipTo(200);
    skipTo(230);
    CheckReplica first = (CheckReplica) stage.lastAsked().spec();
    stage.fail(stage.lastAsked(), JobFailure.Kind.ENVIRONMENT);
    assertThat(stage.seen).isEmpty();
    skipTo(260);
    CheckReplica second = (CheckReplica) stage.lastAsked().spec();
    assertThat(second.sector()).isNotEqualTo(first.sector());
    stage.fail(stage.lastAsked(), JobFailure.Kind.DATA);
    assertThat(stage.seen)
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.sector()).isEqualTo(second.sector().number().value());
              assertThat(((SectorObservation.FoundFaulty) seen.observation()).challenge())
                  .isEqualTo(Optional.of(second.randomness()));
            });
  }

  @Test
  void stopsChecking_whenTheNextWindowComesNear() {
    newScrub(120);
    skipTo(200);
    skipTo(230);
    JobRequest check = stage.lastAsked();
    skipTo(2_680);
    assertThat(stage.cancelled).contains(check.id());
  }
}
