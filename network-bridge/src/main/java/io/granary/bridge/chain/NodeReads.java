package io.granary.bridge.chain;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.json.ChainMethods;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Reads at one node and nowhere else.
 *
 * @param limit for one answer
 */
record NodeReads(RpcClient rpc, ChainMethods methods, NodeEndpoint node, Duration limit)
    implements ChainReads {
  @Override
  public CompletionStage<TipSet> tipSet(TipSetKey key) {
    return rpc.callAt(node, limit, methods.chainGetTipSet, key);
  }

  @Override
  public CompletionStage<TipSet> tipSetAfterHeight(Epoch height, TipSetKey key) {
    return rpc.callAt(node, limit, methods.chainGetTipSetAfterHeight, height, key);
  }

  @Override
  public CompletionStage<ChainPath> path(TipSetKey from, TipSetKey to) {
    return rpc.callAt(node, limit, methods.chainGetPath, from, to);
  }
}
