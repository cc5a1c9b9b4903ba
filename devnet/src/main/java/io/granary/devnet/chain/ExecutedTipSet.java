package io.granary.devnet.chain;

import io.granary.devnet.state.ChainState;
import io.granary.protocol.Bytes;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tipset with what its messages did.
 *
 * @param parent the tipset below; null for genesis
 * @param before the state its messages found, which is what queries at this tipset see
 * @param after the state after them and after the cron of its epoch
 * @param messages the distinct ones of its blocks in the order of execution: of each block BLS
 *     first, then secp256k1
 * @param receipts one a message; the child tipset's header carries their root
 */
public record ExecutedTipSet(
    TipSet tipSet,
    @Nullable ExecutedTipSet parent,
    ChainState before,
    ChainState after,
    List<SignedMessage> messages,
    List<Receipt> receipts) {
  public ExecutedTipSet {
    messages = List.copyOf(messages);
    receipts = List.copyOf(receipts);
  }

  public long height() {
    return tipSet.height().value();
  }

  public TipSetKey key() {
    return tipSet.key();
  }

  /** The header of its first block, whose ticket and base fee count. */
  public BlockHeader header() {
    return tipSet.blocks().get(0);
  }

  /** How often the miners of its blocks won together. */
  long winCount() {
    return tipSet.blocks().stream()
        .mapToLong(block -> block.electionProof().map(ElectionProof::winCount).orElse(0L))
        .sum();
  }

  public Optional<ExecutedTipSet> below() {
    return Optional.ofNullable(parent);
  }

  /** The VRF proof of the first block's ticket, the least of all. */
  Bytes ticket() {
    return header()
        .ticketVrfProof()
        .orElseThrow(() -> new IllegalStateException("no ticket in " + key()));
  }

  /** The tipset at {@code epoch} on the way down from here; the one below it in a null round. */
  public ExecutedTipSet atOrBelow(long epoch) {
    ExecutedTipSet at = this;
    while (at.height() > epoch && at.parent != null) {
      at = at.parent;
    }
    return at;
  }

  /** The tipset at {@code epoch} on the way down from here; the one above it in a null round. */
  public ExecutedTipSet atOrAbove(long epoch) {
    ExecutedTipSet at = this;
    while (at.parent != null && at.parent.height() >= epoch) {
      at = at.parent;
    }
    return at;
  }

  /** Whether {@code other} is this tipset or one below it. */
  public boolean descendsFrom(ExecutedTipSet other) {
    return atOrBelow(other.height()).key().equals(other.key());
  }

  // Chains are long: comparing or printing one by its fields would walk down to genesis.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExecutedTipSet executed && executed.key().equals(key());
  }

  @Override
  public int hashCode() {
    return key().hashCode();
  }

  @Override
  public String toString() {
    return key() + " at " + height();
  }
}
