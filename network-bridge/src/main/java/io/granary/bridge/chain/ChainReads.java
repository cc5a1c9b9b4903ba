package io.granary.bridge.chain;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import java.util.concurrent.CompletionStage;

/** What {@link CatchUp} asks, of the one node that has the head it goes to. */
interface ChainReads {
  CompletionStage<TipSet> tipSet(TipSetKey key);

  CompletionStage<TipSet> tipSetAfterHeight(Epoch height, TipSetKey key);

  CompletionStage<ChainPath> path(TipSetKey from, TipSetKey to);
}
