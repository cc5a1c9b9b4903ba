package io.granary.devnet.rpc;

import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.ExecutedTipSet;
import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.TipSetKey;
import java.util.Optional;

/** What requests name: tipsets, actors, miners, and how a node says that there is none. */
final class Tipsets {
  private final Chain chain;

  Tipsets(Chain chain) {
    this.chain = chain;
  }

  /** The tipset of {@code key}, the head for the empty one. */
  ExecutedTipSet at(TipSetKey key) {
    return chain
        .find(key)
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
