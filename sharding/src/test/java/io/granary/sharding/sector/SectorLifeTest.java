package io.granary.sharding.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorFixtures;
import io.granary.protocol.sector.SectorHistory;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorView;
import io.granary.protocol.sender.MessageReport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole lives on a chain that forks, with files that vanish; the chain checks what is sent. */
class SectorLifeTest {
  @RegisterExtension static final SectorStage STAGE = new SectorStage();

  private SectorHarness sector;

  @BeforeEach
  void spawn() {
    sector = STAGE.sector();
  }

  @Test
  void provesItsPieces_whenNothingGoesWrong() {
    sector.create(SectorFixtures.SOURCE).work().pass(1).work().work();
    sector.pass(1).land().pass(160).work().work().pass(1).land().pass(5).work();
    sector.observe(new SectorObservation.ProvenAt(new Epoch(1100), new Epoch(1300)));
    assertThat(sector.state()).isEqualTo("Proving");
    assertThat(sector.view().number("committed.firstProven")).contains(1300L);
    assertThat(sector.view().text("pieces.0.source")).contains("/data/picture.png");
    assertThat(sector.events()).hasSizeLessThan(30);
  }

  /** A kill at each persisted state: nothing durable is done twice. */
  @Test
  void doesNothingTwiceOnChain_whenKilledAfterEveryStep() {
    sector.create(SectorFixtures.SOURCE).restart().work().restart().pass(1).restart();
    sector.work().restart().work().restart().pass(1).restart().land().restart();
    sector.pass(160).restart().work().restart().pass(1).restart().work().restart();
    sector.pass(1).restart().land().restart().pass(5).restart().work().restart();
    assertThat(sector.state()).isEqualTo("Proving");
    assertThat(sector.count(SectorEvent.MessageRequested.class)).isEqualTo(2);
    assertThat(sector.chain.preCommitsOnChain()).isEqualTo(1);
    assertThat(sector.chain.commitsOnChain()).isEqualTo(1);
  }

  @Test
  void waitsForTheNewPlace_whenAReorgMovesThePreCommit() {
    sector.toCommit2();
    long first = sector.view().number("preCommitted.epoch").orElseThrow();
    sector.chain.reorg(first - 1);
    sector.tell(new SectorCommand.MessageReported(sector.sender.revertNewest())).pass(1);
    assertThat(sector.state()).isEqualTo("PreCommitting");
    sector.land();
    assertThat(sector.state()).isEqualTo("WaitSeed");
    assertThat(sector.view().number("preCommitted.epoch").orElseThrow()).isGreaterThan(first);
    assertThat(sector.count(SectorEvent.MessageRequested.class)).isEqualTo(1);
    finish();
  }

  @Test
  void takesANewTicket_whenThePreCommitNeverLands() {
    sector.toPreCommitting();
    String commR = sector.view().text("replica.commR").orElseThrow();
    sector.pass(4000);
    assertThat(sector.state()).isEqualTo("PreCommit1");
    sector.sender.giveUp(MessageReport.GaveUp.Kind.EXPIRED);
    sector.work().work();
    assertThat(sector.view().text("replica.commR").orElseThrow()).isNotEqualTo(commR);
    sector.pass(1).land().pass(160);
    finish();
  }

  @Test
  void provesTheNewSeed_whenAReorgChangesIt() {
    sector.toCommit1().work();
    String seed = sector.view().text("seed.value").orElseThrow();
    sector.chain.reorg(sector.view().number("seed.epoch").orElseThrow() - 1);
    sector.pass(1);
    assertThat(sector.state()).isEqualTo("Commit1");
    assertThat(sector.view().text("seed.value").orElseThrow()).isNotEqualTo(seed);
    finish();
  }

  @Test
  void makesTheSameReplicaAgain_whenFilesAreLostBeforeTheVanillaProofs() {
    sector.toCommit1();
    String commR = sector.view().text("replica.commR").orElseThrow();
    sector.failWork(JobFailure.Kind.DATA);
    assertThat(sector.state()).isEqualTo("PreCommit1");
    sector.work().work();
    sector.pass(1);
    assertThat(sector.state()).isEqualTo("Commit1");
    assertThat(sector.view().text("replica.commR")).contains(commR);
    assertThat(sector.count(SectorEvent.MessageRequested.class)).isEqualTo(1);
    finish();
  }

  @Test
  void makesAnotherProof_whenTheChainRefusesIt() {
    sector.toCommitting().pass(1);
    // The seed changes between the last look and the landing: nobody could have known.
    sector.chain.reorg(sector.view().number("seed.epoch").orElseThrow() - 1);
    sector.land();
    assertThat(sector.count(SectorEvent.SentBack.class)).isEqualTo(1);
    finish();
  }

  @Test
  void commitsAgainWithTheSameProof_whenTheCommitIsReorgedOut() {
    sector.toProving();
    String proof = sector.view().text("committed.proof.proof").orElseThrow();
    sector.chain.reorg(sector.view().number("committed.activation").orElseThrow() - 1);
    sector.pass(1).tell(new SectorCommand.MessageReported(sector.sender.revertNewest()));
    assertThat(sector.state()).isEqualTo("Committing");
    sector.pass(1).land();
    assertThat(sector.state()).isEqualTo("Finalizing");
    assertThat(sector.view().text("committed.proof.proof")).contains(proof);
    finish();
  }

  @Test
  void isParkedAndTakenUpAgain_whenAJobKillsTwoChildren() {
    sector.toCommit2().failWork(JobFailure.Kind.CHILD_DIED).pass(60);
    sector.failWork(JobFailure.Kind.CHILD_DIED);
    assertThat(sector.state()).isEqualTo("Parked");
    assertThat(sector.view().text("reason").orElseThrow()).contains("killed 2 processes");
    sector.retry();
    sector.pass(1);
    assertThat(sector.newest().spec()).isInstanceOf(JobSpec.Commit2.class);
    finish();
  }

  @Test
  void tellsWhatItWas_whenAskedForAPastEpoch() {
    sector.toWaitSeed();
    SectorView then = sector.view();
    Epoch epoch = sector.chain.height();
    sector.pass(160);
    finish();
    assertThat(SectorView.of(SectorHistory.replay(sector.events()).at(epoch).state()))
        .isEqualTo(then);
  }

  /** From wherever it is to proving, letting pass what has to pass. */
  private void finish() {
    for (int i = 0; i < 20 && !sector.state().equals("Proving"); i++) {
      switch (sector.state()) {
        case "PreCommitting", "Committing" -> sector.pass(1).land();
        case "WaitSeed" -> sector.pass(160);
        default -> {
          if (sector.view().text("job.active.id").isEmpty()) {
            sector.pass(60);
          }
          sector.work();
        }
      }
    }
    sector.pass(1);
    assertThat(sector.state()).isEqualTo("Proving");
    assertThat(sector.chain.preCommitsOnChain()).isEqualTo(1);
    assertThat(sector.chain.commitsOnChain()).isEqualTo(1);
  }
}
