package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.json.JsonText;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.recorded.Recordings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP as it was recorded, and servers that stall, flood, or are not there. */
class RpcClientIT {
  /** Raw exchanges whose answer is another than the recorded error's code, or none at all. */
  private static final Map<String, Integer> CODES =
      Map.of(
          // 401 without a body.
          "transport--bad-token", ChainException.TOKEN_REFUSED,
          // 200 without a body, as a notification gets: no answer to a call.
          "transport--no-id", ChainException.MALFORMED_ANSWER,
          // The answer to the id "abc", which we never asked.
          "transport--string-id", ChainException.MALFORMED_ANSWER,
          // An array of answers, which only a batch gets.
          "transport--batch", ChainException.MALFORMED_ANSWER);

  /** Recorded without a body, of a GET, which we never send. */
  private static final Set<String> LEFT_OUT = Set.of("transport--get");

  private final ReplayServer server = new ReplayServer();
  private final List<AutoCloseable> toClose = new ArrayList<>(List.of(server));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
  }

  static Stream<String> transports() {
    return Recordings.names().stream()
        .filter(name -> name.startsWith("transport--"))
        .filter(name -> !LEFT_OUT.contains(name));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void readsTheRawExchange(String name) {
    JsonNode recording = Recordings.read(name);
    String body = recording.get("response_body").textValue();
    server.answerRaw(recording.get("http_status").intValue(), body);

    CompletionStage<?> answer = ask(gateway("", server.url()), name);

    if (CODES.containsKey(name)) {
      assertThat(codeOf(answer)).isEqualTo(CODES.get(name));
      return;
    }
    JsonNode error = JsonText.parse(body).get("error");
    if (error == null) {
      assertThat(valueOf(answer)).isNotNull();
    } else {
      assertThat(codeOf(answer)).isEqualTo(error.get("code").intValue());
    }
  }

  /** Calls the method the exchange was of where its answer matters. */
  private static CompletionStage<?> ask(LotusChainGateway gateway, String name) {
    return name.equals("transport--no-token-read") ? gateway.head() : gateway.networkName();
  }

  @Test
  void givesUp_whenNoAnswerComesInTime() {
    CountDownLatch never = new CountDownLatch(1);
    server.answerWith((exchange, body) -> never.await(20, TimeUnit.SECONDS));
    assertThat(codeOf(gateway("request-timeout = 300ms", server.url()).networkName()))
        .isEqualTo(ChainException.CONNECTION_LOST);
    never.countDown();
  }

  @Test
  void givesUp_whenTheBodyStalls() {
    CountDownLatch never = new CountDownLatch(1);
    server.answerWith(
        (exchange, body) -> {
          exchange.setResponseContentLength(1000);
          try {
            exchange.getOutputStream().write('{');
            exchange.getOutputStream().flush();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          never.await(20, TimeUnit.SECONDS);
        });
    assertThat(codeOf(gateway("request-timeout = 500ms", server.url()).networkName()))
        .isEqualTo(ChainException.CONNECTION_LOST);
    never.countDown();
  }

  @Test
  void breaksOff_whenTheAnswerIsTooLong() {
    server.answerRaw(200, "{\"id\":1,\"result\":\"" + "x".repeat(100_000) + "\"}");
    CompletionStage<String> answer =
        gateway("answer-bytes-max = 10000", server.url()).networkName();
    assertThat(failureOf(answer))
        .hasMessageContaining("longer than 10000 bytes")
        .extracting(ChainException::code)
        .isEqualTo(ChainException.CONNECTION_LOST);
  }

  @Test
  void saysWhatCame_whenAGatewayAnswersInsteadOfTheNode() {
    LotusChainGateway gateway = gateway("", server.url());
    server.answerRaw(502, "<html>Bad Gateway</html>");
    assertThat(failureOf(gateway.networkName()))
        .hasMessageContaining("HTTP 502")
        .hasMessageContaining("Bad Gateway")
        .extracting(ChainException::code)
        .isEqualTo(ChainException.CONNECTION_LOST);
    server.answerRaw(413, "too large");
    assertThat(codeOf(gateway.networkName())).isEqualTo(413);
  }

  @Test
  void namesThePlace_whenAnAnswerHasTheWrongShape() {
    server.answerRaw(
        200, "{\"id\":1,\"result\":{\"Version\":\"v\",\"APIVersion\":1.5,\"BlockDelay\":4}}");
    assertThat(failureOf(gateway("", server.url()).version()))
        .hasMessage("Version: $.APIVersion: expected an integer, got a fraction")
        .extracting(ChainException::code)
        .isEqualTo(ChainException.MALFORMED_ANSWER);
  }

  @Test
  void asksTheNextNode_whenAReadGetsNoAnswer() throws Exception {
    URI gone = goneUrl();
    server.replay(Recordings.call("StateNetworkName"));
    LotusChainGateway gateway = gateway("", gone, server.url());
    assertThat(valueOf(gateway.networkName())).isEqualTo("testing");
    assertThat(valueOf(gateway.networkName())).isEqualTo("testing");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void doesNotPushTwice_whenTheFirstNodeGivesNoAnswer() throws Exception {
    ReplayServer holder = new ReplayServer();
    toClose.add(holder);
    holder.answerWith(
        (exchange, body) -> {
          JsonNode request = JsonText.parse(body);
          boolean has = "Filecoin.WalletHas".equals(request.get("method").textValue());
          ReplayServer.send(
              exchange,
              has ? 200 : 502,
              has ? "{\"result\":true,\"id\":" + request.get("id") + "}" : "gone");
        });
    LotusChainGateway gateway = gateway("", holder.url(), server.url());
    Message message =
        Message.of(
            Address.parse("t01000"), Address.parse("t01001"), TokenAmount.ZERO, 0, Bytes.empty());
    assertThat(codeOf(gateway.pushMessage(message, SendSpec.DEFAULT)))
        .isEqualTo(ChainException.CONNECTION_LOST);
    assertThat(holder.requests()).hasSize(2);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void fails_whenNoNodeIsThere() throws Exception {
    LotusChainGateway gateway = gateway("", goneUrl(), goneUrl());
    assertThat(codeOf(gateway.networkName())).isEqualTo(ChainException.CONNECTION_LOST);
  }

  @Test
  void sendsTheToken_andReadsItAgainAfterARefusal(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "first\n");
    LotusChainGateway gateway = gatewayWithToken(file);
    server.answerRaw(401, "");
    assertThat(codeOf(gateway.networkName())).isEqualTo(ChainException.TOKEN_REFUSED);
    Files.writeString(file, "second");
    assertThat(codeOf(gateway.networkName())).isEqualTo(ChainException.TOKEN_REFUSED);

    assertThat(server.authorizations()).containsExactly("Bearer first", "Bearer second");
  }

  @Test
  void namesTheFile_whenTheTokenCannotBeRead(@TempDir Path folder) {
    Path file = folder.resolve("none");
    assertThat(failureOf(gatewayWithToken(file).networkName()))
        .hasMessageContaining(file.toString())
        .extracting(ChainException::code)
        .isEqualTo(ChainException.TOKEN_REFUSED);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void keepsToItsBoundOfRequests() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    server.answerWith(
        (exchange, body) -> {
          go.await(20, TimeUnit.SECONDS);
          ReplayServer.send(
              exchange, 200, "{\"result\":\"n\",\"id\":" + JsonText.parse(body).get("id") + "}");
        });
    LotusChainGateway gateway =
        gateway("requests-in-flight-max = 2, requests-waiting-max = 3", server.url());
    List<CompletionStage<String>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      answers.add(gateway.networkName());
    }
    assertThat(codeOf(answers.get(5))).isEqualTo(ChainException.LIMIT_EXCEEDED);
    await().atMost(Duration.ofSeconds(10)).until(() -> server.requests().size() == 2);
    go.countDown();
    for (CompletionStage<String> answer : answers.subList(0, 5)) {
      assertThat(valueOf(answer)).isEqualTo("n");
    }
    assertThat(server.requests()).hasSize(5);
  }

  @Test
  void waitsApart_whenAMethodStaysOpen() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    server.answerWith(
        (exchange, body) -> {
          JsonNode request = JsonText.parse(body);
          boolean open = "Filecoin.StateGetBeaconEntry".equals(request.get("method").textValue());
          if (open) {
            go.await(20, TimeUnit.SECONDS);
          }
          String result = open ? "{\"Round\":1,\"Data\":\"AQ==\"}" : "7";
          ReplayServer.send(
              exchange, 200, "{\"result\":" + result + ",\"id\":" + request.get("id") + "}");
        });
    LotusChainGateway gateway =
        gateway("requests-in-flight-max = 1, request-timeout = 3s", server.url());
    CompletionStage<?> entry = gateway.beaconEntry(new Epoch(5));
    assertThat(valueOf(gateway.networkVersion(TipSetKey.HEAD))).isEqualTo(7L);
    Thread.sleep(3300);
    go.countDown();
    assertThat(valueOf(entry)).isNotNull();
  }

  private LotusChainGateway gateway(String settings, URI... urls) {
    return open(TestSettings.of(settings, urls));
  }

  private LotusChainGateway gatewayWithToken(Path file) {
    return open(
        TestSettings.of(
            "nodes = [{ url = \"" + server.url() + "\", token-file = \"" + file + "\" }]",
            server.url()));
  }

  private LotusChainGateway open(NetworkBridgeSettings settings) {
    LotusChainGateway gateway = new LotusChainGateway(settings, new SplittableRandom(3));
    toClose.add(0, gateway);
    return gateway;
  }

  /** A loopback URL where nothing listens any more. */
  private static URI goneUrl() {
    try (ReplayServer gone = new ReplayServer()) {
      return gone.url();
    }
  }

  private static int codeOf(CompletionStage<?> answer) {
    return failureOf(answer).code();
  }

  private static ChainException failureOf(CompletionStage<?> answer) {
    try {
      Object value = answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
      throw new AssertionError("expected a failure, got " + value);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ChainException failure) {
        return failure;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static Object valueOf(CompletionStage<?> answer) {
    try {
      return answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
