package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.HeadEvent;
import io.granary.protocol.json.JsonText;
import io.granary.protocol.recorded.Recordings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Following the head of nodes that drop, stall, lag, lie and fork. */
class HeadFollowerIT {
  private static final String QUICK =
      """
      follow {
        reconnect-min = 20ms, reconnect-max = 200ms, ping-interval = 5s
      }
      """;

  private final FakeChain chain = new FakeChain();
  private final FakeNode node = new FakeNode(chain);
  private final HeadRecorder heads = new HeadRecorder();
  private final List<AutoCloseable> toClose = new ArrayList<>(List.of(node));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"ChainNotify, 1355, 4, 0", "ChainNotify--reorg, 942, 9, 2"})
  void readsTheRecordedFrames(String recording, long height, int lineLength, int reverted) {
    List<String> frames = new ArrayList<>();
    for (JsonNode frame : Recordings.read(recording).get("frames")) {
      if ("node->client".equals(frame.get("dir").textValue())) {
        frames.add(frame.get("text").textValue());
      }
    }
    tipSetsOf(frames).forEach(chain::moveTo);
    node.onSubscribe((to, id) -> frames.forEach(to::raw));
    follow(QUICK, node.url());

    await().atMost(Duration.ofSeconds(15)).until(() -> heads.height() == height);
    assertThat(heads.line()).hasSize(lineLength);
    assertThat(heads.changes().stream().mapToInt(c -> c.reverted().size()).sum())
        .isEqualTo(reverted);
    assertThat(node.subscriptions()).isEqualTo(1);
  }

  @Test
  void tellsTheCurrentHeadFirst_thenEachChange() {
    follow(QUICK, node.url());
    awaitHead(chain.head());
    node.send(HeadEvent.Type.APPLY, chain.mine());
    node.send(HeadEvent.Type.APPLY, chain.mine(2), chain.mine());
    awaitHead(chain.head());

    assertThat(heads.line()).hasSize(4);
    assertThat(heads.changes()).hasSize(3);
  }

  @Test
  void fetchesTheHead_whenAFrameOnlyReverts() {
    grow(4);
    follow(QUICK, node.url());
    awaitHead(chain.head());
    TipSet a = chain.mine();
    TipSet b = chain.mine();
    node.send(HeadEvent.Type.APPLY, a, b);
    awaitHead(b);
    TipSet fork = chain.rewind(2);
    node.send(HeadEvent.Type.REVERT, b, a);
    awaitHead(fork);
    node.send(HeadEvent.Type.APPLY, chain.mine(3));
    awaitHead(chain.head());

    assertThat(heads.changes().get(2).reverted()).containsExactly(b, a);
    assertThat(heads.changes().get(2).applied()).isEmpty();
    assertThat(heads.line()).hasSize(2);
  }

  @Test
  void takesValues_whenTheyComeBeforeTheChannelId() {
    node.onSubscribe(
        (to, id) -> {
          to.send(HeadEvent.Type.CURRENT, chain.head());
          to.send(HeadEvent.Type.APPLY, chain.mine());
          to.accept(id);
        });
    follow(QUICK, node.url());
    await().atMost(Duration.ofSeconds(15)).until(() -> heads.height() == 1);
    assertThat(heads.line()).hasSize(2);
  }

  @Test
  void passesOverOtherAnswersAndChannels() {
    node.onSubscribe(
        (to, id) -> {
          to.raw("{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":\"not for us\"}");
          to.raw("{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.ch.val\",\"params\":[99,\"x\"]}");
          to.raw("{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.ch.close\",\"params\":[99]}");
          to.acceptAtHead(id);
          to.raw("{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.ch.val\",\"params\":[99,\"x\"]}");
          to.send(HeadEvent.Type.APPLY, chain.mine());
        });
    follow(QUICK, node.url());
    await().atMost(Duration.ofSeconds(15)).until(() -> heads.height() == 1);
    assertThat(node.subscriptions()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void catchesUp_whenTheSocketBreaks(boolean nodeKnowsPaths) {
    if (!nodeKnowsPaths) {
      node.withoutPaths();
    }
    follow(QUICK, node.url());
    awaitHead(chain.head());
    grow(5);
    node.dropSockets();
    awaitHead(chain.head());

    assertThat(heads.line()).hasSize(6);
    assertThat(node.asked()).contains("ChainGetPath");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void catchesUpOverAFork_whenTheSocketBreaks(boolean nodeKnowsOurBranch) {
    follow(QUICK, node.url());
    awaitHead(chain.head());
    TipSet a = chain.mine();
    TipSet b = chain.mine();
    TipSet c = chain.mine();
    node.send(HeadEvent.Type.APPLY, a);
    node.send(HeadEvent.Type.APPLY, b, c);
    awaitHead(c);
    chain.rewind(2);
    grow(4);
    if (!nodeKnowsOurBranch) {
      chain.forget(b.key());
      chain.forget(c.key());
    }
    node.dropSockets();
    awaitHead(chain.head());

    assertThat(heads.changes().get(3).reverted()).containsExactly(c, b);
    assertThat(heads.line()).hasSize(6);
  }

  @Test
  void goesInSteps_whenMuchWasMissed() {
    follow(QUICK + "follow.catch-up-epochs = 5", node.url());
    awaitHead(chain.head());
    grow(23);
    chain.mine(8);
    node.dropSockets();
    awaitHead(chain.head());

    assertThat(heads.line()).hasSize(25);
    assertThat(heads.changes()).hasSizeBetween(6, 8);
  }

  @Test
  void catchesUpInPlace_whenAFrameLeavesAGap() {
    follow(QUICK, node.url());
    awaitHead(chain.head());
    grow(3);
    node.send(HeadEvent.Type.APPLY, chain.mine());
    awaitHead(chain.head());

    assertThat(heads.line()).hasSize(5);
    assertThat(node.subscriptions()).isEqualTo(1);
  }

  @Test
  void subscribesAgain_whenTheNodeClosesTheChannelOfALaggard() {
    follow(QUICK, node.url());
    awaitHead(chain.head());
    grow(20);
    node.raw(
        "{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.ch.close\",\"params\":[" + FakeNode.CHANNEL + "]}");
    awaitHead(chain.head());
    assertThat(heads.line()).hasSize(21);
  }

  @Test
  void subscribesAgain_whenTheNodeGoesSilent() {
    follow(QUICK, node.url());
    awaitHead(chain.head());
    grow(2);
    awaitHead(chain.head());
    await().atMost(Duration.ofSeconds(15)).until(() -> node.subscriptions() > 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no JSON",
        "[]",
        "{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.ch.val\",\"params\":[7]}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.ch.val\",\"params\":[7,[]]}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.ch.val\",\"params\":[7,[{\"Type\":\"apply\"}]]}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.ch.val\",\"params\":[7,[{\"Type\":\"x\",\"Val\":1}]]}",
        "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":\"no\"}}"
      })
  void subscribesAgain_whenTheNodeSendsWhatCannotBeRead(String garbage) {
    follow(QUICK, node.url());
    awaitHead(chain.head());
    grow(2);
    node.raw(garbage);
    awaitHead(chain.head());
    assertThat(heads.line()).hasSize(3);
    assertThat(node.subscriptions()).isEqualTo(2);
  }

  @Test
  void subscribesAgain_whenAMessageIsTooLong() {
    follow(QUICK + "frame-bytes-max = 20000", node.url());
    awaitHead(chain.head());
    grow(1);
    node.raw("{\"jsonrpc\":\"2.0\",\"method\":\"" + "x".repeat(30_000) + "\"}");
    awaitHead(chain.head());
    assertThat(node.subscriptions()).isEqualTo(2);
  }

  @Test
  void goesToTheNextNode_whenTheFirstIsGone() {
    FakeNode second = new FakeNode(chain);
    toClose.add(second);
    follow(QUICK, node.url(), second.url());
    awaitHead(chain.head());
    node.close();
    grow(2);
    awaitHead(chain.head());
    assertThat(second.subscriptions()).isEqualTo(1);
    assertThat(heads.line()).hasSize(3);
  }

  @Test
  void staysAtWork_whenAListenerFails() {
    LotusChainGateway gateway = gateway(QUICK, node.url());
    toClose.add(
        gateway.subscribe(
            change -> {
              throw new IllegalStateException("a listener's own mistake");
            }));
    gateway.subscribe(heads);
    awaitHead(chain.head());
    node.send(HeadEvent.Type.APPLY, chain.mine());
    awaitHead(chain.head());
    assertThat(node.subscriptions()).isEqualTo(1);
  }

  @Test
  void cancelsAndCloses_whenTheLastListenerLeaves() throws Exception {
    LotusChainGateway gateway = gateway(QUICK, node.url());
    AutoCloseable subscription = gateway.subscribe(heads);
    awaitHead(chain.head());
    subscription.close();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> node.received().stream().anyMatch(text -> text.contains("xrpc.cancel")));
    await().atMost(Duration.ofSeconds(10)).until(() -> node.openSockets() == 0);
  }

  private static List<TipSet> tipSetsOf(List<String> frames) {
    List<TipSet> tipSets = new ArrayList<>();
    for (String frame : frames) {
      for (JsonNode event : JsonText.parse(frame).path("params").path(1)) {
        tipSets.add(new ChainJson('t').blocks().tipSet().decode(event.get("Val")));
      }
    }
    return tipSets;
  }

  private void follow(String settings, URI... urls) {
    gateway(settings, urls).subscribe(heads);
  }

  private LotusChainGateway gateway(String settings, URI... urls) {
    LotusChainGateway gateway =
        new LotusChainGateway(TestSettings.of(settings, urls), new SplittableRandom(7));
    toClose.add(0, gateway);
    return gateway;
  }

  private void grow(int tipSets) {
    for (int i = 0; i < tipSets; i++) {
      chain.mine();
    }
  }

  private void awaitHead(TipSet head) {
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () ->
                !heads.changes().isEmpty()
                    && heads
                        .changes()
                        .get(heads.changes().size() - 1)
                        .head()
                        .key()
                        .equals(head.key()));
  }
}
