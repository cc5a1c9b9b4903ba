package io.granary.protocol.winning;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tipsets and won epochs without content. */
public final class WinningFixtures {
  public static final ActorId MINER = new ActorId(1007);
  private static final Cid NOTHING = Cid.dagCborBlake2b(Bytes.fromHex("80"));

  private WinningFixtures() {}

  /** A tipset with a block for each of {@code tickets}, at {@code seconds}. */
  public static TipSet tipSet(long height, long seconds, int... tickets) {
    return tipSet(new TipSetKey(List.of(NOTHING)), height, height * 10, seconds, tickets);
  }

  /** The same on {@code parents}, with {@code weight} below it. */
  public static TipSet tipSet(
      TipSetKey parents, long height, long weight, long seconds, int... tickets) {
    List<BlockHeader> blocks = new ArrayList<>();
    for (int ticket : tickets) {
      blocks.add(block(parents, height, weight, seconds, ticket));
    }
    return new TipSet(
        new TipSetKey(blocks.stream().map(BlockHeader::cid).toList()), blocks, new Epoch(height));
  }

  private static BlockHeader block(
      TipSetKey parents, long height, long weight, long seconds, int ticket) {
    return new BlockHeader(
        Address.ofId(MINER),
        Optional.of(Bytes.of(new byte[] {(byte) ticket})),
        Optional.of(new ElectionProof(1, Bytes.empty())),
        List.of(),
        List.of(),
        parents.cids(),
        BigInteger.valueOf(weight),
        new Epoch(height),
        NOTHING,
        NOTHING,
        NOTHING,
        Optional.empty(),
        seconds,
        Optional.empty(),
        0,
        TokenAmount.ofAtto(100));
  }

  /** An epoch claimed on {@code parents}, with a block or without. */
  public static MinedBlock mined(long epoch, TipSetKey parents, Optional<Cid> block) {
    return new MinedBlock(
        MINER,
        new Epoch(epoch),
        "claim-" + epoch,
        parents,
        Instant.EPOCH,
        1,
        1000,
        block,
        0,
        block.isPresent() ? MinedBlock.Outcome.CREATED : MinedBlock.Outcome.CLAIMED,
        "");
  }
}
