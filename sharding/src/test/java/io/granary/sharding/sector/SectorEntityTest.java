package io.granary.sharding.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorFixtures;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorRefusal;
import io.granary.protocol.sender.MessageReport;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the entity does around the pure decisions, command by command. */
class SectorEntityTest {
  @RegisterExtension static final SectorStage STAGE = new SectorStage();

  private SectorHarness sector;

  @BeforeEach
  void spawn() {
    sector = STAGE.sector();
  }

  @Test
  void isEmptyAtSequenceZero_whenNobodyAskedForTheSector() {
    assertThat(sector.state()).isEqualTo("Empty");
    assertThat(sector.live().sequence()).isZero();
  }

  @Test
  void refusesRemoval_whenNobodyAskedForTheSector() {
    assertThat(sector.remove())
        .isInstanceOfSatisfying(
            SectorReply.Rejected.class,
            reply -> assertThat(reply.code()).isEqualTo(SectorRefusal.NOT_CREATED));
  }

  /** A deadline may prove sectors that this cluster never sealed. */
  @Test
  void persistsNothing_whenASectorNobodyAskedForIsObserved() {
    sector.observe(new SectorObservation.ProvenAt(new Epoch(658), new Epoch(700)));
    sector.observe(new SectorObservation.FoundFaulty("leaf 3", new Epoch(700)));
    sector.pass(1);
    assertThat(sector.events()).isEmpty();
    assertThat(sector.state()).isEqualTo("Empty");
  }

  @Test
  void tellsMinerAndReadModel_whenCreated() {
    sector.create();
    assertThat(sector.events().get(0)).isInstanceOf(SectorEvent.SectorCreated.class);
    assertThat(sector.events().get(0).stamp().node()).isEqualTo("node-1");
    assertThat(sector.neighbours.motion()).containsExactly("in motion");
    assertThat(sector.neighbours.row().state()).isEqualTo("PreCommit1");
    assertThat(sector.neighbours.row().sequence()).isEqualTo(sector.events().size());
  }

  @Test
  void writesItsRowAgain_whenTheSweepFindsItBehind() {
    sector.toFinalizing().pass(5);
    sector.neighbours.loseRows(true);
    sector.work();
    assertThat(sector.state()).isEqualTo("Proving");
    assertThat(sector.neighbours.row().state()).isEqualTo("Finalizing");
    sector.neighbours.loseRows(false);
    sector.pass(1);
    assertThat(sector.neighbours.row().state()).as("no event, no row").isEqualTo("Finalizing");
    sector.tell(new SectorCommand.Summarize());
    assertThat(sector.neighbours.row().state()).isEqualTo("Proving");
    assertThat(sector.neighbours.row().sequence()).isEqualTo(sector.events().size());
  }

  @Test
  void changesNothing_whenCreatedAgain() {
    sector.create();
    List<SectorEvent> before = sector.events();
    sector.create();
    assertThat(sector.events()).isEqualTo(before);
  }

  @Test
  void asksForNoJob_whenItsIntentIsNotPersisted() {
    sector.toPreCommit1();
    JobReport done = sector.prover.succeed(sector.newest());
    sector.prover.forget();
    sector.failNextPersist();
    sector.report(done);
    assertThat(sector.prover.requests())
        .noneMatch(request -> request.spec() instanceof JobSpec.PreCommit2);
  }

  @Test
  void asksForTheSameJobAgain_whenNothingIsHeard() {
    sector.toPreCommit1();
    JobRequest first = sector.newest();
    sector.prover.forget();
    sector.pass(1);
    assertThat(sector.prover.requests()).contains(first);
    assertThat(sector.count(SectorEvent.JobRequested.class)).isEqualTo(1);
  }

  @Test
  void goesOn_whenTheJournalFailedOnce() {
    sector.toPreCommit1();
    JobReport done = sector.prover.succeed(sector.newest());
    sector.failNextPersist();
    sector.report(done);
    assertThat(sector.state()).isEqualTo("PreCommit1");
    sector.report(done);
    assertThat(sector.state()).isEqualTo("PreCommit2");
  }

