package io.granary.devnet.state;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The next state while a message works on it. Used by one thread, then frozen or dropped. */
public final class StateDraft {
  private final TreeMap<ActorId, LedgerActor> actors;
  private final TreeMap<ActorId, MinerState> miners;
  private final Map<Address, ActorId> byAddress;
  private long nextId;
  private MarketState market;
  private RegistryState registry;

  StateDraft(
      NavigableMap<ActorId, LedgerActor> actors,
      NavigableMap<ActorId, MinerState> miners,
      Map<Address, ActorId> byAddress,
      long nextId,
      MarketState market,
      RegistryState registry) {
    this.actors = new TreeMap<>(actors);
    this.miners = new TreeMap<>(miners);
    this.byAddress = new HashMap<>(byAddress);
    this.nextId = nextId;
    this.market = market;
    this.registry = registry;
  }

  /** A state without actors, whose first new actor gets {@code firstId}. */
  public static StateDraft empty(long firstId) {
    return new StateDraft(
        new TreeMap<>(),
        new TreeMap<>(),
        Map.of(),
        firstId,
        MarketState.EMPTY,
        RegistryState.EMPTY);
  }

  public ChainState freeze() {
    return new ChainState(
        new TreeMap<>(actors),
        new TreeMap<>(miners),
        Map.copyOf(byAddress),
        nextId,
        market,
        registry);
  }

  public Optional<LedgerActor> actor(ActorId id) {
    return Optional.ofNullable(actors.get(id));
  }

  public Optional<ActorId> resolve(Address address) {
    return address.protocol() == 0
        ? address.idOf().filter(actors::containsKey)
        : Optional.ofNullable(byAddress.get(address));
  }

  public Optional<MinerState> miner(ActorId id) {
    return Optional.ofNullable(miners.get(id));
  }

  public Iterable<ActorId> minerIds() {
    return List.copyOf(miners.keySet());
  }

  /** Gives a new actor the next number. */
  public ActorId create(ActorKind kind, Optional<Address> robust) {
    ActorId id = new ActorId(nextId);
    nextId++;
    put(new LedgerActor(id, kind, robust, 0, TokenAmount.ZERO));
    return id;
  }

  /** The number the next created actor will get. */
  public long nextId() {
    return nextId;
  }

  public void put(LedgerActor actor) {
    actors.put(actor.id(), actor);
    actor.robust().ifPresent(address -> byAddress.put(address, actor.id()));
  }

  public void put(MinerState miner) {
    miners.put(miner.id(), miner);
  }

  /** What the market actor holds. */
  public MarketState market() {
    return market;
  }

  public void put(MarketState changed) {
    market = changed;
  }

  /** What the verified registry and the DataCap token hold. */
  public RegistryState registry() {
    return registry;
  }

  public void put(RegistryState changed) {
    registry = changed;
  }

  public TokenAmount balance(ActorId id) {
    return known(id).balance();
  }

  /** Adds {@code amount}, which may be negative as long as the balance stays at least zero. */
  public void credit(ActorId id, TokenAmount amount) {
    LedgerActor actor = known(id);
    TokenAmount balance = actor.balance().plus(amount);
    if (balance.isNegative()) {
      throw new IllegalStateException("balance of " + id + " would be " + balance);
    }
    actors.put(id, actor.withBalance(balance));
  }

  public void setNonce(ActorId id, long nonce) {
    actors.put(id, known(id).withNonce(nonce));
  }

  private LedgerActor known(ActorId id) {
    return actor(id).orElseThrow(() -> new IllegalStateException("no actor " + id));
  }
}
