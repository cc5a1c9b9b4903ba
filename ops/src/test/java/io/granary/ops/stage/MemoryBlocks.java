package io.granary.ops.stage;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.BlockFence;
import io.granary.protocol.winning.MinedBlock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store in which each miner has won one epoch. */
final class MemoryBlocks implements BlockFence {
  private static final Cid BLOCK = Cid.dagCborBlake2b(Bytes.fromHex("80"));

  @Override
  public CompletionStage<Boolean> claim(MinedBlock block) {
    return CompletableFuture.completedStage(false);
  }

  @Override
  public CompletionStage<Boolean> note(MinedBlock block) {
    return CompletableFuture.completedStage(false);
  }

  @Override
  public CompletionStage<List<MinedBlock>> recent(ActorId miner, int limit) {
    return CompletableFuture.completedStage(
        List.of(
            new MinedBlock(
                miner,
                new Epoch(77),
                "node-1/1",
                new TipSetKey(List.of(BLOCK)),
                Instant.EPOCH,
                2,
                4100,
                Optional.of(BLOCK),
                30_050,
                MinedBlock.Outcome.INCLUDED,
                "")));
  }
}
