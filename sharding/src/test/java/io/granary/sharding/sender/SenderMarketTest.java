package io.granary.sharding.sender;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sender when money or the base fee do not suffice, and when nonces are not its own. */
class SenderMarketTest {
  private static final AtomicInteger ADDRESSES = new AtomicInteger();

  /** Messages of the stage's chain use 1,000,000 gas: at this base fee, one FIL. */
  private static final long ONE_FIL_FEE = 1_000_000_000_000L;

  private static ActorTestKit kit;
  private Address address;
  private SenderStage stage;

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
    stage("");
  }

  private void stage(String config) {
    address = Address.ofActor(Bytes.of(new byte[] {3, (byte) ADDRESSES.incrementAndGet()}));
    stage = new SenderStage(kit, address, config);
    stage.tick();
  }

  private MessageIntent post(String id, long lastUseful) {
    return stage.intent(id, MessagePurpose.WINDOW_POST, lastUseful);
  }

  private MessageIntent commit(String id) {
    return stage.intent(id, MessagePurpose.COMMIT, 10_000);
  }

  private List<Long> landedNonces() {
    return stage.chain.messages().stream().map(each -> each.message().nonce()).toList();
  }

  private List<String> landed() {
    return stage.reports(MessageReport.Landed.class).stream().map(MessageReport::intentId).toList();
  }

  // Base fee

  @Test
  void waitsVisiblyAndBurnsNothing_whenTheBaseFeeIsAboveItsPurpose() {
    stage.chain.baseFee(ONE_FIL_FEE);
    stage.mine(1);
    stage.submit(commit("a"));
    stage.mine(3);
    assertThat(stage.chain.pooled()).isEmpty();
    assertThat(stage.open("a").waitsFor()).isEqualTo(WaitReason.CHEAPER_BASE_FEE);
    assertThat(stage.open("a").detail()).contains(Long.toString(ONE_FIL_FEE));
    stage.chain.baseFee(100);
    stage.mine(3);
    assertThat(landed()).containsExactly("a");
  }

  @Test
  void proofWaitsWhileThereIsTime_andPaysNearItsClose() {
    stage.chain.baseFee(2 * ONE_FIL_FEE);
    stage.mine(1);
    stage.submit(post("post", 11 + 40));
    stage.mine(15);
    assertThat(stage.chain.pooled()).isEmpty();
    assertThat(stage.open("post").waitsFor()).isEqualTo(WaitReason.CHEAPER_BASE_FEE);
    stage.mine(20);
    assertThat(landed()).containsExactly("post");
    assertThat(stage.chain.messages().get(0).message().gasCostMax())
        .isLessThanOrEqualTo(TokenAmount.ofFil(5));
  }

  @Test
  void feeCapFollowsTheBaseFee_whenItRisesAboveASignedMessage() {
    stage.submit(commit("a"));
    stage.chain.baseFee(100_000);
    stage.mine(3);
    assertThat(landed()).containsExactly("a");
    assertThat(stage.chain.messages().get(0).message().gasFeeCap())
        .isGreaterThanOrEqualTo(TokenAmount.ofAtto(100_000));
  }

  @Test
  void takesNoNonce_whatIsPricedOut_soThatAProofHasTheFirst() {
    stage.chain.baseFee(ONE_FIL_FEE / 2);
    stage.mine(1);
    for (int i = 0; i < 5; i++) {
      stage.submit(commit("commit" + i));
    }
    stage.submit(post("post", 60));
    stage.mine(2);
    assertThat(landed()).containsExactly("post");
    assertThat(landedNonces()).containsExactly(0L);
  }

  // Unblocking

  @Test
  void liftsWhatStandsInFront_whenAProofWaitsBehind() {
    stage.submit(commit("stuck"));
    stage.chain.baseFee(ONE_FIL_FEE);
    stage.mine(2);
    assertThat(landed()).isEmpty();
    assertThat(stage.open("stuck").waitsFor()).isEqualTo(WaitReason.CHEAPER_BASE_FEE);
    stage.submit(post("post", 12 + 15));
    stage.mine(4);
    assertThat(landed()).containsExactlyInAnyOrder("stuck", "post");
    assertThat(landedNonces()).containsExactly(0L, 1L);
    TokenAmount both =
        stage.chain.messages().stream()
            .map(each -> each.message().gasCostMax())
            .reduce(TokenAmount.ZERO, TokenAmount::plus);
    assertThat(both)
        .as("the proof's allowance, and the commit's own")
        .isLessThanOrEqualTo(
            TokenAmount.ofFil(5).plus(TokenAmount.ofAtto(500_000_000_000_000_000L)));
  }

  @Test
  void leavesTheStuckMessageAlone_whenNoProofWaitsBehind() {
    stage.submit(commit("stuck"));
    stage.chain.baseFee(ONE_FIL_FEE);
    stage.mine(20);
    assertThat(stage.open("stuck").signed().orElseThrow().signings()).isEqualTo(1);
  }

  // Money

  @Test
  void waitsForMoney_andBlocksNobody() {
    stage.chain.balance(TokenAmount.ofAtto(1_000_000_000_000L));
    stage.mine(1);
    MessageIntent dear = commit("dear");
    MessageIntent withValue =
        new MessageIntent(
            "dear",
            dear.purpose(),
            Message.of(
                address,
                dear.message().to(),
                TokenAmount.ofFil(3),
                dear.message().method(),
                dear.message().params()),
            dear.lastUsefulEpoch());
    stage.submit(withValue);
    stage.submit(stage.intent("cheap", MessagePurpose.PRE_COMMIT, 9_000));
    stage.mine(2);
    assertThat(landed()).containsExactly("cheap");
    assertThat(stage.open("dear").waitsFor()).isEqualTo(WaitReason.BALANCE);
    stage.chain.balance(TokenAmount.ofFil(4));
    stage.mine(3);
    assertThat(landed()).contains("dear");
  }

  @Test
  void leavesTheReserve_whereAMinerProves() {
    stage.provesFrom = true;
    stage.chain.balance(TokenAmount.ofFil(1));
    stage.mine(1);
    stage.submit(commit("a"));
    stage.submit(post("post", 60));
    stage.mine(2);
    assertThat(landed()).containsExactly("post");
    assertThat(stage.open("a").waitsFor()).isEqualTo(WaitReason.POST_RESERVE);
    stage.chain.balance(TokenAmount.ofFil(2));
    stage.mine(3);
    assertThat(landed()).contains("a");
  }

  @Test
  void proofPaysWithWhatIsThere_whenItsAllowanceIsMore() {
    stage.chain.baseFee(ONE_FIL_FEE / 2);
    stage.chain.balance(TokenAmount.ofAtto(800_000_000_000_000_000L));
    stage.mine(1);
    stage.submit(post("post", 60));
    stage.mine(3);
    assertThat(landed()).containsExactly("post");
    assertThat(stage.chain.messages().get(0).message().gasCostMax())
        .isLessThanOrEqualTo(TokenAmount.ofAtto(800_000_000_000_000_000L));
  }

  @Test
  void holdsAPurposeUntilTomorrow_whenItsDayIsUsedUp_butNotProofs() {
    stage("fees.commit.daily-max = \"3000000000\", fees.window-post.daily-max = \"1\"");
    stage.submit(commit("a"));
    stage.submit(commit("b"));
    stage.submit(post("post", 3_000));
    stage.mine(2);
    assertThat(landed()).containsExactlyInAnyOrder("a", "post");
    assertThat(stage.open("b").waitsFor()).isEqualTo(WaitReason.DAILY_BUDGET);
    assertThat(stage.overview().spent())
        .extracting(SenderReply.Spent::purpose)
        .containsExactlyInAnyOrder(MessagePurpose.COMMIT, MessagePurpose.WINDOW_POST);
    stage.chain.mine(2_880);
    stage.tick();
    stage.mine(2);
    assertThat(landed()).contains("b");
  }

  @Test
  void proofsHaveAWayOfTheirOwn_whenThePoolHoldsAsManyOthersAsMay() {
    stage("in-flight-max = 2, open-intents-max = 4, pricing-max = 1");
    stage.chain.include(false);
    for (int i = 0; i < 4; i++) {
      stage.submit(commit("commit" + i));
    }
    stage.tick();
    stage.submit(post("post", 60));
    stage.tick();
    assertThat(stage.open("post").state()).isEqualTo("Signed");
    assertThat(stage.open("commit3").waitsFor()).isEqualTo(WaitReason.IN_FLIGHT);
  }

  // Foreign nonces

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
  void fillsTheGap_whenAForeignMessageInFrontIsLost() {
    stage.chain.foreign(foreign(0));
    stage.submit(commit("a"));
    assertThat(stage.open("a").signed().orElseThrow().nonce()).isEqualTo(1);
    stage.chain.losePool();
    stage.mine(4);
    assertThat(landed()).as("the foreign message may come back").isEmpty();
    stage.mine(6);
    assertThat(landed()).containsExactly("a");
    assertThat(landedNonces()).containsExactly(0L, 1L);
    assertThat(stage.chain.messages().get(0).message().to()).isEqualTo(address);
  }

  @Test
  void fillsTheGapAtOnce_whenAProofWaitsBehind() {
    stage.chain.foreign(foreign(0));
    stage.submit(post("post", 60));
    stage.chain.losePool();
    stage.mine(4);
    assertThat(landed()).containsExactly("post");
  }

  @Test
  void waits_whileAForeignMessageInFrontIsInThePool() {
    stage.chain.include(false);
    stage.chain.foreign(foreign(0));
    stage.submit(commit("a"));
    stage.mine(12);
    assertThat(stage.overview().open()).hasSize(1);
    stage.chain.include(true);
    stage.mine(2);
    assertThat(landed()).containsExactly("a");
    assertThat(landedNonces()).containsExactly(0L, 1L);
  }

  @Test
  void letsTheGapBe_whenTheForeignMessageComesBackBeforeTheFilling() {
    stage.chain.foreign(foreign(0));
    stage.submit(commit("a"));
    stage.chain.losePool();
    stage.mine(5);
    stage.chain.foreign(foreign(0));
    stage.mine(8);
    assertThat(landed()).containsExactly("a");
    assertThat(landedNonces()).containsExactly(0L, 1L);
    stage.mine(8);
    assertThat(stage.overview().open()).isEmpty();
  }

  // Two owners

  @Test
  void signsWithTheNonceItHolds_whenAnotherOwnerClaimedOneForIt() {
    stage.fence.held.put(address + "/a", 0L);
    stage.fence.claims.put(address + "/0", "a");
    stage.submit(commit("b"));
    stage.submit(commit("a"));
    stage.mine(3);
    assertThat(landed()).containsExactlyInAnyOrder("a", "b");
    assertThat(landedNonces()).containsExactly(0L, 1L);
  }
}
