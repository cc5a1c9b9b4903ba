package io.granary.devnet.state;

import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All actors at one moment. Immutable, so any number of tipsets, simulations and queries share it.
 *
 * <p>Its root is the CID of a canonical encoding of everything here: equal states have equal roots,
 * but the root is not the one that a node's state tree would have (README).
 */
public final class ChainState {
  private final NavigableMap<ActorId, LedgerActor> actors;
  private final NavigableMap<ActorId, MinerState> miners;
  private final Map<Address, ActorId> byAddress;
  private final long nextId;
  private final MarketState market;
  private final RegistryState registry;
  private volatile @Nullable Cid root;

  ChainState(
      NavigableMap<ActorId, LedgerActor> actors,
      NavigableMap<ActorId, MinerState> miners,
      Map<Address, ActorId> byAddress,
      long nextId,
      MarketState market,
      RegistryState registry) {
    this.actors = Collections.unmodifiableNavigableMap(actors);
    this.miners = Collections.unmodifiableNavigableMap(miners);
    this.byAddress = byAddress;
    this.nextId = nextId;
    this.market = market;
    this.registry = registry;
  }

  public Optional<LedgerActor> actor(ActorId id) {
    return Optional.ofNullable(actors.get(id));
  }

  /** The actor behind {@code address}, in whatever form it is given. */
  public Optional<LedgerActor> actor(Address address) {
    return resolve(address).flatMap(this::actor);
  }

  /** The number of the actor behind {@code address}; an f0 address resolves if the actor exists. */
  public Optional<ActorId> resolve(Address address) {
    return address.protocol() == 0
        ? address.idOf().filter(actors::containsKey)
        : Optional.ofNullable(byAddress.get(address));
  }

  public Optional<MinerState> miner(ActorId id) {
    return Optional.ofNullable(miners.get(id));
  }

  public Collection<MinerState> miners() {
    return miners.values();
  }

  /** What the market actor holds. */
  public MarketState market() {
    return market;
  }

  /** What the verified registry and the DataCap token hold. */
  public RegistryState registry() {
    return registry;
  }

  /** Bytes of active power of all miners. */
  public BigInteger totalPower() {
    BigInteger total = BigInteger.ZERO;
    for (MinerState miner : miners.values()) {
      total = total.add(miner.power());
    }
    return total;
  }

  /** The CID of this state. */
  public Cid root() {
    Cid known = root;
    if (known == null) {
      CborWriter writer = new CborWriter();
      writer.array(5).uint64(nextId).list(actors.values()).list(miners.values());
      writer.value(market).value(registry);
      known = Cid.dagCborBlake2b(writer.toBytes());
      root = known;
    }
    return known;
  }

  /** The CID of one actor's own state. */
  public Cid headOf(LedgerActor actor) {
    return switch (actor.kind()) {
      case MARKET -> Cid.dagCborBlake2b(market.toCbor());
      case VERIFIED_REGISTRY, DATACAP -> Cid.dagCborBlake2b(registry.toCbor());
      default ->
          Cid.dagCborBlake2b(miner(actor.id()).map(MinerState::toCbor).orElseGet(actor::toCbor));
    };
  }

  /** A draft of what follows this state. */
  public StateDraft draft() {
    return new StateDraft(actors, miners, byAddress, nextId, market, registry);
  }
}
