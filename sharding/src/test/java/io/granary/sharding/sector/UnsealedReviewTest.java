package io.granary.sharding.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceDeals.Standing;
import io.granary.protocol.port.PieceDeals.Wish;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorFixtures;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorOrder;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When a sector lets its unsealed copy go, and how it comes through crashes. */
class UnsealedReviewTest {
  @RegisterExtension static final SectorStage STAGE = new SectorStage();

  private static final DealId DEAL = deal(1);
  private static final DealId OTHER = deal(2);
  private static final Exposure INDEXED = new Exposure(Optional.of(5L), Optional.empty());

  private SectorHarness sector;

  @BeforeEach
  void spawn() {
    sector = STAGE.sector();
  }

  private static DealId deal(long number) {
    return new DealId(new UUID(0x1234_5678_9abc_def0L, number));
  }

  private static SectorOrder.PieceSource pieceOf(DealId deal) {
    return new SectorOrder.PieceSource(
        new StagedFile("store-1", "deal-staging/" + deal + ".data", 1000).source(), 1000, 1024);
  }

  private Commitment piece(int index) {
    return Commitment.fromHex(sector.view().text("pieces." + index + ".info.commP").orElseThrow());
  }

  private void wish(int index, DealId deal, Standing standing, boolean keep) {
    Wish wish = new Wish(deal, standing, true, keep);
    sector.deals.put(piece(index), wish, sector.events().size() + 1).toCompletableFuture().join();
  }

  private void expose(int index, Exposure exposure) {
    sector.deals.expose(piece(index), exposure).toCompletableFuture().join();
  }

  private SectorHarness review() {
    return sector.tell(new SectorCommand.ReviewUnsealed());
  }

  private void proven(DealId... deals) {
    sector.toProven(
        List.of(deals).stream()
            .map(UnsealedReviewTest::pieceOf)
            .toArray(SectorOrder.PieceSource[]::new));
    assertThat(sector.state()).isEqualTo("Proving");
  }

  private boolean hasCopy() {
    return sector.view().fields().containsValue("UNSEALED");
  }

  private void provenAndUnwanted() {
    proven(DEAL);
    wish(0, DEAL, Standing.LIVE, false);
    expose(0, INDEXED);
  }

  @Test
  void letsTheCopyGo_whenNoDealWantsIt() {
    provenAndUnwanted();
    int before = sector.events().size();
    review();
    assertThat(sector.state()).isEqualTo("DroppingUnsealed");
    assertThat(sector.newest().spec()).isInstanceOf(JobSpec.DropUnsealed.class);
    assertThat(sector.neighbours.motion()).endsWith("in motion");
    sector.work();
    assertThat(sector.events().subList(before, sector.events().size()))
        .extracting(SectorEvent::name)
        .containsExactly("UnsealedDropOrdered", "JobRequested", "UnsealedDropped");
    assertThat(hasCopy()).isFalse();
    assertThat(sector.neighbours.motion()).endsWith("at rest");
    review();
    assertThat(sector.state()).isEqualTo("Proving");
  }

  @Test
  void keepsTheCopy_untilEveryDealHasSaidThatItDoesWithout() {
    proven(DEAL, OTHER);
    review();
    assertThat(sector.state()).as("nobody has said anything").isEqualTo("Proving");
    wish(0, DEAL, Standing.LIVE, false);
    expose(0, INDEXED);
    review();
    assertThat(sector.state()).as("the other deal has said nothing").isEqualTo("Proving");
    wish(1, OTHER, Standing.LIVE, true);
    expose(1, INDEXED);
    review();
    assertThat(sector.state()).as("the other deal wants it").isEqualTo("Proving");
    wish(1, OTHER, Standing.ENDED, true);
    review();
    assertThat(sector.state()).as("that deal has ended").isEqualTo("DroppingUnsealed");
  }

  @Test
  void keepsTheCopy_whenADealThatWantedItHasEnded_andNoneAskedForItsRemoval() {
    proven(DEAL);
    wish(0, DEAL, Standing.ENDED, true);
    expose(0, INDEXED);
    review();
    assertThat(sector.state()).isEqualTo("Proving");
  }

  @Test
  void keepsTheCopy_untilItsPieceIsIndexed() {
    proven(DEAL);
    wish(0, DEAL, Standing.LIVE, false);
    review();
    assertThat(sector.state()).isEqualTo("Proving");
    expose(0, INDEXED);
    review();
    assertThat(sector.state()).isEqualTo("DroppingUnsealed");
  }

  @Test
  void keepsTheCopy_whenADealOfTheSamePieceElsewhereWantsItOrHasNoSectorYet() {
    provenAndUnwanted();
    wish(0, OTHER, Standing.COMING, false);
    review();
    assertThat(sector.state()).isEqualTo("Proving");
    wish(0, OTHER, Standing.LIVE, true);
    review();
    assertThat(sector.state()).isEqualTo("Proving");
  }

