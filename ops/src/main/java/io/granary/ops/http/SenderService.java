package io.granary.ops.http;

import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.port.MinerRoster;
import io.granary.sharding.miner.MinerCommand;
import io.granary.sharding.miner.MinerEntity;
import io.granary.sharding.miner.MinerReply;
import io.granary.sharding.sender.SenderCommand;
import io.granary.sharding.sender.SenderEntity;
import io.granary.sharding.sender.SenderReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What {@code /v1/senders} answers with: the addresses that messages go from, and what is open. */
final class SenderService {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);

  private final ClusterSharding sharding;
  private final MinerRoster roster;

  SenderService(ClusterSharding sharding, MinerRoster roster) {
    this.sharding = sharding;
    this.roster = roster;
  }

  /** Every address that the messages of the cluster's miners may go from. */
  CompletionStage<JsonNode> list() {
    return roster
        .all()
        .thenCompose(miners -> all(miners.stream().map(this::config).toList()))
        .thenCompose(
            configs -> {
              SortedMap<Address, List<MinerConfig>> byAddress = byAddress(configs);
              return all(byAddress.keySet().stream().map(this::describe).toList())
                  .thenApply(overviews -> json(overviews, byAddress));
            });
  }

  private CompletionStage<MinerReply> config(ActorId miner) {
    return this.<MinerReply>askMiner(miner, MinerCommand.Describe::new);
  }

  private <R> CompletionStage<R> askMiner(
      ActorId miner, akka.japi.function.Function<ActorRef<R>, MinerCommand> command) {
    return sharding.entityRefFor(MinerEntity.TYPE_KEY, miner.toString()).ask(command, ASK_TIMEOUT);
  }

  private CompletionStage<SenderReply> describe(Address address) {
    return sharding
        .entityRefFor(SenderEntity.TYPE_KEY, SenderEntity.entityId(address))
        .ask(SenderCommand.Describe::new, ASK_TIMEOUT);
  }

  private static <T> CompletionStage<List<T>> all(List<CompletionStage<T>> stages) {
    CompletionStage<List<T>> all = CompletableFuture.completedStage(List.of());
    for (CompletionStage<T> stage : stages) {
      all =
          all.thenCombine(
              stage,
              (before, next) -> {
                List<T> more = new ArrayList<>(before);
                more.add(next);
                return more;
              });
    }
    return all;
  }

  private static SortedMap<Address, List<MinerConfig>> byAddress(List<MinerReply> replies) {
    SortedMap<Address, List<MinerConfig>> byAddress = new TreeMap<>();
    for (MinerReply reply : replies) {
      if (reply instanceof MinerReply.Overview overview && overview.config().isPresent()) {
        MinerConfig config = overview.config().get();
        List<Address> addresses = new ArrayList<>(config.senders().all());
        if (!addresses.contains(config.workerKey())) {
          addresses.add(config.workerKey());
        }
        addresses.forEach(
            address -> byAddress.computeIfAbsent(address, a -> new ArrayList<>()).add(config));
      }
    }
    return byAddress;
  }

  private static JsonNode json(
      List<SenderReply> replies, Map<Address, List<MinerConfig>> byAddress) {
    ObjectNode answer = JSON.objectNode();
    ArrayNode senders = answer.putArray("senders");
    for (SenderReply reply : replies) {
      SenderReply.Overview overview = (SenderReply.Overview) reply;
      ObjectNode row =
          senders
              .addObject()
              .put("address", overview.address().toString())
              .put("nextNonce", overview.nextNonce());
      ArrayNode miners = row.putArray("miners");
      byAddress
          .getOrDefault(overview.address(), List.of())
          .forEach(config -> miners.add(config.miner().toString()));
      overview.market().ifPresent(market -> put(row, market));
      ArrayNode spent = row.putArray("spentToday");
      overview
          .spent()
          .forEach(
              each ->
                  spent
                      .addObject()
                      .put("purpose", each.purpose().name())
                      .put("atRisk", each.atRisk().toString())
                      .put("max", each.max().toString()));
      ArrayNode messages = row.putArray("messages");
      overview.open().forEach(open -> put(messages.addObject(), open));
    }
    return answer;
  }

  private static void put(ObjectNode row, SenderReply.Standing market) {
    row.put("epoch", market.at().value())
        .put("baseFee", market.baseFee().toString())
        .put("balance", market.balance().toString())
        .put("postReserve", market.reserve().toString())
        .put("chainNonce", market.chainNonce());
  }

  private static void put(ObjectNode row, SenderReply.OpenIntent open) {
    row.put("intent", open.intentId())
        .put("purpose", open.purpose().name())
        .put("state", open.state())
        .put("lastUsefulEpoch", open.lastUsefulEpoch().value())
        .put("waitsFor", open.waitsFor().name())
        .put("detail", open.detail());
    open.signed()
        .ifPresent(
            signed ->
                row.put("nonce", signed.nonce())
                    .put("message", signed.message().toString())
                    .put("gasLimit", signed.gasLimit())
                    .put("feeCap", signed.feeCap().toString())
                    .put("premium", signed.premium().toString())
                    .put("costMax", signed.feeCap().times(signed.gasLimit()).toString())
                    .put("signings", signed.signings()));
  }
}
