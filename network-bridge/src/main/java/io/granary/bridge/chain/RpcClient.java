package io.granary.bridge.chain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.protocol.json.RpcMethod;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Which node gets a request, how long it has, and how many are under way at once. */
final class RpcClient {
  /** Reads that take a node seconds at times: they get a longer try, and are asked of one node. */
  private static final Set<String> SLOW =
      Set.of(
          "ChainGetPath",
          "GasEstimateMessageGas",
          "MpoolPending",
          "MpoolSelect",
          "StateCall",
          "StateListMiners",
          "StateMinerSectors",
          "StateSearchMsg");

  private final NodeCall node;
  private final NodeBoard nodes;
  private final NetworkBridgeSettings settings;
  private final RequestGate gate;
  private final RequestGate waits;
  private final AnswerCache cache;

  RpcClient(HttpClient http, NodeBoard nodes, NetworkBridgeSettings settings) {
    this.node = new NodeCall(http, settings.answerBytesMax());
    this.nodes = nodes;
    this.settings = settings;
    gate = new RequestGate(settings.requestsInFlightMax(), settings.requestsWaitingMax());
    waits = new RequestGate(settings.waitsInFlightMax(), settings.requestsWaitingMax());
    cache = new AnswerCache(settings.answersKeptMax());
  }

  NodeBoard nodes() {
    return nodes;
  }

  /**
   * Calls {@code method}, which may be asked of any node and more than once. What was asked before
   * of a named tipset may be answered from memory.
   */
  <R> CompletionStage<R> call(RpcMethod<R> method, Object... values) {
    ArrayNode params = method.writeParameters(values);
    boolean slow = SLOW.contains(method.name());
    Duration quick = slow ? settings.slowTimeout() : settings.quickTimeout();
    return cache.get(
        method,
        params,
        () ->
            gate.submit(
                () ->
                    race(
                        method,
                        params,
                        settings.requestTimeout(),
                        quick,
                        slow ? Optional.empty() : hedgeAfter())));
  }

  /** As {@link #call}, for methods that answer only when something has happened. */
  <R> CompletionStage<R> callAndWait(RpcMethod<R> method, Object... values) {
    ArrayNode params = method.writeParameters(values);
    Duration limit = settings.waitTimeout();
    return waits.submit(() -> race(method, params, limit, limit, Optional.empty()));
  }

  /** Calls {@code method} at the node to ask first and nowhere else: it must not be done twice. */
  <R> CompletionStage<R> callOnce(RpcMethod<R> method, Object... values) {
    return callAt(nodes.order().get(0), settings.requestTimeout(), method, values);
  }

  /** Calls {@code method} at {@code target} and nowhere else. */
  <R> CompletionStage<R> callAt(
      NodeEndpoint target, Duration limit, RpcMethod<R> method, Object... values) {
    ArrayNode params = method.writeParameters(values);
    return gate.submit(() -> node.ask(target, method, params, limit));
  }

  /**
   * As {@link #callAt}, without waiting for a place among the requests: what watches the nodes must
   * get through when they are slow.
   */
  <R> CompletionStage<R> probe(
      NodeEndpoint target, Duration limit, RpcMethod<R> method, Object... values) {
    return node.ask(target, method, method.writeParameters(values), limit);
  }

  private <R> CompletionStage<R> race(
      RpcMethod<R> method,
      ArrayNode params,
      Duration whole,
      Duration quick,
      Optional<Duration> hedgeAfter) {
    List<NodeEndpoint> order = nodes.toAsk(AnswerCache.isLasting(method, params));
    return new ReadRace<R>(
            order.subList(0, Math.min(order.size(), settings.triesMax())),
            new ReadRace.Limits(whole, quick, hedgeAfter),
            (target, limit) -> node.ask(target, method, params, limit))
        .run();
  }

  /** Some times the usual answer time of the node that will be asked first. */
  private Optional<Duration> hedgeAfter() {
    OptionalLong usual = nodes.order().get(0).health().percentileMillis(95);
    long millis = Math.round(usual.orElse(0) * settings.hedgeTimes());
    return Optional.of(Duration.ofMillis(Math.max(millis, settings.hedgeMin().toMillis())));
  }
}