  /** A full pool answers every ask with a progress report that says so. */
  @Test
  void asksOnAndIsNeverParked_howeverOftenThePoolTurnsItsJobAway() {
    sector.toPreCommit1();
    JobRequest held = sector.newest();
    int asks = 2 * SectorHarness.SETTINGS.policy().interruptionsMax();
    sector.prover.forget();
    for (int i = 0; i < asks; i++) {
      sector.report(
          new JobReport.Progress(held.id(), held.attempt(), "pool", "queue full: 4 wait", 0));
      sector.pass(1);
    }
    assertThat(sector.state()).isEqualTo("PreCommit1");
    assertThat(sector.live().progress())
        .contains(new SectorReply.JobProgress("pool", "queue full: 4 wait", 0));
    assertThat(sector.prover.requests()).hasSizeGreaterThanOrEqualTo(asks).containsOnly(held);
    assertThat(sector.count(SectorEvent.JobFailed.class)).isZero();
    sector.report(new JobReport.Started(held.id(), held.attempt(), "worker-1"));
    assertThat(sector.live().progress()).as("a worker has it now").isEmpty();
  }

  @Test
  void countsAndIgnoresTheReport_whenItIsOfAnotherAttempt() {
    sector.toPreCommit1();
    JobRequest held = sector.newest();
    sector.report(
        sector.prover.succeed(
            new JobRequest(
                held.id(),
                held.attempt() + 1,
                held.spec(),
                held.recipient(),
                held.lastUsefulEpoch())));
    assertThat(sector.state()).isEqualTo("PreCommit1");
    assertThat(sector.live().ignoredReports()).isEqualTo(1);
  }

  @Test
  void acceptsTheResultOnce_whenItComesTwice() {
    sector.toPreCommit1();
    JobReport done = sector.prover.succeed(sector.newest());
    sector.report(done).report(done);
    assertThat(sector.count(SectorEvent.PreCommit1Completed.class)).isEqualTo(1);
    assertThat(sector.live().ignoredReports()).isEqualTo(1);
  }

  @Test
  void showsProgressAndPersistsNone_whenTheWorkerReportsIt() {
    sector.toPreCommit1();
    int before = sector.events().size();
    sector.report(
        new JobReport.Progress(
            sector.newest().id(), sector.newest().attempt(), "worker-1", "pc1.layer", 50));
    assertThat(sector.live().progress())
        .contains(new SectorReply.JobProgress("worker-1", "pc1.layer", 50));
    assertThat(sector.events()).hasSize(before);
    sector.work();
    assertThat(sector.live().progress()).isEmpty();
  }

  @Test
  void cancelsTheJob_whenItsTicketExpires() {
    sector.toPreCommit1();
    JobRequest old = sector.newest();
    sector.pass(4000);
    assertThat(sector.prover.cancelled())
        .contains(new FakeProver.Cancelled(old.id(), old.attempt()));
    assertThat(sector.newest().attempt()).isEqualTo(old.attempt() + 1);
    assertThat(sector.newest().id()).isNotEqualTo(old.id());
  }

  @Test
  void submitsAgainUnderTheSameName_whenNothingIsHeard() {
    sector.toPreCommitting();
    assertThat(sector.sender.open()).hasSize(1);
    sector.pass(1).pass(1);
    assertThat(sector.sender.submissions()).isGreaterThan(2);
    assertThat(sector.sender.open()).hasSize(1);
    assertThat(sector.count(SectorEvent.MessageRequested.class)).isEqualTo(1);
  }

  @Test
  void submitsNoMore_whenTheMessageLanded() {
    sector.toPreCommitting();
    List<MessageReport> reports = sector.sender.land();
    sector.tell(new SectorCommand.MessageReported(reports.get(0)));
    int before = sector.sender.submissions();
    sector.tell(new SectorCommand.Ticked(sector.chain.tick()));
    assertThat(sector.sender.submissions()).isEqualTo(before);
  }

