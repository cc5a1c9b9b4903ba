package io.granary.devnet.rpc;

import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.RAW;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.chain.Chain;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.util.List;

/**
 * What no node has: {@code Granary.DevnetStep(nullRounds)}, {@code Granary.DevnetReorg(depth,
 * dropMessages)} and {@code Granary.DevnetStatus()}.
 */
final class DevnetMethods {
  private final Chain chain;

  DevnetMethods(Chain chain) {
    this.chain = chain;
  }

  void serve(MethodTable table, ChainJson json) {
    JsonCodec<TipSet> tipSet = json.blocks().tipSet();
    table.serveExtension(
        new RpcMethod<>("DevnetStep", Permission.ADMIN, List.of(COUNT), tipSet),
        args -> chain.step(bounded(args.<Long>at(0))).tipSet());
    table.serveExtension(
        new RpcMethod<>("DevnetReorg", Permission.ADMIN, List.of(COUNT, BOOL), tipSet),
        args -> chain.reorg(bounded(args.<Long>at(0)), args.<Boolean>at(1)).tipSet());
    table.serveExtension(
        new RpcMethod<>("DevnetStatus", Permission.READ, List.of(), RAW), args -> status());
  }

  private static int bounded(long value) {
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  private JsonNode status() {
    ObjectNode out = RpcServer.JSON.createObjectNode();
    out.put("Height", chain.head().height());
    out.put("PendingMessages", chain.pending().size());
    out.put("VerifyAllPosts", chain.config().verifyAllPosts());
    out.put("ProofsVerified", chain.proofs().verifiedCount());
    out.put("ProofsRefused", chain.proofs().refusedCount());
    out.put("UnverifiedPosts", unverifiedPosts(chain.head().after()));
    return out;
  }

  /** Window PoSts that count although nobody has looked at them, and can still be disputed. */
  private static int unverifiedPosts(ChainState state) {
    int count = 0;
    for (MinerState miner : state.miners()) {
      for (MinerDeadline deadline : miner.deadlines()) {
        count += deadline.optimistic().size() + deadline.disputable().size();
      }
    }
    return count;
  }
}
