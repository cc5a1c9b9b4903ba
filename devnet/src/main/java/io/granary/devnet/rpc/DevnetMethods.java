package io.granary.devnet.rpc;

import static io.granary.protocol.json.JsonScalars.AMOUNT;
import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.RAW;
import static io.granary.protocol.json.JsonScalars.TEXT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.chain.BlockProduction;
import io.granary.devnet.chain.Chain;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerCause;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerLedger;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.util.List;
import java.util.Optional;

/**
 * What no node has: steps and re-orgs on command, who makes blocks, the base fee and the status
 * (README, extensions).
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
        new RpcMethod<>("DevnetFork", Permission.ADMIN, List.of(COUNT, COUNT, BOOL), tipSet),
        args ->
            chain
                .reorg(bounded(args.<Long>at(0)), bounded(args.<Long>at(1)), args.<Boolean>at(2))
                .tipSet());
    table.serveExtension(
        new RpcMethod<>("DevnetProduction", Permission.ADMIN, List.of(TEXT), TEXT),
        args -> produceBy(args.at(0)));
    table.serveExtension(
        new RpcMethod<>("DevnetBaseFee", Permission.ADMIN, List.of(AMOUNT), AMOUNT),
        args -> forceBaseFee(args.at(0)));
    table.serveExtension(
        new RpcMethod<>("DevnetPenalties", Permission.READ, List.of(json.address()), RAW),
        args -> ledger(args.at(0)));
    table.serveExtension(
        new RpcMethod<>("DevnetStatus", Permission.READ, List.of(), RAW), args -> status());
  }

  private String produceBy(String who) {
    for (BlockProduction production : BlockProduction.values()) {
      if (production.text().equals(who)) {
        chain.produceBy(production);
        return who;
      }
    }
    throw RpcException.handler("production: must be genesis or miners, got " + who);
  }

  /** Forces the base fee, or lets it go for 0; gives that of the next block. */
  private TokenAmount forceBaseFee(TokenAmount fee) {
    if (fee.isNegative()) {
      throw RpcException.handler("base fee: must not be negative, got " + fee);
    }
    chain.forceBaseFee(fee.isZero() ? Optional.empty() : Optional.of(fee));
    return chain.baseFeeOn(chain.head());
  }

  private static int bounded(long value) {
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  /** What happened to a miner by cause, all causes named. */
  private JsonNode ledger(Address address) {
    MinerLedger ledger =
        chain
            .head()
            .after()
            .resolve(address)
            .flatMap(id -> chain.head().after().miner(id))
            .map(MinerState::ledger)
            .orElseThrow(() -> RpcException.handler("no such miner"));
    ObjectNode out = RpcServer.JSON.createObjectNode();
    for (LedgerCause cause : LedgerCause.values()) {
      MinerLedger.Entry entry = ledger.of(cause);
      out.putObject(cause.text())
          .put("Count", entry.count())
          .put("Amount", entry.amount().toString());
    }
    return out;
  }

  private JsonNode status() {
    ObjectNode out = RpcServer.JSON.createObjectNode();
    out.put("Height", chain.head().height());
    out.put("PendingMessages", chain.pending().size());
    out.put("VerifyAllPosts", chain.config().verifyAllPosts());
    out.put("ProofsVerified", chain.proofs().verifiedCount());
    out.put("ProofsRefused", chain.proofs().refusedCount());
    out.put("Production", chain.production().text());
    out.put("Round", chain.round());
    out.put("BlocksHeld", chain.blocksHeld());
    out.put("BaseFee", chain.baseFeeOn(chain.head()).toString());
    out.put("OwnBlocksProven", false);
    long trusted = 0;
    for (MinerState miner : chain.head().after().miners()) {
      trusted += miner.trusted().numbers().cardinality();
    }
    out.put("TrustedSectors", trusted);
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