  @Test
  void staysAndTriesAgain_whenTheChainNodeIsAway() {
    sector.toPreCommitting().pass(1);
    for (MessageReport report : sector.sender.land()) {
      sector.tell(new SectorCommand.MessageReported(report));
    }
    sector.chain.setDown(true);
    sector.pass(1).pass(1);
    assertThat(sector.state()).isEqualTo("PreCommitting");
    sector.chain.setDown(false);
    sector.pass(1);
    assertThat(sector.state()).isEqualTo("WaitSeed");
  }

  @Test
  void stampsWithTheHeadOfTheMoment_whenAnOperatorSpeaksToASectorLongAtRest() {
    sector.toPreCommit1().failWork(JobFailure.Kind.INPUT);
    sector.chain.advance(500);
    sector.retry();
    assertThat(sector.view().number("updated.epoch")).contains(sector.chain.height().value());
  }

  @Test
  void stampsWithTheEpochOfWhatWasSeen_whenObservedAtRest() {
    sector.toProving();
    sector.observe(new SectorObservation.ProvenAt(new Epoch(1400), new Epoch(1500)));
    assertThat(sector.view().number("updated.epoch")).contains(1500L);
  }

  @Test
  void stampsWithTheHeadOfTheMoment_whenWokenWithoutATick() {
    sector.toPreCommit1().failWork(JobFailure.Kind.INPUT);
    sector.chain.advance(500);
    sector.restart();
    sector.retry();
    assertThat(sector.view().number("updated.epoch")).contains(sector.chain.height().value());
  }

  @Test
  void goesOnWithItsLastEpoch_whenWokenWhileTheChainNodeIsAway() {
    sector.toPreCommit1();
    sector.chain.setDown(true);
    sector.restart();
    sector.work();
    assertThat(sector.state()).isEqualTo("PreCommit2");
  }

  @Test
  void restsAndSaysSo_whenProving() {
    sector.toProving();
    assertThat(sector.neighbours.motion()).endsWith("at rest");
    assertThat(sector.neighbours.row().deadline()).contains(2L);
    assertThat(sector.neighbours.row().partition()).contains(0L);
  }

  @Test
  void looksAtTheChain_whenAnOldMessageIsRevertedUnderASectorAtRest() {
    sector.toProving();
    sector.chain.reorg(sector.view().number("committed.activation").orElseThrow() - 1);
    sector.chain.advance(1);
    sector.tell(new SectorCommand.MessageReported(sector.sender.revertNewest()));
    assertThat(sector.state()).isEqualTo("Committing");
    assertThat(sector.neighbours.motion()).endsWith("in motion");
  }

  @Test
  void readsItsFilesNowAndThen_whenFaulty() {
    sector.toProving();
    sector.observe(
        new SectorObservation.FoundFaulty("leaf 3", sector.chain.height(), Optional.empty()));
    sector.prover.forget();
    sector.pass(1);
    assertThat(sector.prover.requests()).hasSize(1);
    sector.failWork(JobFailure.Kind.DATA).pass(5);
    assertThat(sector.prover.requests()).hasSize(1);
    sector.pass(5);
    assertThat(sector.prover.requests()).hasSize(2);
    assertThat(sector.newest().attempt()).isEqualTo(sector.chain.height().value());
  }

  @Test
  void tellsItsDeadlineUntilItDeclares_whenItReadsAgain() {
    sector.toProving();
    sector.observe(
        new SectorObservation.FoundFaulty("leaf 3", sector.chain.height(), Optional.empty()));
    sector.chain.setFaulty(true, false);
    sector.pass(1).work().pass(1).pass(1);
    assertThat(sector.state()).isEqualTo("Recovering");
    assertThat(sector.neighbours.readable()).hasSizeGreaterThan(1);
    sector.observe(new SectorObservation.RecoveryDeclared(sector.chain.height()));
    int told = sector.neighbours.readable().size();
    sector.pass(1);
    assertThat(sector.neighbours.readable()).hasSize(told);
    sector.observe(new SectorObservation.Recovered(sector.chain.height()));
    assertThat(sector.state()).isEqualTo("Proving");
  }

