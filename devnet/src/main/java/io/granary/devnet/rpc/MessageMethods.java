package io.granary.devnet.rpc;

import static io.granary.protocol.json.JsonScalars.AMOUNT;
import static io.granary.protocol.json.JsonScalars.CID;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.EPOCH;
import static io.granary.protocol.json.JsonScalars.RAW;
import static io.granary.protocol.json.JsonScalars.TIPSET_KEY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.actor.MessageExecutor.Applied;
import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.ExecutedTipSet;
import io.granary.devnet.chain.PremiumEstimate;
import io.granary.devnet.chain.Simulator;
import io.granary.devnet.state.ChainState;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.CallResult;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Messages: pushed, estimated, simulated, searched and waited for. */
final class MessageMethods {
  private static final int WAITS_MAX = 10_000;
  private static final long CONFIDENCE_MAX = 900;
  private static final String LOAD_FAILED = "%!w(*errors.errorString=&{failed to load message}): ";

  private final Chain chain;
  private final Tipsets tipsets;
  private final MessageService service;
  private final Simulator simulator;
  private final AtomicInteger waits = new AtomicInteger();

  MessageMethods(Chain chain, Tipsets tipsets, MessageService service, Simulator simulator) {
    this.chain = chain;
    this.tipsets = tipsets;
    this.service = service;
    this.simulator = simulator;
  }

  void serve(MethodTable table, ChainMethods methods, ChainJson json) {
    table.serve(
        new RpcMethod<>(
            methods.stateCall.name(),
            methods.stateCall.permission(),
            methods.stateCall.parameters(),
            RAW),
        args -> tracedCall(args.at(0), args.at(1), json));
    table.serve(
        methods.searchMessage,
        args ->
            chain.lookup(
                tipsets.at(args.at(0)), known(args.at(1)), args.<Long>at(2), args.<Boolean>at(3)));
    table.serveLater(methods.waitMessage, this::waitFor);
    table.serve(methods.mpoolGetNonce, args -> chain.nextNonce(service.key(args.at(0))));
    table.serve(
        methods.mpoolPending,
        args -> {
          tipsets.at(args.at(0));
          return chain.pending();
        });
    table.serve(methods.mpoolPush, args -> chain.push(args.at(0)));
    table.serve(methods.mpoolPushMessage, args -> service.push(args.at(0), args.at(1)));
    table.serve(
        methods.gasEstimateMessageGas,
        args -> {
          tipsets.at(args.at(2));
          return service.estimate(args.at(0), args.at(1));
        });
    serveGas(table, json);
    serveLists(table, json);
  }

  private void serveGas(MethodTable table, ChainJson json) {
    JsonCodec<Message> message = json.messages().parameter();
    table.serve(
        new RpcMethod<>(
            "GasEstimateGasLimit", Permission.READ, List.of(message, TIPSET_KEY), COUNT),
        args -> service.gasUsed(args.at(0)));
    table.serve(
        new RpcMethod<>(
            "GasEstimateFeeCap", Permission.READ, List.of(message, COUNT, TIPSET_KEY), AMOUNT),
        args -> feeCap(args.at(0), args.<Long>at(1)));
    table.serve(
        new RpcMethod<>(
            "GasEstimateGasPremium",
            Permission.READ,
            List.of(COUNT, json.address(), COUNT, TIPSET_KEY),
            AMOUNT),
        args -> PremiumEstimate.within(args.<Long>at(0), chain.head()));
  }

  private void serveLists(MethodTable table, ChainJson json) {
    table.serve(
        new RpcMethod<>(
            "StateListMessages",
            Permission.READ,
            List.of(RAW, TIPSET_KEY, EPOCH),
            CID.listOrNull()),
        args -> listMessages(matcher(args.at(0), json), args.at(1), args.at(2)));
    table.serve(
        new RpcMethod<>("MpoolGetConfig", Permission.READ, List.of(), RAW), args -> poolConfig());
  }

  private TokenAmount feeCap(Message message, long blocks) {
    if (blocks > 1000) {
      throw RpcException.handler("max queue blocks: at most 1000, got " + blocks);
    }
    return simulator.feeCap(message.gasPremium(), blocks);
  }

