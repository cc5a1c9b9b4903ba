package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.ChainNodeStatus;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.BlockCodecs;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.HeadEvent;
import io.granary.protocol.port.ChainException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several chain nodes of which one lags, forks, falls silent, hangs, refuses or flaps. */
class SeveralNodesIT {
  private static final ChainMethods METHODS = new ChainMethods(new ChainJson('t'));
  private static final Address SENDER = Address.parse("t01000");

  /** Rounds of polls every 100 ms, whatever the nodes' epoch of one second. */
  private static final String QUICK =
      """
      quick-timeout = 500ms, request-timeout = 5s, hedge.min = 200ms, nonce-wait = 300ms
      follow { reconnect-min = 20ms, reconnect-max = 200ms, ping-interval = 5s }
      watch {
        polls-per-epoch = 10, poll-min = 100ms, poll-timeout = 500ms, lighter-rounds-max = 10
        lag-epochs-max = 3
      }
      """;

  private final FakeChain chain = new FakeChain();
  private final FakeNode first = new FakeNode(chain);
  private final HeadRecorder heads = new HeadRecorder();
  private final List<AutoCloseable> toClose = new ArrayList<>(List.of(first));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
  }

  @Test
  void movesTheHeadWithinAnEpoch_whenTheStreamIsSilent() {
    LotusChainGateway gateway = follow(first);
    awaitHead(chain.head());
    TipSet unsaid = chain.mine();
    await().atMost(Duration.ofSeconds(1)).until(() -> heads.height() == unsaid.height().value());

    assertThat(gateway.chainStatus().head()).contains(unsaid);
    await().atMost(Duration.ofSeconds(15)).until(() -> first.subscriptions() > 1);
  }

  @Test
  void followsTheOtherNode_whenTheFirstLags() {
    FakeChain ahead = chain.fork(1);
    FakeNode second = node(ahead);
    LotusChainGateway gateway = follow(first, second);
    awaitHead(chain.head());
    for (int i = 0; i < 4; i++) {
      ahead.mine();
    }
    awaitHead(ahead.head());
    await().atMost(Duration.ofSeconds(15)).until(() -> status(gateway, 1).followed());

    // A poll that came late may stand for it until the next.
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              assertThat(status(gateway, 0).believed()).isFalse();
              assertThat(status(gateway, 0).lagEpochs()).isEqualTo(4);
              assertThat(status(gateway, 0).reason()).contains("4 epochs behind the best head");
            });
    assertThat(valueOf(gateway.head())).isEqualTo(ahead.head());
    assertThat(heads.line()).hasSize(5);
  }

  @Test
  void goesOverToTheHeavierBranch_whenTheFirstNodeIsForked() {
    chain.mine();
    FakeChain heavier = chain.fork(1);
    FakeNode second = node(heavier);
    follow(first, second);
    awaitHead(chain.head());
    TipSet lost = chain.mine(2);
    first.send(HeadEvent.Type.APPLY, lost);
    awaitHead(lost);
    for (int i = 0; i < 3; i++) {
      heavier.mine();
    }
    awaitHead(heavier.head());

    assertThat(heads.changes().stream().flatMap(change -> change.reverted().stream()))
        .containsExactly(lost);
    // The first node goes on along its own branch, higher but lighter.
    first.send(HeadEvent.Type.APPLY, chain.mine(6));
    TipSet next = heavier.mine();
    awaitHead(next);
    assertThat(heads.changes().stream().flatMap(change -> change.reverted().stream())).hasSize(1);
  }

  @Test
  void doesNotGoBack_whenTheFollowedNodeFallsToALighterHead() {
    for (int i = 0; i < 3; i++) {
      chain.mine();
    }
    FakeChain other = chain.fork(1);
    node(other);
    FakeNode second = (FakeNode) toClose.get(0);
    follow(first, second);
    awaitHead(chain.head());
    TipSet dropped = chain.head();
    chain.rewind(1);
    first.send(HeadEvent.Type.REVERT, dropped);
    TipSet next = other.mine();
    awaitHead(next);
    assertThat(heads.changes()).allSatisfy(change -> assertThat(change.reverted()).isEmpty());
  }

  @Test
  void goesBack_whenNobodyHasOurHeadAnyMore() {
    follow(first);
    awaitHead(chain.head());
    first.send(HeadEvent.Type.APPLY, chain.mine(), chain.mine(), chain.mine());
    awaitHead(chain.head());
    chain.rewind(2);
    awaitHead(chain.head());
    assertThat(heads.line()).hasSize(2);
  }

  @Test
  void leavesAHungNode_withinTheQuickLimit() {
    FakeNode second = node(chain);
    LotusChainGateway gateway = follow(first, second);
    awaitHead(chain.head());
    first.answersAfter(Duration.ofSeconds(20));
    long began = System.nanoTime();
    assertThat(valueOf(gateway.version())).isNotNull();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));

    await().atMost(Duration.ofSeconds(15)).until(() -> !status(gateway, 0).believed());
    TipSet next = chain.mine();
    awaitHead(next);
    assertThat(status(gateway, 0).reason()).contains("does not answer");
  }

  @Test
  void asksASecondNodeBeside_whenTheFirstIsSlow() {
    FakeNode second = node(chain);
    LotusChainGateway gateway = gateway(first, second);
    assertThat(valueOf(gateway.version())).isNotNull();
    first.answersAfter(Duration.ofMillis(450));
    assertThat(valueOf(gateway.version())).isNotNull();

    // The first would have answered within the quick limit; the second was asked all the same.
    assertThat(second.asked()).containsExactly("Version");
    assertThat(status(gateway, 0).failures()).isZero();
  }

  @Test
  void asksTheNextNode_whenTheFirstRefusesOurToken() {
    FakeNode second = node(chain);
    first.refuses(true);
    LotusChainGateway gateway = gateway(first, second);
    assertThat(valueOf(gateway.version())).isNotNull();

    // The second node may have answered for it before its refusal arrived.
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(status(gateway, 0).reason()).contains("refuses our token"));
    assertThat(valueOf(gateway.version())).isNotNull();
    assertThat(first.asked()).isEmpty();
    first.refuses(false);
    gateway.subscribe(heads);
    await().atMost(Duration.ofSeconds(10)).until(() -> status(gateway, 0).believed());
  }

  @Test
  void tellsTheRefusal_whenANodesHandlerRefuses() {
    FakeNode second = node(chain);
    first.script("Version", (params, node) -> FakeNode.refusal("no version today"));
    LotusChainGateway gateway = gateway(first, second);
    assertThatThrownBy(() -> valueOf(gateway.version())).hasMessageContaining("no version today");
    assertThat(second.asked()).isEmpty();
  }

  @Test
  void hearsHeadsAgain_whenAllNodesWereGone() {
    FakeNode second = node(chain);
    LotusChainGateway gateway = follow(first, second);
    awaitHead(chain.head());
    first.answersAfter(Duration.ofSeconds(20));
    second.answersAfter(Duration.ofSeconds(20));
    first.dropSockets();
    second.dropSockets();
    first.onSubscribe((node, id) -> {});
    second.onSubscribe((node, id) -> {});
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> gateway.chainStatus().nodes().stream().noneMatch(ChainNodeStatus::reachable));
    for (int i = 0; i < 20; i++) {
      chain.mine();
    }
    first.answersAfter(Duration.ZERO);
    awaitHead(chain.head());
    assertThat(heads.line()).hasSize(21);
  }

  @Test
  void keepsTheLine_whenNodesFlap() {
    FakeChain other = chain.fork(1);
    FakeNode second = node(other);
    follow(first, second);
    awaitHead(chain.head());
    for (int round = 0; round < 6; round++) {
      FakeChain miner = round % 2 == 0 ? chain : other;
      miner.mine();
      miner.mine();
      (round % 2 == 0 ? other : chain).syncWith(miner);
      (round % 2 == 0 ? first : second).dropSockets();
      awaitHead(miner.head());
    }
    assertThat(heads.line()).hasSize(13);
  }

  @Test
  void pushesToAll_andTakesAMessageThatIsInThePoolForPushed() {
    FakeNode second = node(chain);
    SignedMessage message = signed();
    first.script(
        "MpoolPush",
        (params, node) ->
            FakeNode.refusal(
                "failed to add locked: message from t01000 with nonce 0 already in mpool: message"
                    + " with nonce already exists"));
    second.script("MpoolPush", (params, node) -> METHODS.mpoolPush.result().write(message.cid()));
    LotusChainGateway gateway = gateway(first, second);

    Object cid = valueOf(gateway.push(message));
    assertThat(cid).isEqualTo(message.cid());
    await().atMost(Duration.ofSeconds(15)).until(() -> second.asked().contains("MpoolPush"));
    assertThat(first.asked()).contains("MpoolPush");
  }

  @Test
  void tellsTheRefusal_whenOneNodeRefusesAPushAndTheOtherIsGone() {
    FakeNode second = node(chain);
    second.script("MpoolPush", (params, node) -> FakeNode.refusal("message nonce too low"));
    LotusChainGateway gateway = gateway(first, second);
    first.close();
    assertThatThrownBy(() -> valueOf(gateway.push(signed())))
        .hasMessageContaining("message nonce too low");
  }

  @Test
  void takesTheHighestNonce_ofThoseThatAnswerInTime() {
    FakeNode second = node(chain);
    FakeNode third = node(chain);
    first.script("MpoolGetNonce", (params, node) -> LongNode.valueOf(4));
    second.script("MpoolGetNonce", (params, node) -> LongNode.valueOf(7));
    third.script("MpoolGetNonce", (params, node) -> LongNode.valueOf(5));
    LotusChainGateway gateway = gateway(first, second, third);
    assertThat(valueOf(gateway.nonce(SENDER))).isEqualTo(7L);

    second.answersAfter(Duration.ofSeconds(20));
    long began = System.nanoTime();
    assertThat(valueOf(gateway.nonce(SENDER))).isEqualTo(5L);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void signsWhereTheKeyIs_andLooksForAnotherHolderWhenThatNodeIsGone() throws Exception {
    FakeNode second = node(chain);
    FakeNode third = node(chain);
    first.script("WalletHas", (params, node) -> BooleanNode.FALSE);
    for (FakeNode holder : List.of(second, third)) {
      holder.script("WalletHas", (params, node) -> BooleanNode.TRUE);
      holder.script("WalletSign", SeveralNodesIT::signature);
    }
    LotusChainGateway gateway = gateway(first, second, third);
    assertThat(valueOf(gateway.walletHas(SENDER))).isEqualTo(true);
    assertThat(valueOf(gateway.walletSign(SENDER, Bytes.empty()))).isNotNull();
    assertThat(second.asked()).containsExactly("WalletHas", "WalletSign");
    second.close();
    assertThatThrownBy(() -> valueOf(gateway.walletSign(SENDER, Bytes.empty())))
        .isInstanceOf(ChainException.class);
    assertThat(valueOf(gateway.walletSign(SENDER, Bytes.empty()))).isNotNull();
    assertThat(third.asked()).contains("WalletSign");
    assertThat(first.asked()).doesNotContain("WalletSign");
  }

  @Test
  void tellsThatAllLag_whenTheBestHeadIsOld() {
    LotusChainGateway gateway = follow(first);
    awaitHead(chain.head());
    // The fake chain's time stamps are of 2023.
    await().atMost(Duration.ofSeconds(15)).until(() -> gateway.chainStatus().late());
    assertThat(status(gateway, 0).headAgeSeconds()).isPresent();
  }

  private static JsonNode signature(JsonNode params, FakeNode node) {
    return BlockCodecs.SIGNATURE.write(new Signature(Signature.Kind.BLS, Bytes.of(new byte[96])));
  }

  private static SignedMessage signed() {
    return new SignedMessage(
        Message.of(SENDER, SENDER, TokenAmount.ZERO, 0, Bytes.empty()),
        new Signature(Signature.Kind.BLS, Bytes.of(new byte[96])));
  }

  private FakeNode node(FakeChain of) {
    FakeNode node = new FakeNode(of);
    toClose.add(0, node);
    return node;
  }

  private LotusChainGateway follow(FakeNode... nodes) {
    LotusChainGateway gateway = gateway(nodes);
    gateway.subscribe(heads);
    return gateway;
  }

  private LotusChainGateway gateway(FakeNode... nodes) {
    URI[] urls = Arrays.stream(nodes).map(FakeNode::url).toArray(URI[]::new);
    LotusChainGateway gateway =
        new LotusChainGateway(TestSettings.of(QUICK, urls), new SplittableRandom(7));
    toClose.add(0, gateway);
    return gateway;
  }

  private static ChainNodeStatus status(LotusChainGateway gateway, int node) {
    return gateway.chainStatus().nodes().get(node);
  }

  private void awaitHead(TipSet head) {
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () ->
                !heads.changes().isEmpty()
                    && heads.changes().get(heads.changes().size() - 1).head().equals(head));
  }

  private static Object valueOf(CompletionStage<?> answer) {
    try {
      return answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ChainException failure) {
        throw failure;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