  @Test
  void isFirstProvenByItsRecovery_whenItMissedItsFirstWindow() {
    sector.toProving();
    sector.observe(new SectorObservation.FoundFaulty("missed", sector.chain.height()));
    sector.observe(new SectorObservation.RecoveryDeclared(sector.chain.height()));
    Epoch now = sector.chain.height();
    for (int time = 0; time < 2; time++) {
      sector.observe(new SectorObservation.Recovered(now));
      sector.observe(new SectorObservation.ProvenAt(new Epoch(1100), now));
    }
    assertThat(sector.state()).isEqualTo("Proving");
    assertThat(sector.view().number("committed.firstProven")).contains(now.value());
    assertThat(sector.count(SectorEvent.SectorRecovered.class)).isEqualTo(1);
    assertThat(sector.count(SectorEvent.FirstProven.class)).isEqualTo(1);
  }

  @Test
  void refusesTheRetry_whenNotParked() {
    sector.toPreCommit1();
    assertThat(sector.retry())
        .isInstanceOfSatisfying(
            SectorReply.Rejected.class,
            reply -> assertThat(reply.code()).isEqualTo(SectorRefusal.NOT_PARKED));
  }

  @Test
  void goesOnWhereItStopped_whenRetried() {
    sector.toPreCommit1().failWork(JobFailure.Kind.INPUT);
    assertThat(sector.state()).isEqualTo("Parked");
    assertThat(sector.neighbours.motion()).endsWith("at rest");
    assertThat(sector.retry()).isEqualTo(new SectorReply.Accepted());
    assertThat(sector.state()).isEqualTo("PreCommit1");
    assertThat(sector.neighbours.motion()).endsWith("in motion");
    assertThat(sector.newest().attempt()).isEqualTo(2);
  }

  @Test
  void deletesItsFiles_whenRemoved() {
    sector.toPreCommit1();
    assertThat(sector.remove()).isEqualTo(new SectorReply.Accepted());
    sector.work();
    assertThat(sector.state()).isEqualTo("Removed");
  }

  @Test
  void neverGoesBackInTime_whenTheHeadDoes() {
    sector.toWaitSeed();
    sector.chain.reorg(sector.chain.height().value() - 2);
    sector.tell(new SectorCommand.Ticked(sector.chain.advance(-1)));
    assertThat(sector.events().stream().map(event -> event.stamp().epoch()).toList()).isSorted();
    assertThat(sector.events().stream().map(event -> event.stamp().time()).toList()).isSorted();
  }

  static Stream<Arguments> stages() {
    return Stream.of(
        stage("Filling", s -> s.create(SectorFixtures.SOURCE)),
        stage("PreCommit1", SectorHarness::toPreCommit1),
        stage("PreCommit2", s -> s.toPreCommit1().work()),
        stage("PreCommitting", SectorHarness::toPreCommitting),
        stage("WaitSeed", SectorHarness::toWaitSeed),
        stage("Commit1", SectorHarness::toCommit1),
        stage("Commit2", SectorHarness::toCommit2),
        stage("Committing", SectorHarness::toCommitting),
        stage("Finalizing", SectorHarness::toFinalizing),
        stage("Proving", SectorHarness::toProving),
        stage("Parked", s -> s.toPreCommit1().failWork(JobFailure.Kind.INPUT)),
        stage(
            "Faulty",
            s -> s.toProving().observe(new SectorObservation.FoundFaulty("x", new Epoch(2000)))));
  }

  private static Arguments stage(String name, Consumer<SectorHarness> way) {
    return Arguments.of(name, way);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("stages")
  void isTheSameAndAsksForTheSame_whenRestarted(String stage, Consumer<SectorHarness> way) {
    way.accept(sector);
    assertThat(sector.state()).isEqualTo(stage);
    SectorReply.StateIs before = sector.live();
    List<SectorEvent> events = sector.events();
    List<JobRequest> asked =
        sector.prover.newest().filter(r -> before.view().text("job.active.id").isPresent()).stream()
            .toList();
    sector.prover.forget();
    sector.restart();
    assertThat(sector.live().view()).isEqualTo(before.view());
    assertThat(sector.live().sequence()).isEqualTo(before.sequence());
    assertThat(sector.events()).isEqualTo(events);
    assertThat(sector.prover.requests()).containsAll(asked).hasSizeLessThanOrEqualTo(2);
  }
}
