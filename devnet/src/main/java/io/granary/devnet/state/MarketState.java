package io.granary.devnet.state;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The market actor's state (builtin-actors market/src/state.rs).
 *
 * @param escrow what clients and miners have paid in and not taken out
 * @param locked what of it deals bind
 * @param nextDealId the id of the next deal
 */
public record MarketState(
    NavigableMap<Long, StorageDeal> deals,
    NavigableMap<ActorId, TokenAmount> escrow,
    NavigableMap<ActorId, TokenAmount> locked,
    long nextDealId)
    implements CborEncodable {
  public static final MarketState EMPTY =
      new MarketState(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), 0);

  public MarketState {
    deals = Collections.unmodifiableNavigableMap(deals);
    escrow = Collections.unmodifiableNavigableMap(escrow);
    locked = Collections.unmodifiableNavigableMap(locked);
  }

  public Optional<StorageDeal> deal(long id) {
    return Optional.ofNullable(deals.get(id));
  }

  public TokenAmount escrowOf(ActorId owner) {
    return escrow.getOrDefault(owner, TokenAmount.ZERO);
  }

  public TokenAmount lockedOf(ActorId owner) {
    return locked.getOrDefault(owner, TokenAmount.ZERO);
  }

  /** What {@code owner} may still lock or take out. */
  public TokenAmount freeOf(ActorId owner) {
    return escrowOf(owner).minus(lockedOf(owner));
  }

  /** Whether a deal of this proposal waits or has not been paid for yet. */
  public boolean hasPending(Cid proposal) {
    return deals.values().stream()
        .anyMatch(deal -> deal.pending() && deal.proposal().cid().equals(proposal));
  }

  /** With {@code deal} under the next id. */
  public MarketState adding(StorageDeal deal) {
    NavigableMap<Long, StorageDeal> more = new TreeMap<>(deals);
    more.put(nextDealId, deal);
    return new MarketState(more, escrow, locked, nextDealId + 1);
  }

  public MarketState with(long id, StorageDeal deal) {
    NavigableMap<Long, StorageDeal> changed = new TreeMap<>(deals);
    changed.put(id, deal);
    return new MarketState(changed, escrow, locked, nextDealId);
  }

  public MarketState without(long id) {
    NavigableMap<Long, StorageDeal> fewer = new TreeMap<>(deals);
    fewer.remove(id);
    return new MarketState(fewer, escrow, locked, nextDealId);
  }

  /** With {@code amount}, which may be negative, more in the escrow of {@code owner}. */
  public MarketState paidIn(ActorId owner, TokenAmount amount) {
    return new MarketState(deals, plus(escrow, owner, amount), locked, nextDealId).sound(owner);
  }

  /** With {@code amount}, which may be negative, more of it locked. */
  public MarketState locking(ActorId owner, TokenAmount amount) {
    return new MarketState(deals, escrow, plus(locked, owner, amount), nextDealId).sound(owner);
  }

  private static NavigableMap<ActorId, TokenAmount> plus(
      NavigableMap<ActorId, TokenAmount> table, ActorId owner, TokenAmount amount) {
    NavigableMap<ActorId, TokenAmount> changed = new TreeMap<>(table);
    TokenAmount sum = changed.getOrDefault(owner, TokenAmount.ZERO).plus(amount);
    if (sum.isZero()) {
      changed.remove(owner);
    } else {
      changed.put(owner, sum);
    }
    return changed;
  }

  private MarketState sound(ActorId owner) {
    if (lockedOf(owner).isNegative() || freeOf(owner).isNegative()) {
      throw new IllegalStateException(
          "market: " + owner + " has " + escrowOf(owner) + ", of which locked " + lockedOf(owner));
    }
    return this;
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(4);
    writer.list(deals.entrySet(), (w, e) -> w.array(2).uint64(e.getKey()).value(e.getValue()));
    writeTable(writer, escrow);
    writeTable(writer, locked);
    writer.uint64(nextDealId);
  }

  private static void writeTable(CborWriter writer, NavigableMap<ActorId, TokenAmount> table) {
    writer.list(
        table.entrySet(), (w, e) -> w.array(2).uint64(e.getKey().value()).amount(e.getValue()));
  }
}
