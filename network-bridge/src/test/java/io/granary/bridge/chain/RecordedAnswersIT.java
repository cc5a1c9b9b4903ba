package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.JsonScalars;
import io.granary.protocol.json.JsonText;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.recorded.Recording;
import io.granary.protocol.recorded.Recordings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every recorded answer of a method the client uses, served over HTTP: the request must be the
 * recorded one, and the answer must be read in full or become the error it is.
 */
class RecordedAnswersIT {
  /** An error whose text says that the message is in the pool, which is what was asked for. */
  private static final String PUSHED_BEFORE = "MpoolPush--dup";

  private static final ChainMethods METHODS = new ChainMethods(new ChainJson('t'));

  /** Recordings that the client cannot bring about, with the reason. */
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "ChainGetTipSetByHeight--err-type", "a text where an epoch belongs",
          "ChainHead--err-many-params", "a parameter too many",
          "StateMinerInfo--err-addr", "no address",
          "StateMinerInfo--err-few-params", "a parameter missing",
          "StateMinerInfo--mainnet-prefix", "the prefix of another network",
          "StateMinerInfo--robust", "a miner by its robust address: we use its number",
          "StateMinerInfo--not-a-miner", "an account by its key address: we use numbers");

  /** Answers refused for a CID that is not its message's (a recorder's rounding; see protocol). */
  private static final Set<String> DAMAGED =
      Set.of(
          "deals/StateCall--alloc-term-max-5x365days-plus-1",
          "deals/StateCall--extend-claim-5x365days-plus-1",
          "deals/StateCall--miner-withdraw-nothing-2",
          "deals/StateCall--pc-ticket-too-old");

  /** Methods that answer null, which the port gives as a stage without a value. */
  private static final Set<String> NOTHING_ANSWERED = Set.of("SyncSubmitBlock");

  private static ReplayServer server;
  private static LotusChainGateway gateway;

  @BeforeAll
  static void start() {
    server = new ReplayServer();
    gateway =
        new LotusChainGateway(
            TestSettings.of("answers-kept-max = 0", server.url()), new SplittableRandom(1));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    server.close();
  }

  static Stream<Recording> calls() {
    return Recordings.calls().stream()
        .filter(call -> METHODS.names().contains(call.method()))
        .filter(call -> !LEFT_OUT.containsKey(call.name()));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void readsTheAnswer_whenServedAsRecorded(Recording call) throws Exception {
    RpcMethod<?> method = METHODS.find(call.method()).orElseThrow();
    List<Object> values = method.readParameters(call.params());
    server.replay(call);

    Outcome outcome = outcome(call, values);

    JsonNode request = server.requests().get(0);
    assertThat(request.get("method").textValue()).isEqualTo("Filecoin." + call.method());
    assertThat(JsonText.write(request.get("params")))
        .isEqualTo(JsonText.write(headKeysWritten(method, call.params())));
    if (call.name().equals(PUSHED_BEFORE)) {
      assertThat(outcome.value()).contains(((SignedMessage) values.get(0)).cid());
    } else if (call.error().isPresent()) {
      JsonNode error = call.error().get();
      ChainException failure = outcome.failure().orElseThrow();
      assertThat(failure.code()).isEqualTo(error.get("code").intValue());
      assertThat(failure.getMessage())
          .isEqualTo(call.method() + ": " + error.get("message").textValue());
    } else if (DAMAGED.contains(call.name())) {
      assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ChainException.MALFORMED_ANSWER);
    } else if (NOTHING_ANSWERED.contains(call.method())) {
      assertThat(outcome.failure()).isEmpty();
      assertThat(outcome.value()).isEmpty();
    } else {
      assertThat(outcome.failure()).isEmpty();
      assertThat(outcome.value()).contains(method.result().decode(call.result().orElseThrow()));
    }
  }

  @Test
  void callsEveryMethod_whenListed() {
    Set<String> uncalled = new TreeSet<>(METHODS.names());
    uncalled.removeIf(name -> GatewayCalls.of(name).isPresent());
    assertThat(uncalled).isEmpty();
  }

  @Test
  void leavesOutOnlyWhatIsThere() {
    assertThat(Recordings.names()).containsAll(LEFT_OUT.keySet()).containsAll(DAMAGED);
  }

  private record Outcome(Optional<Object> value, Optional<ChainException> failure) {}

  private static Outcome outcome(Recording call, List<Object> values) throws Exception {
    GatewayCalls.Call of = GatewayCalls.of(call.method()).orElseThrow();
    try {
      Object value = of.on(gateway, values).toCompletableFuture().get(20, TimeUnit.SECONDS);
      return new Outcome(Optional.ofNullable(value), Optional.empty());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ChainException failure) {
        return new Outcome(Optional.empty(), Optional.of(failure));
      }
      throw e;
    }
  }

  /** Null as a tipset key means what {@code []} means, which is what we write. */
  private static JsonNode headKeysWritten(RpcMethod<?> method, JsonNode params) {
    ArrayNode written = params.deepCopy();
    for (int i = 0; i < written.size(); i++) {
      JsonCodec<?> codec = method.parameters().get(i);
      if (codec == JsonScalars.TIPSET_KEY && written.get(i).isNull()) {
        written.set(i, JsonNodeFactory.instance.arrayNode());
      }
    }
    return written;
  }
}
