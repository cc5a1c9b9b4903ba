package io.granary.devnet.rpc;

import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.ExecutedTipSet;
import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What requests name: tipsets, actors, miners, and how a node says that there is none. */
final class Tipsets {
  private final Chain chain;
  private final Trouble trouble;

  Tipsets(Chain chain, Trouble trouble) {
    this.chain = chain;
    this.trouble = trouble;
  }

  /** The head as this endpoint knows it, which may be behind the chain's. */
  ExecutedTipSet head() {
    ExecutedTipSet head = chain.head();
    long lag = trouble.lag();
    return lag == 0 ? head : head.atOrBelow(head.height() - lag);
  }

  /** Whether this endpoint knows {@code tipSet} already. */
  private boolean isKnown(ExecutedTipSet tipSet) {
    return trouble.lag() == 0 || tipSet.height() <= head().height();
  }

  /** The way from one tipset to another: what is reverted, newest first, then what is applied. */
  static ChainPath path(ExecutedTipSet from, ExecutedTipSet to) {
    ExecutedTipSet down = from;
    ExecutedTipSet up = to;
    List<TipSet> reverted = new ArrayList<>();
    List<TipSet> applied = new ArrayList<>();
    while (!down.equals(up)) {
      if (down.height() >= up.height()) {
        reverted.add(down.tipSet());
        down = down.below().orElseThrow();
      } else {
        applied.add(up.tipSet());
        up = up.below().orElseThrow();
      }
    }
    Collections.reverse(applied);
    return new ChainPath(reverted, applied);
  }

  /** The tipset of {@code key}, the head for the empty one. */
  ExecutedTipSet at(TipSetKey key) {
    if (key.isHead()) {
      return head();
    }
    return chain
        .find(key)
        .filter(this::isKnown)
        .orElseThrow(
            () -> {
              String first = key.cids().get(0).toString();
              return RpcException.handler("get block " + first + ": ipld: could not find " + first);
            });
  }

  /** The tipset of {@code key}, which must name one. */
  ExecutedTipSet named(TipSetKey key) {
    if (key.isHead()) {
      throw RpcException.handler(
          "loading tipset key: NewTipSet called with zero length array of blocks");
    }
    return at(key);
  }

  Optional<LedgerActor> actor(Address address, TipSetKey key) {
    return at(key).before().actor(address);
  }

  /** The miner at {@code address} as queries at {@code key} see it. */
  MinerState miner(Address address, TipSetKey key) {
    LedgerActor actor =
        actor(address, key)
            .orElseThrow(() -> RpcException.handler("failed to load miner actor: actor not found"));
    if (actor.kind() != ActorKind.MINER) {
      throw RpcException.handler(
          "failed to load miner actor state: actor code is not miner: " + actor.kind().actorName());
    }
    return at(key)
        .before()
        .miner(actor.id())
        .orElseThrow(() -> new IllegalStateException("no state of miner " + actor.id()));
  }
}
