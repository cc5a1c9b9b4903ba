package io.granary.sharding.sender;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import akka.persistence.testkit.javadsl.SnapshotTestKit;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderFixtures;
import io.granary.protocol.sender.SenderState;
import io.granary.sharding.entity.Snapshots;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SenderEntityTest {
  private static final AtomicInteger ADDRESSES = new AtomicInteger();
  private static ActorTestKit kit;
  private SenderStage stage;
  private Address address;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create(SenderStage.CONFIG);
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void newSender() {
    address = Address.ofActor(Bytes.of(new byte[] {1, (byte) ADDRESSES.incrementAndGet()}));
    stage = new SenderStage(kit, address);
    stage.tick();
  }

  private SignedMessage foreign(long nonce) {
    return new SignedMessage(
        new Message(
            Address.ofId(5),
            address,
            nonce,
            TokenAmount.ofAtto(1),
            1,
            TokenAmount.ofAtto(9_000),
            TokenAmount.ofAtto(9_000),
            0,
            Bytes.empty()),
        new Signature(Signature.Kind.BLS, Bytes.of(new byte[96])));
  }

  @Test
  void landsOnceWithInclusionEpoch_whenSubmittedTwice() {
    stage.submit(stage.intent("a"));
    stage.submit(stage.intent("a"));
    stage.chain.mine(1); // included at 11
    stage.chain.mine(3); // null rounds: the child that holds the receipt is at 14
    stage.tick();
    assertThat(stage.chain.messages()).hasSize(1);
    assertThat(stage.reports(MessageReport.Landed.class))
        .singleElement()
        .satisfies(
            landed -> {
              assertThat(landed.inclusionEpoch()).isEqualTo(new Epoch(11));
              assertThat(landed.height()).isEqualTo(new Epoch(14));
              assertThat(landed.tipSet()).isEqualTo(stage.chain.headTipSet().key());
            });
  }

  @Test
  void takesNoncesInOrder_whenSeveralAreInFlight() {
    for (String id : List.of("a", "b", "c")) {
      stage.submit(stage.intent(id));
    }
    assertThat(stage.chain.pooled())
        .extracting(message -> message.message().nonce())
        .containsExactly(0L, 1L, 2L);
  }

  @Test
  void isToldAgain_whenSubmittedAfterItsEnd() {
    stage.submit(stage.intent("a"));
    stage.mine(9);
    assertThat(stage.overview().open()).isEmpty();
    stage.reports.clear();
    stage.submit(stage.intent("a"));
    assertThat(stage.reports(MessageReport.Landed.class)).hasSize(1);
    stage.mine(3);
    assertThat(stage.chain.messages()).hasSize(1);
  }

  /** Two events each: accepted, and given up because its simulation fails. */
  @Test
  void goesOnFromASnapshotAndKeepsEveryEvent_whenItsStreamIsLong() {
    stage.chain.exitWith(message -> 16L);
    int intents = Snapshots.EVENTS_BETWEEN / 2 + 5;
    for (int i = 0; i < intents; i++) {
      stage.tell(new SenderCommand.Submit(stage.intent("i" + i), SenderFixtures.SECTOR));
      stage.tick();
    }
    String id = "sender|" + SenderEntity.entityId(address);
    SenderState kept =
        SnapshotTestKit.create(kit.system()).expectNextPersistedClass(id, SenderState.class);
    assertThat(kept.settled()).hasSize(Snapshots.EVENTS_BETWEEN / 2);
    stage.restart();
    stage.reports.clear();
    stage.submit(stage.intent("i0"));
    assertThat(stage.reports(MessageReport.GaveUp.class))
        .as("an end from before the snapshot is told again")
        .hasSize(1);
    assertThat(PersistenceTestKit.create(kit.system()).persistedInStorage(id)).hasSize(2 * intents);
  }

  @Test
  void goesOn_whenASnapshotCannotBeWritten() {
    stage.chain.exitWith(message -> 16L);
    String id = "sender|" + SenderEntity.entityId(address);
    SnapshotTestKit.create(kit.system()).failNextPersisted(id);
    int intents = Snapshots.EVENTS_BETWEEN / 2 + 5;
    for (int i = 0; i < intents; i++) {
      stage.tell(new SenderCommand.Submit(stage.intent("i" + i), SenderFixtures.SECTOR));
      stage.tick();
    }
    assertThat(stage.reports(MessageReport.GaveUp.class)).hasSize(intents);
    stage.restart();
    stage.reports.clear();
    stage.submit(stage.intent("i" + (intents - 1)));
    assertThat(stage.reports(MessageReport.GaveUp.class)).hasSize(1);
  }

  @Test
  void givesUpWithExitCode_whenSimulationFails() {
    stage.chain.exitWith(message -> 16L);
    stage.submit(stage.intent("a"));
    assertThat(stage.reports(MessageReport.GaveUp.class))
        .singleElement()
        .satisfies(
            gaveUp -> {
              assertThat(gaveUp.kind()).isEqualTo(MessageReport.GaveUp.Kind.REFUSED);
              assertThat(gaveUp.reason()).contains("16");
            });
    assertThat(stage.chain.pooled()).isEmpty();
    assertThat(stage.fence.claims).isEmpty();
  }

  @Test
  void triesAgain_whenNodeWasAwayForThePrice() {
    stage.chain.priceWith(
        () -> Optional.of(new ChainException(ChainException.CONNECTION_LOST, "away")));
    stage.submit(stage.intent("a"));
    assertThat(stage.reports).isEmpty();
    stage.chain.priceWith(Optional::empty);
    stage.tick();
    assertThat(stage.chain.pooled()).hasSize(1);
  }

  @Test
  void triesAgain_whenNodeRefusesButTheActorWouldNot() {
    stage.chain.priceWith(() -> Optional.of(new ChainException(1, "not enough funds")));
    stage.submit(stage.intent("a"));
    assertThat(stage.reports).isEmpty();
    stage.chain.priceWith(Optional::empty);
    stage.tick();
    assertThat(stage.chain.pooled()).hasSize(1);
  }

  @Test
  void givesUp_whenLastUsefulEpochPassesUnsigned() {
    stage.chain.priceWith(() -> Optional.of(new ChainException(1, "not enough funds")));
    stage.submit(stage.intent("a", MessagePurpose.RECOVERY, 12));
    stage.mine(3);
    assertThat(stage.reports(MessageReport.GaveUp.class))
        .singleElement()
        .satisfies(
            gaveUp -> {
              assertThat(gaveUp.kind()).isEqualTo(MessageReport.GaveUp.Kind.EXPIRED);
              assertThat(gaveUp.reason()).contains("not enough funds");
            });
  }

  @Test
  void refusesAtOnce_whenItCouldNotBeUsefulAnyMore() {
    stage.submit(stage.intent("a", MessagePurpose.RECOVERY, 9));
    assertThat(stage.reports(MessageReport.GaveUp.class)).hasSize(1);
    assertThat(stage.overview().open()).isEmpty();
  }

  @Test
  void otherIntentsGoOn_whenOneIsBlocked() {
    MessageIntent blocked = stage.intent("blocked");
    stage.chain.priceWith(() -> Optional.of(new ChainException(1, "busy")));
    stage.submit(blocked);
    stage.chain.priceWith(Optional::empty);
    stage.chain.exitWith(message -> message.params().equals(blocked.message().params()) ? 19L : 0L);
    stage.submit(stage.intent("b", MessagePurpose.WINDOW_POST, 1_000));
    assertThat(stage.chain.pooled()).hasSize(1);
  }

  @Test
  void lastIntentGoesOn_whenMoreAreBlockedThanArePricedAtATime() {
    stage.chain.blockPricing(
        message -> !message.params().equals(stage.intent("z").message().params()));
    for (int i = 0; i < 20; i++) {
      stage.submit(stage.intent("blocked" + i));
    }
    stage.submit(stage.intent("z"));
    stage.tick();
    assertThat(stage.chain.pooled()).hasSize(1);
  }

  @Test
  void nonceGoesAboveThePools_whenSomebodyElseSends() {
    stage.chain.foreign(foreign(0));
    stage.submit(stage.intent("a"));
    assertThat(stage.chain.pooled())
        .extracting(message -> message.message().nonce())
        .containsExactly(0L, 1L);
    stage.mine(2);
    assertThat(stage.reports(MessageReport.Landed.class)).hasSize(1);
  }

  @Test
  void takesNextNonce_whenStoreSaysAnotherOwnerHasIt() {
    stage.fence.claims.put(address + "/0", "an intent of the other half");
    stage.submit(stage.intent("a"));
    assertThat(stage.chain.pooled())
        .extracting(message -> message.message().nonce())
        .containsExactly(1L);
  }

  @Test
  void pushesAgain_whenNodeLostItsPool() {
    stage.submit(stage.intent("a"));
    stage.chain.losePool();
    stage.tick();
    stage.mine(2);
    assertThat(stage.chain.messages()).hasSize(1);
    assertThat(stage.reports(MessageReport.Landed.class)).hasSize(1);
  }

  @Test
  void reportsRevertedAndLandsAgain_whenReorgDropsIt() {
    stage.submit(stage.intent("a"));
    stage.mine(2);
    stage.chain.revert(2, false);
    stage.mine(1);
    assertThat(stage.reports(MessageReport.Reverted.class)).hasSize(1);
    stage.mine(3);
    assertThat(stage.reports(MessageReport.Landed.class)).hasSize(2);
    assertThat(stage.chain.messages()).hasSize(1);
  }

  @Test
  void takesANewNonce_whenAForeignMessageLandsOnIts() {
    stage.submit(stage.intent("a"));
    stage.chain.losePool();
    stage.chain.foreign(foreign(0));
    stage.mine(2);
    assertThat(stage.chain.messages()).hasSize(1);
    assertThat(stage.reports(MessageReport.Landed.class)).isEmpty();
    stage.mine(12);
    assertThat(stage.reports(MessageReport.Landed.class)).hasSize(1);
    assertThat(stage.chain.messages())
        .extracting(message -> message.message().nonce())
        .containsExactly(0L, 1L);
  }

  @Test
  void premiumRisesWithinBudget_whenThePoolDoesNotMove() {
    stage.chain.include(false);
    stage.submit(stage.intent("a"));
    stage.mine(11);
    assertThat(stage.chain.pooled())
        .singleElement()
        .satisfies(
            message ->
                assertThat(message.message().gasPremium().compareTo(TokenAmount.ofAtto(1_250)))
                    .isPositive());
    stage.chain.include(true);
    stage.mine(2);
    assertThat(stage.chain.messages()).hasSize(1);
    assertThat(stage.reports(MessageReport.Landed.class)).hasSize(1);
  }

  @Test
  void goesOnFromTheJournal_whenRestarted() {
    stage.chain.include(false);
    stage.submit(stage.intent("a"));
    stage.restart();
    stage.tick();
    assertThat(stage.overview().open())
        .singleElement()
        .satisfies(open -> assertThat(open.state()).isEqualTo("Signed"));
    stage.chain.include(true);
    stage.mine(2);
    assertThat(stage.chain.messages()).hasSize(1);
  }

  @Test
  void windowPoStGoesFirst_whenManyWait() {
    stage.chain.priceWith(() -> Optional.of(new ChainException(1, "busy")));
    stage.submit(stage.intent("a", MessagePurpose.COMMIT, 1_000));
    stage.submit(stage.intent("b", MessagePurpose.OTHER, 1_000));
    stage.submit(stage.intent("post", MessagePurpose.WINDOW_POST, 1_000));
    stage.chain.priceWith(Optional::empty);
    stage.tick();
    assertThat(stage.chain.pooled()).hasSize(3);
    assertThat(stage.chain.pooled().get(0).message().params())
        .isEqualTo(stage.intent("post").message().params());
  }
}
