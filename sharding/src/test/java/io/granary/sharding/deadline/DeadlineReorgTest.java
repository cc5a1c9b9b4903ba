package io.granary.sharding.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec.WindowPoStVanilla;
import io.granary.protocol.miner.MinerFixtures;
import io.granary.protocol.sender.MessageIntent;
import io.granary.sharding.chain.ProvingChain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Heads that come, go and leave out epochs. {@link ChangeHandler} has the fifteen cases of lotus's
 * storage/wdpost/wdpost_changehandler_test.go, in its order. The grid is the demo's: cut-off 3,
 * challenge 7, open 15, close 30, and 45 epochs later again.
 */
class DeadlineReorgTest {
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
    newDeadline(MinerFixtures.GRID);
  }

  private void newDeadline(ProvingGrid grid) {
    stage = new DeadlineStage(kit, DeadlineStage.miner(grid));
    stage.chain.put(1, owing(2, 3));
  }

  private static io.granary.protocol.chain.Partition owing(long... sectors) {
    return ProvingChain.partition(
        BitField.of(sectors), BitField.empty(), BitField.empty(), BitField.of(sectors));
  }

  private void proveBeforeOpen() {
    stage.to(8);
    stage.prove(0);
  }

  private void submit() {
    proveBeforeOpen();
    stage.to(16);
    assertThat(stage.partitionState()).isEqualTo("Submitted");
  }

  private long submissions() {
    return stage.history(DeadlineEvent.SubmissionAsked.class).size();
  }

  /** The cases of lotus's change handler. */
  @Nested
  class ChangeHandler {
    @Test
    void provesThenSubmits_whenHeadsComeOneByOne() {
      submit();
      stage.land(stage.lastSubmitted(), 0);
      assertThat(stage.partitionState()).isEqualTo("Proven");
    }

    @Test
    void submitsWithNoFurtherHead_whenTheProofComesWhileOpen() {
      stage.to(17);
      stage.prove(0);
      assertThat(stage.partitionState()).isEqualTo("Submitted");
    }

    @Test
    void isCompleteAtOnce_whenThereIsNothingToProve() {
      stage.chain.put(
          1,
          ProvingChain.partition(
              BitField.of(2), BitField.of(2), BitField.empty(), BitField.empty()));
      stage.to(36);
      assertThat(stage.asked).isEmpty();
      assertThat(stage.history(DeadlineEvent.RunOpened.class)).isEmpty();
    }

    @Test
    void doesNotStart_beforeTheChallengeOfItsPeriod() {
      stage.to(7);
      assertThat(stage.history(DeadlineEvent.RunOpened.class)).isEmpty();
      stage.to(8);
      assertThat(stage.history(DeadlineEvent.RunOpened.class)).hasSize(1);
    }

    @Test
    void startsTheNextOne_whileTheLastMessageIsStillOnItsWay() {
      newDeadline(new ProvingGrid(new Epoch(0), 2, 30, 15, 13, 14));
      stage.to(3);
      stage.prove(0);
      stage.to(32);
      assertThat(stage.partitionState()).isEqualTo("Submitted");
      stage.to(33);
      assertThat(stage.partitionState()).isEqualTo("ReadingVanilla");
      assertThat(stage.history(DeadlineEvent.RunOpened.class)).hasSize(2);
      assertThat(stage.history(DeadlineEvent.RunClosed.class).get(0).missed().get(0).reason())
          .contains("Submitted");
    }

    @Test
    void provesEachPeriod_roundAfterRound() {
      for (int period = 0; period < 3; period++) {
        stage.to(8 + 45L * period);
        stage.prove(0);
        stage.to(16 + 45L * period);
        stage.land(stage.lastSubmitted(), 0);
      }
      stage.to(16 + 45 * 2 + 20);
      assertThat(stage.history(DeadlineEvent.RunClosed.class))
          .hasSize(3)
          .allSatisfy(closed -> assertThat(closed.missed()).isEmpty());
    }

    @Test
    void provesAgain_whenProvingFails() {
      stage.to(8);
      stage.work(stage.lastAsked());
      stage.fail(stage.lastAsked(), JobFailure.Kind.ENVIRONMENT);
      stage.work(stage.lastAsked());
      stage.to(16);
      assertThat(stage.partitionState()).isEqualTo("Submitted");
    }

    @Test
    void submitsAgain_whenTheMessageFails() {
      submit();
      MessageIntent first = stage.lastSubmitted();
      stage.land(first, 16);
      assertThat(stage.partitionState()).isEqualTo("Submitted");
      assertThat(stage.lastSubmitted().intentId()).isNotEqualTo(first.intentId());
      stage.land(stage.lastSubmitted(), 0);
      assertThat(stage.partitionState()).isEqualTo("Proven");
    }

    @Test
    void givesUpAtTheClose_whenProvingTakesTooLong() {
      stage.to(30);
      assertThat(stage.partitionState()).isEqualTo("Parked");
      JobRequest late = stage.lastAsked();
      stage.work(late);
      assertThat(stage.partitionState()).isEqualTo("Parked");
      stage.to(53);
      assertThat(stage.lastAsked().id()).isNotEqualTo(late.id());
    }

    @Test
    void givesUpAfterTheClose_whenTheMessageDoesNotLand() {
      submit();
      stage.to(31);
      assertThat(stage.partitionState()).as("it may still be heard of").isEqualTo("Submitted");
      stage.giveUp(stage.lastSubmitted());
      assertThat(stage.partitionState()).isEqualTo("Parked");
      stage.to(36);
      assertThat(stage.history(DeadlineEvent.RunClosed.class).get(0).missed().get(0).reason())
          .contains("exit code 16");
    }

    @Test
    void provesOn_whenTheHeadIsRevertedWhileProving() {
      stage.to(9);
      JobRequest reading = stage.lastAsked();
      stage.reorg(2);
      stage.to(9);
      assertThat(stage.lastAsked()).isEqualTo(reading);
      stage.prove(0);
      stage.to(16);
      assertThat(stage.partitionState()).isEqualTo("Submitted");
      assertThat(stage.history(DeadlineEvent.RunOpened.class)).hasSize(1);
    }

    @Test
    void keepsItsMessage_whenTheHeadIsRevertedWhileSubmitting() {
      submit();
      stage.reorg(1);
      stage.to(17);
      assertThat(submissions()).isEqualTo(1);
      stage.land(stage.lastSubmitted(), 0);
      assertThat(stage.partitionState()).isEqualTo("Proven");
    }

    @Test
    void waitsForAnotherLanding_whenACompleteOneIsReverted() {
      submit();
      MessageIntent intent = stage.lastSubmitted();
      stage.to(17);
      stage.land(intent, 0);
      stage.reorg(1);
      stage.submitted.clear();
      stage.revert(intent);
      assertThat(stage.submitted).as("asked for at once").contains(intent);
      stage.to(18);
      stage.land(intent, 0);
      assertThat(stage.history(DeadlineEvent.ProvenInPeriod.class)).hasSize(2);
      assertThat(submissions()).isEqualTo(1);
    }

    @Test
    void goesOn_whenTwoEpochsAreReverted() {
      submit();
      MessageIntent intent = stage.lastSubmitted();
      stage.to(17);
      stage.land(intent, 0);
      stage.reorg(2);
      stage.revert(intent);
      assertThat(stage.chain.height()).isEqualTo(15);
      stage.to(18);
      stage.land(intent, 0);
      assertThat(stage.partitionState()).isEqualTo("Proven");
      assertThat(submissions()).isEqualTo(1);
    }

    @Test
    void goesOn_whenTheNewForkIsShorterThanTheOldOne() {
      submit();
      MessageIntent intent = stage.lastSubmitted();
      stage.to(20);
      stage.land(intent, 0);
      stage.chain.revert(8, true);
      stage.revert(intent);
      stage.skip(2);
      assertThat(stage.chain.height()).isEqualTo(14);
      assertThat(stage.partitionState()).isEqualTo("Submitted");
      stage.to(17);
      stage.land(intent, 0);
      assertThat(stage.partitionState()).isEqualTo("Proven");
      assertThat(submissions()).isEqualTo(1);
    }
  }

  @Test
  void provesAnewWithTheNextHead_whenAForkChangesTheChallengeBeforeOpen() {
    stage.to(9);
    JobRequest old = stage.lastAsked();
    stage.chain.forkBeacon("another beacon");
    stage.reorg(1);
    stage.to(9);
    assertThat(stage.history(DeadlineEvent.RunReplanned.class)).hasSize(1);
    assertThat(stage.lastAsked().id()).isNotEqualTo(old.id());
    assertThat(stage.lastAsked().attempt()).as("fencing goes on").isEqualTo(2);
    assertThat(stage.cancelled).contains(old.id());
    stage.work(old);
    assertThat(stage.partitionState()).isEqualTo("ReadingVanilla");
    stage.prove(0);
    stage.to(16);
    assertThat(stage.partitionState()).isEqualTo("Submitted");
  }

  @Test
  void looksAtTheChallengeOnlyWhenItSends_onceItIsSettled() {
    proveBeforeOpen();
    stage.to(17);
    stage.land(stage.lastSubmitted(), 0);
    stage.to(18);
    stage.chain.forkBeacon("too deep to be");
    stage.to(29);
    assertThat(stage.history(DeadlineEvent.RunReplanned.class)).isEmpty();
  }

  @Test
  void keepsWhatIsUnchanged_whenAForkChangesOnePartition() {
    stage.chain.put(1, owing(2, 3), owing(4, 5));
    stage.to(9);
    stage.prove(0);
    stage.chain.put(1, owing(2, 3), owing(4, 6));
    stage.reorg(1);
    stage.to(10);
    assertThat(stage.state(0)).isEqualTo("ProofMade");
    assertThat(((WindowPoStVanilla) stage.lastAsked(1).spec()).sectors())
        .extracting(sector -> sector.number().value())
        .containsExactly(4L, 6L);
  }

  @Test
  void opensAndSubmits_whenNullRoundsLieOverEveryBoundary() {
    stage.to(6);
    stage.skip(8);
    assertThat(stage.askedFor(WindowPoStVanilla.class)).isNotEmpty();
    stage.prove(0);
    stage.skip(14);
    assertThat(stage.chain.height()).isEqualTo(28);
    assertThat(stage.partitionState()).isEqualTo("Submitted");
    stage.land(stage.lastSubmitted(), 0);
    stage.skip(10);
    assertThat(stage.history(DeadlineEvent.RunClosed.class)).hasSize(1);
    stage.skip(25);
    assertThat(stage.history(DeadlineEvent.RunOpened.class))
        .as("opened late in the next window, at epoch 63")
        .hasSize(2);
  }

  @Test
  void missesAndGoesOn_whenNullRoundsLieOverAWholeWindow() {
    stage.to(10);
    stage.skip(60);
    assertThat(stage.history(DeadlineEvent.RunClosed.class)).hasSize(1);
    assertThat(stage.history(DeadlineEvent.RunOpened.class))
        .extracting(opened -> opened.window().open())
        .containsExactly(new Epoch(15), new Epoch(60));
  }

  @Test
  void goesOn_whenAForkTakesTheCloseBack() {
    proveBeforeOpen();
    stage.chain.goAway(true);
    stage.to(30);
    assertThat(stage.partitionState()).isEqualTo("Parked");
    stage.chain.goAway(false);
    stage.reorg(3);
    assertThat(stage.partitionState()).as("the window is open again").isEqualTo("Submitted");
    stage.land(stage.lastSubmitted(), 0);
    stage.to(36);
    assertThat(stage.history(DeadlineEvent.RunClosed.class).get(0).missed()).isEmpty();
  }

  @Test
  void isMissedAndTold_whenALandingIsTakenBackAfterTheClose() {
    submit();
    MessageIntent intent = stage.lastSubmitted();
    stage.to(29);
    stage.land(intent, 0);
    stage.to(32);
    assertThat(stage.history(DeadlineEvent.RunClosed.class)).as("not deep enough").isEmpty();
    stage.revert(intent);
    stage.to(36);
    assertThat(stage.history(DeadlineEvent.RunClosed.class).get(0).missed())
        .singleElement()
        .satisfies(missed -> assertThat(missed.partition()).isZero());
  }

  @Test
  void isToldAsLost_whenALandingIsTakenBackAfterTheRunWasClosed() {
    submit();
    MessageIntent intent = stage.lastSubmitted();
    stage.land(intent, 0);
    stage.to(36);
    stage.revert(intent);
    assertThat(stage.history(DeadlineEvent.LandingLost.class))
        .singleElement()
        .satisfies(lost -> assertThat(lost.intentId()).isEqualTo(intent.intentId()));
    stage.to(53);
    stage.revert(intent);
    assertThat(stage.history(DeadlineEvent.LandingLost.class)).as("in the next run").hasSize(2);
  }
}