  @Test
  void keepsTheCopy_whenAPieceIsTheOperatorsOwn() {
    sector.toProven(pieceOf(DEAL), SectorFixtures.SOURCE);
    wish(0, DEAL, Standing.LIVE, false);
    expose(0, INDEXED);
    review();
    assertThat(sector.state()).isEqualTo("Proving");
    assertThat(hasCopy()).isTrue();
  }

  @Test
  void keepsTheCopy_whenTheStoreDoesNotAnswer() {
    provenAndUnwanted();
    sector.deals.unreachable(true);
    review();
    assertThat(sector.state()).isEqualTo("Proving");
    sector.deals.unreachable(false);
    review();
    assertThat(sector.state()).isEqualTo("DroppingUnsealed");
  }

  @Test
  void keepsTheCopy_whenTheOperatorKeepsAll() {
    SectorSettings usual = SectorHarness.SETTINGS;
    sector =
        STAGE.sector(
            new SectorSettings(
                usual.policy(),
                KeepUnsealed.ALWAYS,
                usual.lookTimeout(),
                usual.looksPerTickMax(),
                usual.persistBackoffMin(),
                usual.persistBackoffMax()));
    provenAndUnwanted();
    review();
    assertThat(sector.state()).isEqualTo("Proving");
  }

  @Test
  void asksForTheSameJobAgain_whenItDiesBetweenIntentAndOutcome() {
    provenAndUnwanted();
    review();
    JobRequest asked = sector.newest();
    int events = sector.events().size();
    sector.prover.forget();
    sector.restart().pass(1);
    review();
    assertThat(sector.prover.requests()).isNotEmpty().containsOnly(asked);
    assertThat(sector.events()).hasSize(events);
    sector.work();
    assertThat(hasCopy()).isFalse();
    sector.restart();
    assertThat(hasCopy()).isFalse();
    assertThat(sector.state()).isEqualTo("Proving");
  }

  @Test
  void asksForNoJob_whenTheIntentIsNotPersisted() {
    provenAndUnwanted();
    sector.prover.forget();
    sector.failNextPersist();
    review();
    assertThat(sector.prover.requests()).isEmpty();
    review();
    assertThat(sector.state()).isEqualTo("DroppingUnsealed");
  }

  @Test
  void saysWhyAndProves_whenTheReplicaIsNotWhereTheCopyIs() {
    provenAndUnwanted();
    review().failWork(JobFailure.Kind.DATA);
    assertThat(sector.state()).isEqualTo("Proving");
    assertThat(sector.neighbours.row().detail()).contains("unsealed copy", "broken");
    assertThat(hasCopy()).isTrue();
    review();
    assertThat(sector.state()).as("not at once again").isEqualTo("Proving");
  }

  @Test
  void takesBackTheJob_whenTheSectorIsFoundFaulty() {
    provenAndUnwanted();
    review();
    JobRequest asked = sector.newest();
    sector.observe(new SectorObservation.FoundFaulty("leaf 3", sector.chain.height()));
    assertThat(sector.prover.cancelled())
        .contains(new FakeProver.Cancelled(asked.id(), asked.attempt()));
    assertThat(hasCopy()).isTrue();
  }

  /** Whatever deals come and go: an intent only when no live deal wants the copy. */
  @Test
  void neverLetsTheCopyGoWhileALiveDealWantsIt_whateverTheDealsDo() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int life = 0; life < 3; life++) {
      sector = STAGE.sector();
      proven(DEAL, OTHER);
      for (int i = 0; i < 60 && sector.state().equals("Proving"); i++) {
        int index = random.nextInt(2);
        if (random.nextInt(4) == 0) {
          expose(index, random.nextInt(4) == 0 ? Exposure.NONE : exposed(random));
        } else {
          wish(index, deal(1 + random.nextInt(4)), any(random), random.nextBoolean());
        }
        review();
        if (!sector.state().equals("Proving")) {
          for (int at = 0; at < 2; at++) {
            DealId own = at == 0 ? DEAL : OTHER;
            List<Wish> wishes = sector.deals.wishes(piece(at));
            assertThat(wishes).as("seed %s", seed).anyMatch(wish -> wish.deal().equals(own));
            assertThat(wishes)
                .as("seed %s", seed)
                .noneMatch(wish -> wish.standing() == Standing.COMING)
                .noneMatch(wish -> wish.standing() == Standing.LIVE && wish.keepUnsealed());
          }
        }
      }
    }
  }

  private static Exposure exposed(Random random) {
    return new Exposure(
        Optional.of((long) random.nextInt(3)),
        random.nextBoolean() ? Optional.of(Cid.commP(SectorFixtures.COMM_R)) : Optional.empty());
  }

  private static Standing any(Random random) {
    int roll = random.nextInt(8);
    return roll == 0 ? Standing.COMING : roll < 3 ? Standing.ENDED : Standing.LIVE;
  }
}
