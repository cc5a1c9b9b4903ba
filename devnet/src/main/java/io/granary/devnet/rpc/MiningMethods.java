package io.granary.devnet.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.granary.devnet.chain.Chain;
import io.granary.devnet.state.LedgerActor;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.json.ChainMethods;
import java.util.Optional;

/** Block production by other miners than the genesis miner (chain.md 6.1). */
final class MiningMethods {
  private final Chain chain;
  private final Tipsets tipsets;
  private final MessageService service;

  MiningMethods(Chain chain, Tipsets tipsets, MessageService service) {
    this.chain = chain;
    this.tipsets = tipsets;
    this.service = service;
  }

  void serve(MethodTable table, ChainMethods methods) {
    table.serve(methods.minerGetBaseInfo, args -> baseInfo(args.at(0), args.at(1), args.at(2)));
    table.serve(
        methods.minerCreateBlock, args -> chain.createBlock(args.at(0), service::walletKey));
    table.serve(methods.syncSubmitBlock, args -> submit(args.at(0)));
    table.serve(
        methods.mpoolSelect,
        args -> {
          double quality = args.<Double>at(1);
          if (quality < 0 || quality > 1) {
            throw RpcException.handler("ticket quality: must be 0 to 1, got " + quality);
          }
          return chain.select(tipsets.at(args.at(0)));
        });
  }

  private Optional<MiningBaseInfo> baseInfo(Address miner, Epoch round, TipSetKey key) {
    ActorId id =
        tipsets
            .at(key)
            .after()
            .actor(miner)
            .map(LedgerActor::id)
            .orElseThrow(() -> RpcException.handler("failed to load miner actor: actor not found"));
    return chain.lottery().baseInfo(tipsets.at(key), round.value(), id);
  }

  private JsonNode submit(BlockMessage block) {
    chain.submit(block);
    return NullNode.instance;
  }
}