  /** The result of a call with the actor it reached, whom the codec of a client leaves out. */
  private JsonNode tracedCall(Message message, TipSetKey key, ChainJson json) {
    JsonNode result = json.messages().callResult().write(call(message, key));
    ChainState state = tipsets.at(key).before();
    state
        .actor(message.to())
        .ifPresent(
            actor -> {
              ObjectNode invoked =
                  ((ObjectNode) result.get("ExecutionTrace")).putObject("InvokedActor");
              invoked.put("Id", actor.id().value());
              invoked.set("State", json.nodes().actor().write(NodeMethods.state(state, actor)));
            });
    return result;
  }

  private CallResult call(Message message, TipSetKey key) {
    ExecutedTipSet at = tipsets.at(key);
    long begin = System.nanoTime();
    Applied applied = simulator.call(message, at);
    if (at.before().actor(message.from()).isEmpty()) {
      throw RpcException.handler("call raw get actor: resolution lookup failed: actor not found");
    }
    Message executed = message.withNonce(at.before().actor(message.from()).orElseThrow().nonce());
    return new CallResult(
        executed.cid(), executed, applied.receipt(), applied.error(), System.nanoTime() - begin);
  }

  private SignedMessage known(Cid cid) {
    return chain.findMessage(cid).orElseThrow(() -> ChainReadMethods.notFound(LOAD_FAILED, cid));
  }

  private CompletionStage<MessageLookup> waitFor(Arguments args) {
    SignedMessage signed = known(args.at(0));
    long confidence = args.<Long>at(1);
    long limit = args.<Long>at(2);
    boolean allowReplaced = args.<Boolean>at(3);
    if (confidence > CONFIDENCE_MAX) {
      throw RpcException.handler("confidence: at most " + CONFIDENCE_MAX + ", got " + confidence);
    }
    if (waits.incrementAndGet() > WAITS_MAX) {
      waits.decrementAndGet();
      throw RpcException.handler("too many messages are waited for");
    }
    CompletableFuture<MessageLookup> landed = new CompletableFuture<>();
    Consumer<HeadChange> waiter =
        change -> lookupDeep(signed, confidence, limit, allowReplaced).ifPresent(landed::complete);
    chain.subscribe(waiter);
    lookupDeep(signed, confidence, limit, allowReplaced).ifPresent(landed::complete);
    CompletableFuture<MessageLookup> unused =
        landed.whenComplete(
            (lookup, failure) -> {
              chain.unsubscribe(waiter);
              waits.decrementAndGet();
            });
    return landed;
  }

  private Optional<MessageLookup> lookupDeep(
      SignedMessage signed, long confidence, long limit, boolean allowReplaced) {
    ExecutedTipSet head = tipsets.head();
    return chain
        .lookup(head, signed, limit, allowReplaced)
        .filter(lookup -> head.height() >= lookup.height().value() + confidence);
  }

  /** Sender and receiver that messages of a list must have. */
  private record Matcher(Optional<Address> to, Optional<Address> from) {}

  private static Matcher matcher(JsonNode match, ChainJson json) {
    Optional<Address> to = addressIn(match, "To", json);
    Optional<Address> from = addressIn(match, "From", json);
    if (to.isEmpty() && from.isEmpty()) {
      throw RpcException.handler("must specify at least To or From in message filter");
    }
    return new Matcher(to, from);
  }

  private static Optional<Address> addressIn(JsonNode match, String name, ChainJson json) {
    JsonNode node = match.path(name);
    return node.isTextual() && !node.asText().isEmpty() && !node.asText().equals("<empty>")
        ? Optional.of(json.address().decode(node))
        : Optional.empty();
  }

  private List<Cid> listMessages(Matcher matcher, TipSetKey key, Epoch toHeight) {
    List<Cid> found = new ArrayList<>();
    Optional<ExecutedTipSet> at = Optional.of(tipsets.at(key));
    while (at.isPresent() && at.get().height() >= toHeight.value()) {
      for (SignedMessage signed : at.get().messages()) {
        boolean fits =
            matcher.to().map(signed.message().to()::equals).orElse(true)
                && matcher.from().map(signed.message().from()::equals).orElse(true);
        if (fits) {
          found.add(signed.cid());
        }
      }
      at = at.get().below();
    }
    return found;
  }

  private static JsonNode poolConfig() {
    ObjectNode out = RpcServer.JSON.createObjectNode();
    out.putNull("PriorityAddrs");
    out.put("SizeLimitHigh", 30_000).put("SizeLimitLow", 20_000);
    out.put("ReplaceByFeeRatio", 1.25).put("PruneCooldown", 60_000_000_000L);
    return out.put("GasLimitOverestimation", 1.25);
  }
}
