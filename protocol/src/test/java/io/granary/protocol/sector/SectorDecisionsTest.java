package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.sender.MessageReport;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SectorDecisionsTest {
  private final SectorStory story = new SectorStory();

  @Test
  void reachesProving_whenNothingGoesWrong() {
    story.toProving();
    assertThat(story.state()).isInstanceOf(Proving.class);
    assertThat(story.since(0))
        .containsExactly(
            "SectorCreated",
            "SealingStarted",
            "TicketDrawn",
            "JobRequested",
            "PreCommit1Completed",
            "JobRequested",
            "PreCommit2Completed",
            "MessageRequested",
            "MessageLanded",
            "PreCommitSeen",
            "SeedDrawn",
            "JobRequested",
            "Commit1Completed",
            "JobRequested",
            "Commit2Completed",
            "MessageRequested",
            "MessageLanded",
            "CommitSeen",
            "SectorPlaced",
            "JobRequested",
            "Finalized");
  }

  @Test
  void importsThePiecesInOrder_whenOrdered() {
    story.create(SectorFixtures.order(SectorFixtures.SOURCE, SectorFixtures.SOURCE));
    long first = story.job().attempt();
    story.done(new JobOutput.PieceAdded(SectorFixtures.PIECE, SectorFixtures.UNSEALED));
    assertThat(story.job().attempt()).isEqualTo(first + 1);
    story.done(new JobOutput.PieceAdded(SectorFixtures.PIECE, SectorFixtures.UNSEALED));
    assertThat(story.state()).isInstanceOf(PreCommit1.class);
    assertThat(((PreCommit1) story.state()).core().pieces()).hasSize(2);
  }

  @Test
  void parksForRemoval_whenThePiecesDoNotFit() {
    SectorOrder.PieceSource half = SectorFixtures.SOURCE;
    story.create(SectorFixtures.order(half, half, half));
    assertThat(story.state()).isInstanceOf(Parked.class);
    assertThat(((Parked) story.state()).retryable()).isFalse();
  }

  @Test
  void parks_whenThePieceHasAnotherSize() {
    story.create(SectorFixtures.order(SectorFixtures.SOURCE));
    story.done(
        new JobOutput.PieceAdded(
            new PieceInfo(SectorFixtures.PIECE.commP(), 512), SectorFixtures.UNSEALED));
    assertThat(story.state()).isInstanceOf(Parked.class);
  }

  @Test
  void takesThePiece_whenItsCommitmentIsTheOrdered() {
    story.create(
        SectorFixtures.order(SectorFixtures.SOURCE.requiring(SectorFixtures.PIECE.commP())));
    story.done(new JobOutput.PieceAdded(SectorFixtures.PIECE, SectorFixtures.UNSEALED));
    assertThat(story.state()).isInstanceOf(PreCommit1.class);
  }

  @Test
  void isGivenUpBeforePc1_whenAPieceHasAnotherCommitment() {
    Commitment ordered = new Commitment(SectorFixtures.filled(0x36));
    SectorOrder.PieceSource right = SectorFixtures.SOURCE;
    SectorOrder.PieceSource wrong =
        new SectorOrder.PieceSource("staged:path-1/deal-staging/d.data", 1000, 1024)
            .activating(new PieceActivation.MarketDeal(12))
            .requiring(ordered);
    story.create(SectorFixtures.order(right, wrong));
    story.done(new JobOutput.PieceAdded(SectorFixtures.PIECE, SectorFixtures.UNSEALED));
    story.done(new JobOutput.PieceAdded(SectorFixtures.PIECE, SectorFixtures.UNSEALED));

    assertThat(story.state()).isInstanceOf(Removing.class);
    assertThat(((Removing) story.state()).reason())
        .isEqualTo(
            "piece 1 (chain deal 12) from staged:path-1/deal-staging/d.data: commP mismatch,"
                + " expected "
                + Cid.commP(ordered)
                + ", actual "
                + Cid.commP(SectorFixtures.PIECE.commP())
                + ": the data is damaged");
    assertThat(SectorView.of(story.state()).damaged())
        .containsExactly(Map.entry(wrong.source(), SectorFixtures.PIECE.commP()));
    story.done(new JobOutput.FilesRemoved());
    assertThat(story.state()).isInstanceOf(Removed.class);
    assertThat(SectorView.of(story.state()).damaged()).containsOnlyKeys(wrong.source());
    assertThat(story.events())
        .noneMatch(
            event ->
                event instanceof SectorEvent.SealingStarted
                    || event instanceof SectorEvent.TicketDrawn);
  }

  @Test
  void changesNothing_whenCreatedTwice() {
    story.toPreCommit1();
    int before = story.events().size();
    story.create(SectorFixtures.order());
    assertThat(story.events()).hasSize(before);
  }

  @Test
  void drawsTheTicketLate_whenSealingStarts() {
    story.create(SectorFixtures.order()).pass(500).look(story.ready());
    assertThat(((PreCommit1) story.state()).ticket().orElseThrow().epoch())
        .isEqualTo(new Epoch(1500 - 900));
  }

  @Test
  void parksForRemoval_whenTheNumberIsTaken() {
    story.toPreCommitting();
    ChainLook taken = story.preCommitted(new Epoch(900), Optional.empty());
    SectorStory other = new SectorStory();
    other.create(SectorFixtures.order());
    other.look(
        new ChainLook(
            taken.height(),
            Optional.empty(),
            taken.preCommit(),
            other.ready().ticket(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            false));
    assertThat(((Parked) other.state()).retryable()).isFalse();
  }

  @Test
  void ignoresTheReport_whenAttemptIsNotTheOneHeld() {
    story.toPreCommit1();
    ActiveJob job = story.job();
    assertThat(
            story
                .decisions()
                .jobReported(
                    story.state(),
                    story.now(),
                    new JobReport.Succeeded(
                        job.id(),
                        job.attempt() + 1,
                        "w",
                        new JobOutput.PreCommit1Done(SectorFixtures.CACHE),
                        1)))
        .isEmpty();
  }

  @Test
  void waitsLongerEachTime_whenTheWorkerFails() {
    story.toPreCommit1().fail(JobFailure.Kind.ENVIRONMENT);
    assertThat(((PreCommit1) story.state()).job().active()).isEmpty();
    story.pass(9).tick();
    assertThat(((PreCommit1) story.state()).job().active()).isEmpty();
    story.pass(1).tick();
    assertThat(story.job().attempt()).isEqualTo(2);
    story.fail(JobFailure.Kind.ENVIRONMENT).pass(19).tick();
    assertThat(((PreCommit1) story.state()).job().active()).isEmpty();
    story.pass(1).tick();
    assertThat(story.job().attempt()).isEqualTo(3);
  }

  @Test
  void parks_whenAttemptsAreExhausted() {
    story.toPreCommit1();
    for (int i = 0; i < SectorStory.POLICY.jobFailuresMax(); i++) {
      story.pass(60).tick().fail(JobFailure.Kind.ENVIRONMENT);
    }
    assertThat(story.state()).isInstanceOf(Parked.class);
  }

  @Test
  void parks_whenTheJobKilledTwoChildren() {
    story.toPreCommit2().fail(JobFailure.Kind.CHILD_DIED).pass(60).tick();
    assertThat(story.state()).isInstanceOf(PreCommit2.class);
    story.fail(JobFailure.Kind.CHILD_DIED);
    assertThat(((Parked) story.state()).reason()).contains("killed 2 processes");
  }

  @Test
  void takesTheStageUpWithFreshCounters_whenRetried() {
    story.toPreCommit2().fail(JobFailure.Kind.INPUT);
    assertThat(story.state()).isInstanceOf(Parked.class);
    story.retry();
    PreCommit2 again = (PreCommit2) story.state();
    assertThat(again.job().attemptsFailed()).isZero();
    assertThat(again.job().active().orElseThrow().attempt()).isEqualTo(3);
  }

  @Test
  void doesNotCountAgainstTheSector_whenWorkersAreLost() {
    story.toPreCommit1();
    for (int i = 0; i < SectorStory.POLICY.jobFailuresMax(); i++) {
      story.pass(60).tick().fail(JobFailure.Kind.LOST);
    }
    assertThat(story.state()).isInstanceOf(PreCommit1.class);
    story.pass(60).tick().fail(JobFailure.Kind.LOST);
    assertThat(story.state()).isInstanceOf(Parked.class);
  }

  @Test
  void goesBackToPreCommit1WithANewTicket_whenTheTicketExpires() {
    story.toPreCommit2();
    Epoch last =
        NetworkPolicy.MAINNET.lastPreCommitEpoch(((PreCommit2) story.state()).ticket().epoch());
    story.pass(last.since(story.now().epoch()) - 1).tick();
    assertThat(story.state()).isInstanceOf(PreCommit2.class);
    story.pass(1).tick();
    assertThat(((PreCommit1) story.state()).ticket()).isEmpty();
    story.look(story.ready());
    assertThat(((PreCommit1) story.state()).ticket().orElseThrow().epoch().value())
        .isEqualTo(story.now().epoch().value() - 900);
  }

  @Test
  void waitsForConfidence_whenATicketExpiresUnderAMessageOnItsWay() {
    story.toPreCommitting().look(story.ready());
    Epoch last = story.message().lastUsefulEpoch();
    story.pass(last.since(story.now().epoch()) + 4).look(story.nothing());
    assertThat(story.state()).isInstanceOf(PreCommitting.class);
    story.pass(1).look(story.nothing());
    assertThat(story.state()).isInstanceOf(PreCommit1.class);
  }

  @Test
  void sendsNothing_whenTheChainHasThePreCommitAlready() {
    story.toPreCommitting().pass(30);
    story.look(story.preCommitted(new Epoch(1020), Optional.empty()));
    assertThat(story.state()).isInstanceOf(WaitSeed.class);
    assertThat(story.since(0)).doesNotContain("MessageRequested");
  }

  @Test
  void parks_whenTheChainHoldsAnotherReplica() {
    story.toPreCommitting().pass(30);
    story.look(
        story.preCommitted(
            new Epoch(1020), Optional.empty(), new Commitment(SectorFixtures.filled(0x40))));
    assertThat(((Parked) story.state()).retryable()).isTrue();
  }

  @Test
  void takesThePreCommitEpochFromTheChain_whenTheMessageSaysAnother() {
    story.toPreCommitting().look(story.ready()).pass(20).landed(0).pass(5);
    story.look(story.preCommitted(new Epoch(1021), Optional.empty()));
    assertThat(((WaitSeed) story.state()).preCommitted().epoch()).isEqualTo(new Epoch(1021));
  }

  @Test
  void waitsForTheSameMessage_whenThePreCommitIsReorgedOut() {
    story.toWaitSeed();
    String intent = ((WaitSeed) story.state()).preCommitted().message().orElseThrow().intentId();
    story.pass(3).look(story.nothing());
    assertThat(story.state()).isInstanceOf(PreCommitting.class);
    assertThat(story.message().intentId()).isEqualTo(intent);
    assertThat(story.message().landing()).isEmpty();
  }

  @Test
  void believesNoLoss_whenTheNodeLagsBehind() {
    story.toWaitSeed();
    ChainLook nothing = story.nothing();
    story.look(
        new ChainLook(
            new Epoch(1020),
            nothing.sector(),
            nothing.preCommit(),
            nothing.ticket(),
            nothing.seed(),
            nothing.quote(),
            nothing.location(),
            false,
            false));
    assertThat(story.state()).isInstanceOf(WaitSeed.class);
  }

  @Test
  void waitsForTheNewSeed_whenThePreCommitMovedToAnotherEpoch() {
    story.toCommit2();
    story.look(story.preCommitted(new Epoch(1022), Optional.empty()));
    assertThat(((WaitSeed) story.state()).preCommitted().epoch()).isEqualTo(new Epoch(1022));
  }

  @Test
  void makesTheVanillaProofsAgain_whenTheSeedChangedBeforeTheSnark() {
    story.toCommit1().done(new JobOutput.Commit1Done(SectorFixtures.COMMIT1));
    assertThat(((Commit2) story.state()).job().active()).isEmpty();
    story.look(story.seeded(SectorFixtures.OTHER_SEED));
    assertThat(((Commit1) story.state()).seed()).isEqualTo(SectorFixtures.OTHER_SEED);
  }

  @Test
  void makesTheProofAgain_whenTheSeedChangedBeforeSending() {
    story.toCommitting().look(story.seeded(SectorFixtures.OTHER_SEED));
    assertThat(((Commit1) story.state()).seed()).isEqualTo(SectorFixtures.OTHER_SEED);
    assertThat(story.since(0).stream().filter("MessageRequested"::equals)).hasSize(1);
  }

  @Test
  void redoesWithTheSameTicketAndCommR_whenFilesAreLostAfterThePreCommit() {
    story.toCommit1();
    Ticket ticket = ((Commit1) story.state()).replica().ticket();
    story.fail(JobFailure.Kind.DATA);
    PreCommit1 again = (PreCommit1) story.state();
    assertThat(again.ticket()).contains(ticket);
    story.done(new JobOutput.PreCommit1Done(SectorFixtures.CACHE)).done(story.replica());
    story.look(story.seeded(SectorFixtures.SEED)).look(story.seeded(SectorFixtures.SEED));
    assertThat(story.state()).isInstanceOf(Commit1.class);
    assertThat(story.since(0).stream().filter("MessageRequested"::equals)).hasSize(1);
  }

  @Test
  void doesNotExpireTheTicket_whenThePreCommitIsOnChain() {
    story.toCommit1().fail(JobFailure.Kind.DATA).pass(10_000).tick();
    assertThat(((PreCommit1) story.state()).ticket()).isPresent();
  }

  @Test
  void refusesAnotherCommR_whenTheReplicaIsPreCommitted() {
    story.toCommit1().fail(JobFailure.Kind.DATA);
    story.done(new JobOutput.PreCommit1Done(SectorFixtures.CACHE));
    story.done(
        new JobOutput.PreCommit2Done(
            new Commitment(SectorFixtures.filled(0x40)),
            SectorFixtures.COMM_D,
            SectorFixtures.SEALED,
            SectorFixtures.CACHE));
    assertThat(story.state()).isInstanceOf(PreCommit1.class);
    assertThat(story.since(0)).contains("JobFailed").endsWith("SentBack", "JobRequested");
  }

  @Test
  void refusesTheReplica_whenCommDIsNotThatOfThePieces() {
    story.toPreCommit2();
    story.done(
        new JobOutput.PreCommit2Done(
            SectorFixtures.COMM_R,
            new Commitment(SectorFixtures.filled(0x40)),
            SectorFixtures.SEALED,
            SectorFixtures.CACHE));
    assertThat(story.state()).isInstanceOf(PreCommit1.class);
  }

  @Test
  void parks_whenWorkWasThrownAwayTooOften() {
    story.toPreCommit2();
    for (int i = 0; i < SectorStory.POLICY.sentBackMax(); i++) {
      story.fail(JobFailure.Kind.DATA).done(new JobOutput.PreCommit1Done(SectorFixtures.CACHE));
    }
    story.fail(JobFailure.Kind.DATA);
    assertThat(((Parked) story.state()).reason()).contains("thrown away 2 times");
  }

  @Test
  void makesTheRecordAgain_whenTheCommit1RecordIsLost() {
    story.toCommit2().fail(JobFailure.Kind.DATA);
    assertThat(((Commit1) story.state()).job().active()).isPresent();
  }

  @Test
  void makesTheProofAgain_whenTheChainRefusesIt() {
    story.toCommitting().look(story.seeded(SectorFixtures.SEED)).landed(16);
    assertThat(story.state()).isInstanceOf(Commit1.class);
    assertThat(story.since(0)).contains("MessageFailed").endsWith("SentBack", "JobRequested");
  }

  @Test
  void sendsAgainUnderAnotherName_whenTheMessageRanOutOfGas() {
    story.toPreCommitting().look(story.ready());
    String first = story.message().intentId();
    story.landed(7).look(story.ready());
    assertThat(((PreCommitting) story.state()).message().outgoing()).isEmpty();
    story.pass(10).look(story.ready());
    assertThat(story.message().intentId()).isNotEqualTo(first);
  }

  @Test
  void parks_whenTheSenderMayNotAct() {
    story.toPreCommitting().look(story.ready()).landed(18);
    assertThat(story.state()).isInstanceOf(Parked.class);
  }

  @Test
  void parks_whenMessagesFailTooOften() {
    story.toPreCommitting().look(story.ready()).landed(19).pass(60).look(story.ready()).landed(19);
    assertThat(((Parked) story.state()).reason()).contains("2 messages failed");
  }

  @Test
  void asksAgainUnderTheSameName_whenTheSenderIsFull() {
    story.toPreCommitting().look(story.ready());
    int before = story.events().size();
    story.report(
        new MessageReport.GaveUp(
            story.message().intentId(), MessageReport.GaveUp.Kind.TOO_MANY, "full"));
    assertThat(story.events()).hasSize(before);
  }

  @Test
  void recordsTheLandingOnce_whenToldTwice() {
    story.toPreCommitting().look(story.ready()).landed(0);
    int before = story.events().size();
    story.landed(0);
    assertThat(story.events()).hasSize(before);
  }

  @Test
  void keepsWhereItLanded_whenTheChainShowedItBeforeTheSenderTold() {
    story.toPreCommitting().look(story.ready()).pass(20);
    MessageReport.Landed report = story.landedReport(0);
    story.pass(1).look(story.preCommitted(new Epoch(1020), Optional.empty()));
    story.report(report);
    WaitSeed waiting = (WaitSeed) story.state();
    assertThat(waiting.preCommitted().message().orElseThrow().landing())
        .contains(new OutgoingMessage.Landing(SectorFixtures.MESSAGE, new Epoch(1020)));
    assertThat(story.decisions().messageReported(waiting, story.now(), report)).isEmpty();
  }

  @Test
  void keepsWhereTheCommitLanded_whenItProvesAlready() {
    story.toCommitting().look(story.seeded(SectorFixtures.SEED)).pass(20);
    MessageReport.Landed report = story.landedReport(0);
    Epoch activation = story.now().epoch();
    story.pass(1).look(story.committed(activation, false, false)).report(report);
    assertThat(
            ((Finalizing) story.state())
                .committed()
                .proof()
                .orElseThrow()
                .message()
                .orElseThrow()
                .landing())
        .isPresent();
  }

  @Test
  void forgetsTheLanding_whenReverted() {
    story.toPreCommitting().look(story.ready()).landed(0);
    story.report(new MessageReport.Reverted(story.message().intentId(), SectorFixtures.MESSAGE));
    assertThat(story.message().landing()).isEmpty();
  }

  @Test
  void ignoresTheReport_whenTheMessageIsAnOldOne() {
    story.toPreCommitting().look(story.ready());
    assertThat(
            story
                .decisions()
                .messageReported(
                    story.state(),
                    story.now(),
                    new MessageReport.Reverted("f01000/7/precommit/99", SectorFixtures.MESSAGE)))
        .isEmpty();
  }

  @Test
  void parksForRemoval_whenThePreCommitExpired() {
    story.toCommit2();
    story.pass(100_000).look(story.seeded(SectorFixtures.SEED));
    assertThat(((Parked) story.state()).retryable()).isFalse();
    assertThat(story.since(0)).endsWith("PreCommitExpired");
  }

  @Test
  void keepsLayersAndTrees_whenTheCommitIsYoung() {
    story.toFinalizing().pass(3).tick();
    assertThat(((Finalizing) story.state()).job().active()).isEmpty();
    story.pass(1).tick();
    assertThat(((Finalizing) story.state()).job().active()).isPresent();
  }

  @Test
  void isCommitted_whenTheChainSaysSoWhateverTheStage() {
    story.toCommit1().pass(50).look(story.committed(new Epoch(1200), false, false));
    assertThat(story.state()).isInstanceOf(Finalizing.class);
  }

  @Test
  void isCommitted_whenTheChainSaysSoOfAParkedSector() {
    story.toCommit2().fail(JobFailure.Kind.INPUT);
    story.pass(50).look(story.committed(new Epoch(1200), false, false));
    assertThat(story.state()).isInstanceOf(Finalizing.class);
  }

  @Test
  void waitsForTheSameCommit_whenItIsReorgedOut() {
    story.toProving().pass(5).look(story.nothing());
    assertThat(story.state()).isInstanceOf(Committing.class);
    assertThat(story.message().intentId()).isEqualTo("f01000/7/commit/2");
    assertThat(story.message().landing()).isEmpty();
  }

  @Test
  void keepsTheFirstProofOnly_whenProvenEachPeriod() {
    story.toProving();
    story.observe(new SectorObservation.ProvenAt(new Epoch(658), new Epoch(1300)));
    int before = story.events().size();
    story.observe(new SectorObservation.ProvenAt(new Epoch(3538), new Epoch(4200)));
    assertThat(story.events()).hasSize(before);
    assertThat(((Proving) story.state()).committed().firstProven()).contains(new Epoch(1300));
  }

  @Test
  void recovers_whenItsFilesAnswerTheSameChallenge() {
    story.toProving();
    story.observe(
        new SectorObservation.FoundFaulty(
            "leaf 3", new Epoch(3000), Optional.of(SectorFixtures.filled(1))));
    Faulty faulty = (Faulty) story.state();
    assertThat(SectorJobs.check(faulty).randomness()).isEqualTo(SectorFixtures.filled(1));
    story.report(
        new JobReport.Succeeded(
            SectorJobs.check(faulty).id(), 3001, "w", new JobOutput.ReplicaChecked(), 1));
    assertThat(((Recovering) story.state()).declared()).isEmpty();
    story.observe(new SectorObservation.RecoveryDeclared(new Epoch(3010)));
    story.observe(new SectorObservation.Recovered(new Epoch(3020)));
    assertThat(story.state()).isInstanceOf(Proving.class);
  }

  @Test
  void learnsTheChallenge_whenItWasFaultyForAnUnknownOne() {
    story.toProving();
    story.observe(new SectorObservation.FoundFaulty("the chain says so", new Epoch(3000)));
    story.observe(
        new SectorObservation.FoundFaulty(
            "leaf 3", new Epoch(3001), Optional.of(SectorFixtures.filled(1))));
    assertThat(SectorJobs.check((Faulty) story.state()).randomness())
        .isEqualTo(SectorFixtures.filled(1));
  }

  @Test
  void staysFaultyWithoutAnEvent_whenItsFilesStillDoNotAnswer() {
    story.toProving();
    story.observe(new SectorObservation.FoundFaulty("leaf 3", new Epoch(3000)));
    int before = story.events().size();
    story.report(
        new JobReport.Failed(
            SectorJobs.check((Faulty) story.state()).id(),
            3001,
            "w",
            new JobFailure(JobFailure.Kind.DATA, "leaf 3"),
            1));
    assertThat(story.events()).hasSize(before);
  }

  @Test
  void isFaultyAgain_whenTheDeclaredRecoveryIsGone() {
    story.toProving();
    story.observe(new SectorObservation.FoundFaulty("leaf 3", new Epoch(1200)));
    story.observe(new SectorObservation.RecoveryDeclared(new Epoch(1210)));
    story.pass(100).look(story.committed(new Epoch(1200), true, true));
    assertThat(story.state()).isInstanceOf(Recovering.class);
    story.look(story.committed(new Epoch(1200), true, false));
    assertThat(story.state()).isInstanceOf(Faulty.class);
  }

  @Test
  void recovers_whenTheChainNeverHeldItFaulty() {
    story.toProving();
    story.observe(new SectorObservation.FoundFaulty("leaf 3", new Epoch(1200)));
    story.report(
        new JobReport.Succeeded(
            SectorJobs.check((Faulty) story.state()).id(),
            1201,
            "w",
            new JobOutput.ReplicaChecked(),
            1));
    story.look(story.committed(new Epoch(1200), false, false));
    assertThat(story.state()).isInstanceOf(Recovering.class);
    story.pass(1200).look(story.committed(new Epoch(1200), false, false));
    assertThat(story.state()).isInstanceOf(Proving.class);
  }

  @Test
  void refusesRetry_whenNotParked() {
    story.toPreCommit1();
    assertThat(story.decisions().retry(story.state(), story.now()))
        .isInstanceOfSatisfying(
            SectorDecision.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(SectorRefusal.NOT_PARKED));
  }

  @Test
  void refusesRemoval_whenTheChainHoldsTheSector() {
    story.toProving();
    assertThat(story.decisions().remove(story.state(), story.now(), "no"))
        .isInstanceOfSatisfying(
            SectorDecision.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(SectorRefusal.ON_CHAIN));
  }

  @Test
  void deletesItsFiles_whenRemoved() {
    story.toPreCommit2().remove().done(new JobOutput.FilesRemoved());
    assertThat(((Removed) story.state()).core().files()).isEmpty();
  }
}
