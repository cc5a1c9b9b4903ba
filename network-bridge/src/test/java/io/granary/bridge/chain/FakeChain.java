package io.granary.bridge.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A chain of headers without content, that grows and forks by hand. Safe for any thread. */
final class FakeChain {
  private static final Cid NOTHING = Cid.dagCborBlake2b(Bytes.fromHex("80"));

  private final Map<TipSetKey, TipSet> tipSets = new HashMap<>();
  private TipSet head;
  private long made;

  FakeChain() {
    head = add(new TipSetKey(List.of(NOTHING)), 0);
  }

  private FakeChain(FakeChain other, int branch) {
    tipSets.putAll(other.tipSets);
    head = other.head;
    made = other.made + branch;
  }

  /** A chain with the same past that goes on by itself; {@code branch} tells its blocks apart. */
  synchronized FakeChain fork(int branch) {
    return new FakeChain(this, branch * 1000);
  }

  /** Makes {@code tipSet}, which may be from elsewhere, the head. */
  synchronized void moveTo(TipSet tipSet) {
    tipSets.put(tipSet.key(), tipSet);
    head = tipSet;
  }

  /** Learns what {@code other} knows and takes its head. */
  void syncWith(FakeChain other) {
    Map<TipSetKey, TipSet> known;
    TipSet theirs;
    synchronized (other) {
      known = Map.copyOf(other.tipSets);
      theirs = other.head;
    }
    synchronized (this) {
      tipSets.putAll(known);
      head = theirs;
    }
  }

  synchronized TipSet head() {
    return head;
  }

  /** Puts one tipset on the head, {@code nullRounds} empty rounds above it. */
  synchronized TipSet mine(int nullRounds) {
    head = add(head.key(), head.height().value() + 1 + nullRounds);
    return head;
  }

  synchronized TipSet mine() {
    return mine(0);
  }

  /** Moves the head {@code depth} tipsets back; the next {@link #mine} makes another branch. */
  synchronized TipSet rewind(int depth) {
    for (int i = 0; i < depth; i++) {
      head = get(head.parents()).orElseThrow();
    }
    return head;
  }

  synchronized Optional<TipSet> get(TipSetKey key) {
    return Optional.ofNullable(tipSets.get(key));
  }

  /** Adds a tipset from elsewhere. */
  synchronized void put(TipSet tipSet) {
    tipSets.put(tipSet.key(), tipSet);
  }

  /** Forgets {@code key}, as a node does that never saw a branch. */
  synchronized void forget(TipSetKey key) {
    tipSets.remove(key);
  }

  /** The lowest tipset at or above {@code height} on the line below {@code key}. */
  synchronized TipSet after(Epoch height, TipSetKey key) {
    TipSet at = get(key).orElseThrow();
    Optional<TipSet> parent = get(at.parents());
    while (parent.isPresent() && parent.get().height().compareTo(height) >= 0) {
      at = parent.get();
      parent = get(at.parents());
    }
    return at;
  }

  /** Empty when one of the two is unknown. */
  synchronized Optional<ChainPath> path(TipSetKey from, TipSetKey to) {
    if (get(from).isEmpty() || get(to).isEmpty()) {
      return Optional.empty();
    }
    TipSet low = get(from).get();
    TipSet high = get(to).get();
    List<TipSet> reverted = new ArrayList<>();
    List<TipSet> applied = new ArrayList<>();
    while (!low.key().equals(high.key())) {
      if (low.height().isAfter(high.height())) {
        reverted.add(low);
        low = get(low.parents()).orElseThrow();
      } else {
        applied.add(0, high);
        high = get(high.parents()).orElseThrow();
      }
    }
    return Optional.of(new ChainPath(reverted, applied));
  }

  private TipSet add(TipSetKey parents, long height) {
    made++;
    BlockHeader block =
        new BlockHeader(
            Address.parse("t01000"),
            Optional.of(Bytes.of(new byte[] {(byte) made, (byte) (made >> 8)})),
            Optional.of(new ElectionProof(1, Bytes.empty())),
            List.of(),
            List.of(),
            Objects.requireNonNull(parents).cids(),
            get(parents)
                .map(parent -> parent.blocks().get(0).parentWeight().add(BigInteger.TEN))
                .orElse(BigInteger.ZERO),
            new Epoch(height),
            NOTHING,
            NOTHING,
            NOTHING,
            Optional.empty(),
            1_700_000_000L + height,
            Optional.empty(),
            0,
            TokenAmount.ofAtto(100));
    TipSet tipSet =
        new TipSet(new TipSetKey(List.of(block.cid())), List.of(block), new Epoch(height));
    tipSets.put(tipSet.key(), tipSet);
    return tipSet;
  }
}
