package io.granary.devnet.rpc;

import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.BYTES;
import static io.granary.protocol.json.JsonScalars.RAW;
import static io.granary.protocol.json.JsonScalars.TEXT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.ExecutedTipSet;
import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.ActorState;
import io.granary.protocol.chain.NetworkParams;
import io.granary.protocol.chain.NodeVersion;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.JsonScalars;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The node itself, its network, tokens and actors in general. */
final class NodeMethods {
  /** The network version whose actors are followed; as recorded. */
  static final long NETWORK_VERSION = 29;

  /** Version 2.3.0 of the API, as recorded. */
  private static final long API_VERSION = 131_840;

  /** The chain id of a lotus 2k network (chain.md 7). */
  private static final long EIP155_CHAIN_ID = 31_415_926;

  private static final int FINALITY_SAMPLE = 900;

  private final Chain chain;
  private final Tipsets tipsets;
  private final Tokens tokens;
  private final String networkName;
  private final String seed;

  NodeMethods(Chain chain, Tipsets tipsets, Tokens tokens, String networkName, String seed) {
    this.seed = seed;
    this.chain = chain;
    this.tipsets = tipsets;
    this.tokens = tokens;
    this.networkName = networkName;
  }

  void serve(MethodTable table, ChainMethods methods, ChainJson json) {
    ChainPolicy policy = chain.config().policy();
    table.serve(
        methods.version,
        args ->
            new NodeVersion(
                "0.1.0+granary-devnet", API_VERSION, policy.blockDelaySeconds(), "granary-devnet"));
    table.serve(methods.networkName, args -> networkName);
    table.serve(
        methods.networkVersion,
        args -> {
          tipsets.at(args.at(0));
          return NETWORK_VERSION;
        });
    table.serve(methods.networkParams, args -> params(policy));
    table.serve(methods.authVerify, args -> allowed(args.at(0)));
    table.serve(
        new RpcMethod<>("AuthNew", Permission.ADMIN, List.of(TEXT.list()), BYTES),
        args -> newToken(args.at(0)));
    table.serve(
        new RpcMethod<>("NodeStatus", Permission.READ, List.of(BOOL), RAW),
        args -> status(args.at(0)));
    table.serve(
        new RpcMethod<>("ID", Permission.READ, List.of(), TEXT), args -> PeerIds.ofSeed(seed));
    serveActors(table, methods, json);
  }

  private void serveActors(MethodTable table, ChainMethods methods, ChainJson json) {
    table.serve(methods.getActor, args -> actor(args.at(0), args.at(1)));
    table.serve(methods.lookupId, args -> lookupId(args.at(0), args.at(1)));
    table.serve(methods.accountKey, args -> accountKey(args.at(0), args.at(1)));
    table.serve(
        methods.listMiners,
        args ->
            tipsets.at(args.at(0)).before().miners().stream()
                .map(MinerState::id)
                .map(Address::ofId)
                .toList());
    table.serve(
        new RpcMethod<>(
            "StateLookupRobustAddress",
            Permission.READ,
            List.of(json.address(), JsonScalars.TIPSET_KEY),
            json.address()),
        args -> robust(args.at(0), args.at(1)));
    table.serve(
        new RpcMethod<>("StateActorCodeCIDs", Permission.READ, List.of(JsonScalars.COUNT), RAW),
        args -> codes(args.<Long>at(0)));
  }

  private NetworkParams params(ChainPolicy policy) {
    return new NetworkParams(
        networkName,
        policy.blockDelaySeconds(),
        policy.consensusMinerMinPower(),
        policy.preCommitChallengeDelay(),
        NetworkUpgrades.HEIGHTS,
        EIP155_CHAIN_ID,
        chain.genesis().header().timestamp());
  }

  private List<String> allowed(String token) {
    return tokens
        .verify(token)
        .orElseThrow(() -> RpcException.handler("JWT verification failed"))
        .stream()
        .map(Permission::text)
        .toList();
  }

  private Bytes newToken(List<String> permissions) {
    try {
      String token = tokens.issue(permissions.stream().map(Tokens::permission).toList());
      return Bytes.of(token.getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw RpcException.handler(String.valueOf(e.getMessage()));
    }
  }

  private JsonNode status(boolean withChain) {
    ExecutedTipSet head = tipsets.head();
    ObjectNode out = RpcServer.JSON.createObjectNode();
    out.putObject("SyncStatus").put("Epoch", head.height()).put("Behind", 0);
    out.putObject("PeerStatus").put("PeersToPublishMsgs", 0).put("PeersToPublishBlocks", 0);
    ObjectNode blocks = out.putObject("ChainStatus");
    blocks.put("BlocksPerTipsetLast100", withChain ? blocksPerEpoch(head, 100) : 0);
    blocks.put(
        "BlocksPerTipsetLastFinality", withChain ? blocksPerEpoch(head, FINALITY_SAMPLE) : 0);
    return out;
  }

  /** Blocks of the last tipsets; 0 while the chain is shorter than the sample (recorded). */
  private static double blocksPerEpoch(ExecutedTipSet head, int sample) {
    if (head.height() < sample) {
      return 0;
    }
    long blocks = 0;
    int tipSets = 0;
    Optional<ExecutedTipSet> at = Optional.of(head);
    while (tipSets < sample && at.isPresent()) {
      blocks += at.get().tipSet().blocks().size();
      tipSets++;
      at = at.get().below();
    }
    return (double) blocks / tipSets;
  }

  private ActorState actor(Address address, TipSetKey key) {
    ChainState state = tipsets.at(key).before();
    LedgerActor actor =
        state.actor(address).orElseThrow(() -> RpcException.handler("actor not found"));
    return state(state, actor);
  }

  /** An actor as nodes show it. */
  static ActorState state(ChainState state, LedgerActor actor) {
    return new ActorState(
        actor.kind().code(), state.headOf(actor), actor.nonce(), actor.balance(), Optional.empty());
  }

  private ActorId lookupId(Address address, TipSetKey key) {
    return address.protocol() == 0
        ? address.requireId()
        : tipsets
            .actor(address, key)
            .map(LedgerActor::id)
            .orElseThrow(() -> new RpcException(RpcException.ACTOR_NOT_FOUND, "actor not found"));
  }

  private Address accountKey(Address address, TipSetKey key) {
    LedgerActor actor =
        tipsets.actor(address, key).orElseThrow(() -> RpcException.handler("actor not found"));
    if (actor.kind() != ActorKind.ACCOUNT || actor.robust().isEmpty()) {
      throw RpcException.handler(
          "failed to get account actor state for "
              + address.toText(chain.config().networkPrefix())
              + ": actor code is not account: "
              + actor.kind().actorName());
    }
    return actor.robust().get();
  }

  private Address robust(Address address, TipSetKey key) {
    return tipsets
        .actor(address, key)
        .flatMap(LedgerActor::robust)
        .orElseThrow(() -> new RpcException(RpcException.ACTOR_NOT_FOUND, "actor not found"));
  }

  private static JsonNode codes(long networkVersion) {
    if (networkVersion != NETWORK_VERSION) {
      throw RpcException.handler("no actor bundle for network version " + networkVersion);
    }
    ObjectNode out = RpcServer.JSON.createObjectNode();
    for (ActorKind kind : ActorKind.values()) {
      out.set(kind.actorName(), JsonScalars.CID.write(kind.code()));
    }
    return out;
  }
}
