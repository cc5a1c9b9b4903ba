package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.MarketDeal;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.VerifiedClaim;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.Checkpoint;
import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealStatusView;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.DealVerdict;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.deal.Payments;
import io.granary.protocol.deal.Publication;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.DealBook;
import io.granary.protocol.port.DealFetcher.End;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.sector.ExpirationBounds;
import io.granary.protocol.sector.PieceActivation;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DealEntityTest {
  private static final AtomicLong DEALS = new AtomicLong();
  private static final Commitment OTHER = new Commitment(Bytes.fromHex("12".repeat(32)));
  private static final DealReply YES = new DealReply.Answered(DealResponse.yes());
  private static final long START = DealFixtures.HEAD + 5_760;
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(
                  ConfigFactory.parseString(
                      "akka.persistence.testkit { events.serialize = off, snapshots.serialize ="
                          + " off }"))
              .withFallback(ConfigFactory.load()));

  private DealStage stage = new DealStage(KIT, new DealId(new UUID(1, 0)));

  @AfterAll
  static void stopKit() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void newDeal() {
    stage = new DealStage(KIT, new DealId(new UUID(2, DEALS.incrementAndGet())));
    stage.tick();
  }

  private DealTerms online() {
    return stage.with(DealFixtures.onlineTerms());
  }

  private DealTerms offline() {
    return stage.with(DealFixtures.offlineTerms());
  }

  private DealTerms direct() {
    return stage.with(DealFixtures.directTerms());
  }

  // Proposals

  @Test
  void givesTheSameAnswer_whenTheSameProposalComesAgain() {
    assertThat(stage.propose(online())).isEqualTo(YES);
    assertThat(stage.propose(online())).isEqualTo(YES);
    assertThat(stage.propose(offline()))
        .isEqualTo(
            new DealReply.Answered(DealResponse.no("deal has the same uuid as deal " + stage.id)));
    assertThat(stage.book.row(stage.id).orElseThrow().state()).isEqualTo("Transferring");
  }

  @Test
  void keepsARefusal_whenAnotherDayWouldNotChangeIt() {
    DealVerdict.Refused refused =
        new DealVerdict.Refused(DealRefusal.CLIENT_NOT_TAKEN, "client not allowed by provider");
    DealReply no = new DealReply.Answered(refused.response());
    assertThat(stage.ask(to -> new DealCommand.Propose(online(), Optional.of(refused), to)))
        .isEqualTo(no);
    assertThat(stage.propose(online())).isEqualTo(no);
    stage.move();
    stage.tick();
    assertThat(stage.await(DealState.Rejected.class).refusal()).isEqualTo(refused.refusal());
  }

  @Test
  void keepsNothing_whenWhatWasShortMayBeThereLater() {
    DealVerdict.Refused refused =
        new DealVerdict.Refused(DealRefusal.STAGING_SPACE, "no space left");
    assertThat(stage.ask(to -> new DealCommand.Propose(online(), Optional.of(refused), to)))
        .isEqualTo(new DealReply.Answered(refused.response()));
    assertThat(stage.state()).isEmpty();
    assertThat(stage.propose(online())).isEqualTo(YES);
  }

  @Test
  void waitsForAHead_whenNoneIsKnown() {
    DealStage headless = new DealStage(KIT, new DealId(new UUID(3, DEALS.incrementAndGet())));
    var probe = KIT.<DealReply>createTestProbe();
    assertThat(headless.state()).isEmpty();
    headless.tell(
        new DealCommand.Propose(
            headless.with(DealFixtures.onlineTerms()), Optional.empty(), probe.getRef()));
    assertThat(headless.state()).isEmpty();
    headless.tick();
    assertThat(probe.receiveMessage(Duration.ofSeconds(10))).isEqualTo(YES);
  }

  @Test
  void isForgotten_whenItNeverBecameADeal() {
    stage.book.begin(
        new ActorId(1000),
        new DealBook.UnderWay(stage.id, DealFixtures.CLIENT.address(), 1, Instant.EPOCH));
    stage.tick(DealFixtures.HEAD + 2, Instant.EPOCH);
    stage.awaitAssert(() -> assertThat(stage.book.isUnderWay(stage.id)).isFalse());
  }

  // Transfers

  @Test
  void goesOnWhereItBroke_whenTheBackOffIsOver() throws InterruptedException {
    assertThat(stage.propose(online())).isEqualTo(YES);
    DealStage.Fetch first = stage.fetch();
    assertThat(first.order().sizeBytes()).isEqualTo(2000);
    assertThat(first.order().known().receivedBytes()).isZero();
    first.watcher().received(500, 2000);
    first.end().complete(new End.BrokenOff("connection reset", 800, 2000));
    DealStage.Fetch second = stage.fetch();
    assertThat(second.order().known().receivedBytes()).isEqualTo(800);
    assertThat(second.order().known().failures()).isEqualTo(1);
    second.end().complete(new End.BrokenOff("again", 800, 2000));
    DealStage.Fetch third = stage.fetch();
    assertThat(third.order().known().failures()).isEqualTo(2);
    third.end().complete(new End.Complete(DealFixtures.FILE, DealFixtures.COMM_P));
    assertThat(stage.await(DealState.Verified.class).file()).isEqualTo(DealFixtures.FILE);
  }

  @Test
  void resumesFromItsEvents_whenItHasMoved() throws InterruptedException {
    assertThat(stage.propose(online())).isEqualTo(YES);
    DealStage.Fetch first = stage.fetch();
    first.watcher().received(700, 2000);
    stage.awaitAssert(
        () ->
            assertThat(stage.await(DealState.Transferring.class).progress().receivedBytes())
                .isEqualTo(700));
    stage.move();
    assertThat(stage.told).contains("stop " + stage.id);
    first.end().complete(new End.Complete(DealFixtures.FILE, DealFixtures.COMM_P));
    stage.tick();
    assertThat(stage.fetch().order().known().receivedBytes()).isEqualTo(700);
    assertThat(stage.await(DealState.Transferring.class).progress().receivedBytes()).isEqualTo(700);
  }

  @Test
  void beginsAtTheFirstByte_whenTheServersFileIsAnother() throws InterruptedException {
    assertThat(stage.propose(online())).isEqualTo(YES);
    DealStage.Fetch first = stage.fetch();
    first.watcher().received(700, 2000);
    first.end().complete(new End.StartOver("another ETag"));
    assertThat(stage.fetch().order().known())
        .satisfies(known -> assertThat(known.receivedBytes()).isZero())
        .satisfies(known -> assertThat(known.totalBytes()).isZero());
  }

  @Test
  void triesAgain_whenStagingItselfFails() throws InterruptedException {
    assertThat(stage.propose(online())).isEqualTo(YES);
    stage.fetch().end().completeExceptionally(new java.io.IOException("disk full"));
    assertThat(stage.fetch().order().known().failures()).isEqualTo(1);
  }

  @Test
  void failsForGood_whenTheAddressMustNotBeReached() throws InterruptedException {
    assertThat(stage.propose(online())).isEqualTo(YES);
    stage.fetch().end().complete(new End.Refused("127.0.0.1 is a loopback address"));
    DealState.Failed failed = stage.await(DealState.Failed.class);
    assertThat(failed.failure())
        .isEqualTo(new DealFailure(DealFailure.Kind.FATAL, "127.0.0.1 is a loopback address"));
    stage.awaitAssert(() -> assertThat(stage.told).contains("release " + stage.id));
    assertThat(stage.ask(DealCommand.Retry::new))
        .isInstanceOfSatisfying(
            DealReply.Rejected.class,
            no -> assertThat(no.code()).isEqualTo(DealReply.Rejected.Code.NOT_RETRYABLE));
    assertThat(stage.propose(online())).as("as it was told").isEqualTo(YES);
  }

  @Test
  void failsForGood_whenTheFetchedDataIsAnother() throws InterruptedException {
    assertThat(stage.propose(online())).isEqualTo(YES);
    stage.fetch().end().complete(new End.Complete(DealFixtures.FILE, OTHER));
    assertThat(stage.await(DealState.Failed.class).failure().reason())
        .startsWith("commP mismatch, expected ");
  }

  @Test
  void lapses_whenItsStartHasCome() throws InterruptedException {
    assertThat(stage.propose(online())).isEqualTo(YES);
    assertThat(stage.fetch().end()).isNotDone();
    stage.tick(START - 1);
    stage.await(DealState.Transferring.class);
    stage.tick(START);
    assertThat(stage.await(DealState.Failed.class).failure().reason())
        .contains("deal start epoch " + START + " has passed");
    assertThat(stage.told).contains("stop " + stage.id);
    stage.awaitAssert(() -> assertThat(stage.book.isUnderWay(stage.id)).isFalse());
  }

  @Test
  void isRefused_whenItsNodesDiskHasNoRoomForIt() {
    stage.room = 1_999;
    assertThat(stage.propose(online()))
        .isEqualTo(
            new DealReply.Answered(
                DealResponse.no("server error: provider has no space left for storage deals")));
    stage.room = -1;
    assertThat(stage.propose(online())).isNotEqualTo(YES);
    assertThat(stage.state()).isEmpty();
    stage.room = 2_000;
    assertThat(stage.propose(online())).isEqualTo(YES);
    stage.room = 0;
    assertThat(stage.propose(online())).as("as it was told").isEqualTo(YES);
  }

  @Test
  void needsNoRoom_whenAnOperatorBringsItsData() {
    stage.room = 0;
    assertThat(stage.propose(offline())).isEqualTo(YES);
  }

  // Imports

  @Test
  void takesAnotherFile_whenTheImportedOneIsWrong() {
    assertThat(stage.propose(offline())).isEqualTo(YES);
    assertThat(stage.ask(to -> new DealCommand.Import("/data/none", to)))
        .isEqualTo(
            new DealReply.Rejected(
                DealReply.Rejected.Code.BAD_FILE, "on node node-1: no such file: /data/none"));
    stage.hash = OTHER;
    assertThat(stage.ask(to -> new DealCommand.Import("/data/a", to)))
        .isEqualTo(new DealReply.Accepted());
    stage.await(DealState.AwaitingData.class);
    stage.hash = DealFixtures.COMM_P;
    assertThat(stage.ask(to -> new DealCommand.Import("/data/b", to)))
        .isEqualTo(new DealReply.Accepted());
    assertThat(stage.await(DealState.Verified.class).file()).isEqualTo(stage.copy());
    assertThat(stage.ask(to -> new DealCommand.Import("/data/c", to)))
        .isInstanceOfSatisfying(
            DealReply.Rejected.class,
            no -> assertThat(no.code()).isEqualTo(DealReply.Rejected.Code.NOT_AWAITING_DATA));
  }

  @Test
  void goesOnWhereItStopped_whenAnOperatorRetries() {
    assertThat(stage.propose(offline())).isEqualTo(YES);
    stage.unreadable = true;
    assertThat(stage.ask(to -> new DealCommand.Import("/data/a", to)))
        .isEqualTo(new DealReply.Accepted());
    assertThat(stage.await(DealState.Failed.class).failure().kind())
        .isEqualTo(DealFailure.Kind.RETRYABLE);
    stage.unreadable = false;
    assertThat(stage.ask(DealCommand.Retry::new)).isEqualTo(new DealReply.Accepted());
    stage.await(DealState.Verified.class);
  }

  @Test
  void readsItsDataAgainByItself_whenItCouldNotBeRead() {
    assertThat(stage.propose(offline())).isEqualTo(YES);
    stage.unreadable = true;
    assertThat(stage.ask(to -> new DealCommand.Import("/data/a", to)))
        .isEqualTo(new DealReply.Accepted());
    stage.await(DealState.Failed.class);
    stage.unreadable = false;
    stage.move();
    tickUntil(DealState.Verified.class);
  }

  @Test
  void takesAnotherFile_whenTheFirstCouldNotBeCopied() {
    assertThat(stage.propose(offline())).isEqualTo(YES);
    stage.unreadable = true;
    assertThat(stage.ask(to -> new DealCommand.Import("/data/a", to)))
        .isEqualTo(new DealReply.Accepted());
    assertThat(stage.await(DealState.Failed.class).failure())
        .isEqualTo(new DealFailure(DealFailure.Kind.RETRYABLE, "file: on node node-1: read error"));
    stage.unreadable = false;
    assertThat(stage.ask(to -> new DealCommand.Import("/data/b", to)))
        .isEqualTo(new DealReply.Accepted());
    assertThat(stage.await(DealState.Verified.class).file()).isEqualTo(stage.copy());
    assertThat(stage.told).containsExactly("copy /data/a", "copy /data/b");
  }

  @Test
  void goesOnCopying_whenItMovesOrTheCopyingBreaksOff() throws InterruptedException {
    assertThat(stage.propose(offline())).isEqualTo(YES);
    assertThat(stage.ask(to -> new DealCommand.Import("/data/slow", to)))
        .isEqualTo(new DealReply.Accepted());
    assertThat(stage.slowCopy()).isNotDone();
    stage.move();
    assertThat(stage.told).contains("stop " + stage.id);
    stage.tick();
    stage.slowCopy().complete(new End.BrokenOff("many transfers wait", 0, 2000));
    CompletableFuture<End> third = stage.slowCopy();
    assertThat(stage.ask(to -> new DealCommand.Import("/data/b", to)))
        .isInstanceOf(DealReply.Rejected.class);
    third.complete(new End.Complete(stage.copy(), DealFixtures.COMM_P));
    assertThat(stage.await(DealState.Verified.class).file()).isEqualTo(stage.copy());
  }

  @Test
  void namesWhatTheDiskSaid_whenStagingFailsWhileCopying() throws InterruptedException {
    assertThat(stage.propose(offline())).isEqualTo(YES);
    assertThat(stage.ask(to -> new DealCommand.Import("/data/slow", to)))
        .isEqualTo(new DealReply.Accepted());
    stage
        .slowCopy()
        .completeExceptionally(
            new IllegalStateException("cannot write", new IOException("No space left on device")));
    assertThat(stage.await(DealState.Failed.class).failure().reason())
        .startsWith("file: on node node-1: ")
        .contains("cannot write")
        .endsWith("No space left on device");
  }

  @Test
  void endsTheCopyingAndReleases_whenItsStartHasCome() throws InterruptedException {
    assertThat(stage.propose(offline())).isEqualTo(YES);
    assertThat(stage.ask(to -> new DealCommand.Import("/data/slow", to)))
        .isEqualTo(new DealReply.Accepted());
    assertThat(stage.slowCopy()).isNotDone();
    stage.tick(START);
    stage.await(DealState.Failed.class);
    stage.awaitAssert(
        () -> assertThat(stage.told).contains("stop " + stage.id, "release " + stage.id));
  }

  @Test
  void saysSo_whenNobodyProposedIt() {
    assertThat(stage.ask(DealCommand.Retry::new))
        .isEqualTo(
            new DealReply.Rejected(DealReply.Rejected.Code.UNKNOWN_DEAL, "no deal " + stage.id));
  }

  // Sectors

  @Test
  void endsActive_whenItsSectorIsProvenAndHasClaimedItsAllocation() {
    assertThat(stage.propose(direct())).isEqualTo(YES);
    assertThat(stage.ask(to -> new DealCommand.Import("/data/a", to)))
        .isEqualTo(new DealReply.Accepted());
    stage.await(DealState.Placed.class);
    assertThat(stage.orderIds).containsExactly("deal/" + stage.id);
    assertThat(stage.ordered.get(0).activation()).isPresent();
    assertThat(stage.ordered.get(0).bounds().orElseThrow().earliest())
        .isEqualTo(new Epoch(DealFixtures.HEAD + 600_000));
    stage.tick();
    stage.await(DealState.Placed.class);
    stage.sectorState = "PreCommit1";
    tickUntil(DealState.Sealing.class);
    stage.onChain = Optional.of(onChain(DealFixtures.HEAD + 50));
    stage.tick();
    stage.tick();
    stage.await(DealState.Sealing.class);
    stage.claim = Optional.of(claim(DealFixtures.HEAD + 50));
    tickUntil(DealState.Active.class);
    stage.awaitAssert(
        () -> {
          stage.tick(DealFixtures.HEAD + 50 + 900);
          assertThat(stage.await(DealState.Active.class).file()).isEmpty();
        });
    stage.tick(DealFixtures.HEAD + 600_000);
    stage.await(DealState.Expired.class);
  }

  /** In the second before it is sealed nobody advertises it; after its end nobody does any more. */
  @Test
  void saysWhatItWantsOfItsPiece_untilItEnds() {
    DealTerms terms = direct();
    assertThat(stage.propose(terms)).isEqualTo(YES);
    assertThat(stage.pieces.wishes(DealFixtures.COMM_P)).isEmpty();
    assertThat(stage.ask(to -> new DealCommand.Import("/data/a", to)))
        .isEqualTo(new DealReply.Accepted());
    wishes(terms, PieceDeals.Standing.COMING);
    stage.sectorState = "PreCommit1";
    tickUntil(DealState.Sealing.class);
    wishes(terms, PieceDeals.Standing.LIVE);
    stage.onChain = Optional.of(onChain(DealFixtures.HEAD + 50));
    stage.claim = Optional.of(claim(DealFixtures.HEAD + 50));
    tickUntil(DealState.Active.class);
    wishes(terms, PieceDeals.Standing.LIVE);
    stage.tick(DealFixtures.HEAD + 600_000);
    wishes(terms, PieceDeals.Standing.ENDED);
  }

  private void wishes(DealTerms terms, PieceDeals.Standing standing) {
    PieceDeals.Wish wish =
        new PieceDeals.Wish(stage.id, standing, terms.announce(), terms.keepUnsealed());
    stage.awaitAssert(
        () -> assertThat(stage.pieces.wishes(DealFixtures.COMM_P)).containsExactly(wish));
  }

  @Test
  void isIndexedAndAnnounced_whenTheNodesThatServeSaySo() throws InterruptedException {
    verified();
    stage.standing = landed(42, true);
    stage.sectorState = "PreCommit1";
    tickUntil(DealState.Sealing.class);
    stage.tick();
    assertThat(checkpoint()).isEqualTo(Checkpoint.ADDED_PIECE);
    Cid advertisement = Cid.commP(DealFixtures.COMM_P);
    Exposure exposure = new Exposure(Optional.of(3L), Optional.of(advertisement));
    assertThat(stage.pieces.expose(DealFixtures.COMM_P, exposure)).isCompleted();
    stage.awaitAssert(
        () -> {
          stage.tick();
          assertThat(checkpoint()).isEqualTo(Checkpoint.INDEXED_AND_ANNOUNCED);
        });
    assertThat(stage.await(DealState.Sealing.class).exposure()).isEqualTo(exposure);
  }

  private Checkpoint checkpoint() {
    return DealStatusView.checkpoint(stage.state().orElseThrow());
  }

  @Test
  void takesAnotherSector_whenItsOwnCameToNothing() {
    assertThat(stage.propose(direct())).isEqualTo(YES);
    assertThat(stage.ask(to -> new DealCommand.Import("/data/a", to)))
        .isEqualTo(new DealReply.Accepted());
    stage.await(DealState.Placed.class);
    stage.sectorState = "Removed";
    stage.tick();
    stage.awaitAssert(
        () ->
            assertThat(stage.await(DealState.Placed.class).placement().sector().number())
                .isEqualTo(new SectorNumber(8)));
    assertThat(stage.orderIds.get(1)).isEqualTo("deal/" + stage.id + "/after/7");
  }

  @Test
  void waitsVerified_whenItHasToBePublishedFirst() throws InterruptedException {
    assertThat(stage.propose(online())).isEqualTo(YES);
    stage.fetch().end().complete(new End.Complete(DealFixtures.FILE, DealFixtures.COMM_P));
    stage.await(DealState.Verified.class);
    stage.tick();
    stage.await(DealState.Verified.class);
    assertThat(stage.ordered).isEmpty();
    assertThat(stage.queries.get(0).signed())
        .isEqualTo(((DealTerms.Contract.Market) online().contract()).signed());
  }

  private void verified() throws InterruptedException {
    assertThat(stage.propose(online())).isEqualTo(YES);
    stage.fetch().end().complete(new End.Complete(DealFixtures.FILE, DealFixtures.COMM_P));
    stage.await(DealState.Verified.class);
  }

  @Test
  void endsActive_whenItIsPublishedAndThenPlaced() throws InterruptedException {
    DealBook.Needs needs = DealBook.Needs.of(DealFixtures.proposal());
    stage.book.begin(
        new ActorId(1000),
        new DealBook.UnderWay(stage.id, Address.ofId(2000), 1, needs, Instant.EPOCH));
    verified();
    stage.standing = new PublicationStanding.UnderWay("f01000/publish/1");
    tickUntil(DealState.Publishing.class);
    assertThat(stage.book.needs(stage.id)).contains(needs);
    stage.standing = landed(42, false);
    tickUntil(DealState.Published.class);
    stage.awaitAssert(() -> assertThat(stage.book.needs(stage.id)).contains(DealBook.Needs.NONE));
    stage.move();
    stage.tick();
    stage.awaitAssert(
        () -> assertThat(stage.queries.get(stage.queries.size() - 1).publication()).isPresent());
    assertThat(stage.ordered).isEmpty();

    stage.standing = landed(42, true);
    stage.sectorState = "PreCommit1";
    tickUntil(DealState.Sealing.class);
    assertThat(stage.orderIds).containsExactly("deal/" + stage.id + "/as/42");
    assertThat(stage.ordered.get(0).activation())
        .contains(new PieceActivation.VerifiedDeal(42, new ActorId(2000), 1_042));
    ExpirationBounds bounds = stage.ordered.get(0).bounds().orElseThrow();
    assertThat(bounds.earliest()).isEqualTo(new Epoch(START + 518_400));
    assertThat(bounds.latest().value())
        .isBetween(DealFixtures.HEAD + 518_400 + 259_200, START + 518_400 + 259_200);
    stage.onChain = Optional.of(onChain(DealFixtures.HEAD + 50));
    stage.onMarket = Optional.of(onMarket(-1));
    stage.tick();
    stage.tick();
    stage.await(DealState.Sealing.class);
    stage.onMarket = Optional.of(onMarket(DealFixtures.HEAD + 50));
    tickUntil(DealState.Active.class);
    assertThat(stage.await(DealState.Active.class).activation())
        .isEqualTo(new Epoch(DealFixtures.HEAD + 50));
  }

  private void active() throws InterruptedException {
    sealing();
    stage.onMarket = Optional.of(onMarket(DealFixtures.HEAD + 50));
    tickUntil(DealState.Active.class);
  }

  private void sealing() throws InterruptedException {
    verified();
    stage.standing = landed(42, true);
    stage.sectorState = "PreCommit1";
    stage.onMarket = Optional.of(onMarket(-1));
    tickUntil(DealState.Sealing.class);
  }

  @Test
  void isSlashed_whenTheMarketKeepsItNoMoreAndThatIsFinal() throws InterruptedException {
    active();
    stage.onMarket = Optional.empty();
    stage.tick(DealFixtures.HEAD + 50 + 900);
    tickUntil(DealState.Slashed.class);
    stage.awaitAssert(() -> assertThat(stage.book.isUnderWay(stage.id)).isFalse());
  }

  @Test
  void isSealingAgain_whenAReorgTakesItsActivationBack() throws InterruptedException {
    active();
    stage.onMarket = Optional.of(onMarket(-1));
    tickUntil(DealState.Sealing.class);
    stage.onMarket = Optional.of(onMarket(DealFixtures.HEAD + 70));
    tickUntil(DealState.Active.class);
  }

  @Test
  void expires_whenItWasActiveToItsEnd() throws InterruptedException {
    active();
    stage.tick(START + 518_399);
    stage.await(DealState.Active.class);
    stage.onMarket = Optional.empty();
    stage.tick(START + 518_400);
    assertThat(stage.await(DealState.Expired.class).end()).isEqualTo(new Epoch(START + 518_400));
  }

  /** Nothing is claimed before the activation is final, and so a settled deal is never slashed. */
  @Test
  void saysWhatItIsToBePaid_onceItIsActiveForGood() throws InterruptedException {
    active();
    stage.tick();
    assertThat(stage.payables).isEmpty();
    stage.awaitAssert(
        () -> {
          stage.tick(DealFixtures.HEAD + 50 + 900);
          assertThat(stage.payables)
              .contains(
                  Payable.first(
                      stage.id,
                      42,
                      TokenAmount.ofAtto(1_000),
                      TokenAmount.ofAtto(120),
                      new Epoch(START),
                      new Epoch(START + 518_400)));
        });
  }

  @Test
  void keepsWhatItWasPaid_beforeAndAfterItsEndAndOnce() throws InterruptedException {
    assertThat(pay(DealFixtures.payment(START, 1, false)))
        .isInstanceOfSatisfying(
            DealReply.Rejected.class,
            no -> assertThat(no.code()).isEqualTo(DealReply.Rejected.Code.UNKNOWN_DEAL));
    active();
    DealPayment first = DealFixtures.payment(START + 100, 100_000, false);
    assertThat(pay(first)).isEqualTo(new DealReply.Accepted());
    assertThat(pay(first)).isEqualTo(new DealReply.Accepted());
    assertThat(stage.await(DealState.Active.class).payments())
        .isEqualTo(new Payments(TokenAmount.ofAtto(100_000), Optional.of(first)));
    stage.move();
    stage.tick(START + 518_400);
    stage.await(DealState.Expired.class);
    DealPayment last = DealFixtures.payment(START + 518_410, 5, true);
    assertThat(pay(last)).isEqualTo(new DealReply.Accepted());
    assertThat(stage.await(DealState.Expired.class).payments())
        .isEqualTo(new Payments(TokenAmount.ofAtto(100_005), Optional.of(last)));
  }

  private DealReply pay(DealPayment payment) {
    return stage.ask(to -> new DealCommand.Paid(payment, to));
  }

  @Test
  void failsForGood_whenItsSectorWasNotThereAtItsStart() throws InterruptedException {
    sealing();
    stage.onMarket = Optional.empty();
    stage.tick(START + 899);
    stage.tick(START + 899);
    stage.await(DealState.Sealing.class);
    stage.tick(START + 900);
    tickUntil(DealState.Failed.class);
    DealFailure failure = ((DealState.Failed) stage.state().orElseThrow()).failure();
    assertThat(failure.kind()).isEqualTo(DealFailure.Kind.FATAL);
    assertThat(failure.reason()).contains("not active at the deal's start epoch " + START);
  }

  @Test
  void waits_whenTheAllocationOfADirectDealIsNotThere() {
    stage.allocation = Optional.empty();
    assertThat(stage.propose(direct())).isEqualTo(YES);
    assertThat(stage.ask(to -> new DealCommand.Import("/data/a", to)))
        .isEqualTo(new DealReply.Accepted());
    stage.await(DealState.Verified.class);
    stage.tick();
    assertThat(stage.ordered).isEmpty();
  }

  private static MarketDeal onMarket(long sectorStart) {
    DealProposal proposal = DealFixtures.proposal();
    return new MarketDeal(
        new MarketDeal.Terms(
            proposal.piece(),
            proposal.paddedBytes(),
            proposal.verified(),
            proposal.client(),
            proposal.provider(),
            "",
            proposal.startEpoch(),
            proposal.endEpoch(),
            proposal.pricePerEpoch(),
            proposal.providerCollateral(),
            proposal.clientCollateral()),
        new MarketDeal.State(7, sectorStart, MarketDeal.State.UNSET, MarketDeal.State.UNSET));
  }

  @Test
  void isPublishedAnew_whenAReorgGivesItAnotherId() throws InterruptedException {
    verified();
    stage.standing = landed(42, false);
    tickUntil(DealState.Published.class);
    stage.standing = new PublicationStanding.UnderWay("f01000/publish/1");
    tickUntil(DealState.Publishing.class);
    stage.standing = landed(43, true);
    tickUntil(DealState.Published.class);
    stage.awaitAssert(
        () -> {
          stage.tick();
          assertThat(stage.orderIds).containsExactly("deal/" + stage.id + "/as/43");
        });
  }

  @Test
  void isVerifiedAgain_whenItsBatchWentWithoutIt() throws InterruptedException {
    verified();
    stage.standing = new PublicationStanding.UnderWay("f01000/publish/1");
    tickUntil(DealState.Publishing.class);
    stage.standing = new PublicationStanding.Waiting("no escrow");
    tickUntil(DealState.Verified.class);
  }

  @Test
  void failsAndMayBeRetried_whenThePublisherRefusesIt() throws InterruptedException {
    verified();
    stage.standing = new PublicationStanding.Refused("published already");
    tickUntil(DealState.Failed.class);
    assertThat(((DealState.Failed) stage.state().orElseThrow()).failure())
        .isEqualTo(new DealFailure(DealFailure.Kind.RETRYABLE, "publication: published already"));
    stage.standing = new PublicationStanding.Waiting("");
    assertThat(stage.ask(DealCommand.Retry::new)).isEqualTo(new DealReply.Accepted());
    stage.await(DealState.Verified.class);
  }

  @Test
  void isOfferedToThePublisherAgain_whenThatRefusedIt() throws InterruptedException {
    refused();
    stage.standing = landed(42, false);
    stage.passRetryDelay();
    stage.tick();
    stage.await(DealState.Published.class);
  }

  @Test
  void waitsForAnOperator_whenThePublisherRefusedItTooOften() throws InterruptedException {
    refused();
    int asked = stage.queries.size();
    for (int again = 0; again < 2 * DealStage.REFUSED_RETRIES_MAX; again++) {
      stage.passRetryDelay();
      stage.tick();
      settle();
    }
    assertThat(stage.queries).hasSize(asked + DealStage.REFUSED_RETRIES_MAX);
    stage.await(DealState.Failed.class);
    stage.standing = landed(42, false);
    assertThat(stage.ask(DealCommand.Retry::new)).isEqualTo(new DealReply.Accepted());
    stage.await(DealState.Published.class);
  }

  /** By a single tick: what the deal waits for is answered before the next command comes. */
  private void refused() throws InterruptedException {
    verified();
    settle();
    stage.standing = new PublicationStanding.Refused("left out");
    stage.tick();
    stage.await(DealState.Failed.class);
  }

  /** An answer that is there at once comes to the deal behind one command, and before the next. */
  private void settle() {
    for (int behind = 0; behind < 4; behind++) {
      assertThat(stage.state()).isPresent();
    }
  }

  // Damaged data

  @Test
  void bringsItsDataAgain_whenItsSectorFoundItDamaged() throws InterruptedException {
    published();
    assertThat(stage.ordered.get(0).commP()).contains(DealFixtures.COMM_P);
    spoil();
    stage.tick();
    DealStage.Fetch again = stage.fetch();
    assertThat(again.order().afresh()).isTrue();
    assertThat(again.order().known().receivedBytes()).isZero();
    stage.move();
    stage.tick();
    DealStage.Fetch moved = stage.fetch();
    assertThat(moved.order().afresh()).isTrue();
    moved.end().complete(new End.Complete(DealFixtures.FILE, DealFixtures.COMM_P));
    tickUntilOrdered(2);
    assertThat(stage.orderIds)
        .containsExactly("deal/" + stage.id + "/as/42", "deal/" + stage.id + "/as/42/after/7");
    wellAgain();
    tickUntil(DealState.Sealing.class);
    assertThat(((DealState.Sealing) stage.state().orElseThrow()).publication()).isPresent();
  }

  @Test
  void goesIntoAnotherSector_whenAnotherPieceSpoiltItsOwn() throws InterruptedException {
    published();
    stage.sectorState = "Removing";
    stage.damaged = Map.of("staged:path-1/deal-staging/other.data", OTHER);
    tickUntilOrdered(2);
    stage.await(DealState.Published.class);
    assertThat(stage.told).doesNotContain("release " + stage.id);
  }

  @Test
  void failsUntilRetried_whenItsDataComesDamagedAgainAndAgain() throws InterruptedException {
    published();
    spoil();
    for (int tries = 0; tries < 2; tries++) {
      stage.tick();
      stage.fetch().end().complete(new End.Complete(DealFixtures.FILE, DealFixtures.COMM_P));
      tickUntilOrdered(tries + 2);
    }
    tickUntil(DealState.Failed.class);
    DealState.Failed failed = stage.await(DealState.Failed.class);
    assertThat(failed.failure().kind()).isEqualTo(DealFailure.Kind.RETRYABLE);
    assertThat(failed.failure().reason())
        .startsWith("sector f01000/9 was given up: commP mismatch, expected ")
        .contains(Cid.commP(OTHER).toString());
    assertThat(stage.ask(DealCommand.Retry::new)).isEqualTo(new DealReply.Accepted());
    stage.tick();
    assertThat(stage.fetch().order().afresh()).isTrue();
  }

  @Test
  void failsForGood_whenItsDataIsFoundDamagedAfterItsStart() throws InterruptedException {
    published();
    stage.tick(START);
    spoil();
    tickUntil(DealState.Failed.class);
    DealFailure failure = stage.await(DealState.Failed.class).failure();
    assertThat(failure.kind()).isEqualTo(DealFailure.Kind.FATAL);
    assertThat(failure.reason()).endsWith("it is too late to bring the data again");
  }

  @Test
  void waitsForAnotherFile_whenItsSectorFoundTheImportedOneDamaged() {
    assertThat(stage.propose(direct())).isEqualTo(YES);
    assertThat(stage.ask(to -> new DealCommand.Import("/data/a", to)))
        .isEqualTo(new DealReply.Accepted());
    stage.await(DealState.Placed.class);
    stage.sectorState = "Removed";
    stage.damaged = Map.of(stage.await(DealState.Placed.class).file().source(), OTHER);
    tickUntil(DealState.AwaitingData.class);
    assertThat(stage.ask(to -> new DealCommand.Import("/data/b", to)))
        .isEqualTo(new DealReply.Accepted());
    stage.await(DealState.Placed.class);
    tickUntilOrdered(2);
    assertThat(stage.await(DealState.Placed.class).placement().damaged()).isEqualTo(1);
  }

  private void published() throws InterruptedException {
    verified();
    stage.standing = landed(42, true);
    tickUntilOrdered(1);
    stage.await(DealState.Published.class);
  }

  private void spoil() {
    stage.sectorState = "Removing";
    stage.damaged = Map.of(DealFixtures.FILE.source(), OTHER);
  }

  private void wellAgain() {
    stage.sectorState = "PreCommit1";
    stage.damaged = Map.of();
  }

  /** Until so many sectors were ordered, and the deal knows the last. */
  private void tickUntilOrdered(int sectors) {
    stage.awaitAssert(
        () -> {
          if (stage.orderIds.size() < sectors) {
            stage.tick();
          }
          assertThat(stage.orderIds).hasSize(sectors);
        });
  }

  private static PublicationStanding landed(long chainDealId, boolean firm) {
    return new PublicationStanding.Landed(
        "f01000/publish/1",
        new Publication(
            Cid.dagCborBlake2b(Bytes.fromHex("01")), new Epoch(DealFixtures.HEAD + 2), chainDealId),
        firm);
  }

  private void tickUntil(Class<? extends DealState.Known> type) {
    stage.awaitAssert(
        () -> {
          stage.tick();
          assertThat(stage.state()).containsInstanceOf(type);
        });
  }

  private static VerifiedClaim claim(long termStart) {
    return new VerifiedClaim(
        DealFixtures.PROVIDER.requireId(),
        new ActorId(2000),
        Cid.commP(DealFixtures.COMM_P),
        2048,
        518_400,
        1_051_200,
        new Epoch(termStart),
        new SectorNumber(7));
  }

  private static SectorOnChain onChain(long activation) {
    return new SectorOnChain(
        new SectorNumber(7),
        new RegisteredSealProof(5),
        OTHER,
        new Epoch(activation),
        new Epoch(activation + 1_000_000),
        BigInteger.ZERO,
        BigInteger.ZERO,
        TokenAmount.ZERO,
        Optional.empty(),
        Optional.empty(),
        new Epoch(activation),
        Optional.empty(),
        Optional.empty(),
        0,
        TokenAmount.ZERO);
  }
}
