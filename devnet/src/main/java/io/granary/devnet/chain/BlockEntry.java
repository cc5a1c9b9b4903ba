package io.granary.devnet.chain;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Blake2b;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One block with its messages, and the tipset it builds on.
 *
 * @param base the tipset below; null for genesis
 * @param messages in the order of execution: BLS first, then secp256k1
 */
public record BlockEntry(
    BlockHeader header, List<SignedMessage> messages, @Nullable ExecutedTipSet base) {
  /** The order of blocks in a tipset: by the hash of their tickets, then by CID (chain.md 2.3). */
  private static final Comparator<BlockEntry> ORDER =
      Comparator.comparing(BlockEntry::ticketHash).thenComparing(block -> block.cid().bytes());

  public BlockEntry {
    messages = List.copyOf(messages);
  }

  public Cid cid() {
    return header.cid();
  }

  public ActorId miner() {
    return header.miner().requireId();
  }

  public long height() {
    return header.height().value();
  }

  long winCount() {
    return header.electionProof().map(ElectionProof::winCount).orElse(0L);
  }

  private Bytes ticketHash() {
    return Blake2b.hash256(header.ticketVrfProof().orElseGet(Bytes::empty));
  }

  /** {@code blocks} in the order of their tipset. */
  static List<BlockEntry> ordered(List<BlockEntry> blocks) {
    return blocks.stream().sorted(ORDER).toList();
  }

  /** The tipset of {@code blocks}, which are in its order. */
  static TipSet tipSet(List<BlockEntry> blocks) {
    return new TipSet(
        new TipSetKey(blocks.stream().map(BlockEntry::cid).toList()),
        blocks.stream().map(BlockEntry::header).toList(),
        blocks.get(0).header().height());
  }

  // A block's base is a chain down to genesis: blocks are compared and printed by their CID.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BlockEntry block && block.header.equals(header);
  }

  @Override
  public int hashCode() {
    return header.hashCode();
  }

  @Override
  public String toString() {
    return cid() + " at " + height();
  }
}
