package io.granary.sharding.deal;

import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.port.DealBook;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A book in memory, of one provider. */
final class MemoryDealBook implements DealBook {
  private final Map<Cid, Claim> claims = new TreeMap<>();
  private final Map<Long, Claim> allocations = new TreeMap<>();
  private final Map<DealId, UnderWay> underWay = new TreeMap<>();
  private final TreeMap<Long, Rules> rules = new TreeMap<>();
  private final Map<DealId, Row> rows = new TreeMap<>();

  /** What is read for a proposal comes once this is complete. */
  volatile CompletableFuture<Void> readable = CompletableFuture.allOf();

  /** As {@link #readable}, of what is under way only. */
  volatile CompletableFuture<Void> underWayReadable = CompletableFuture.allOf();

  /** What was read for proposals, in its order. */
  final List<String> reads = new CopyOnWriteArrayList<>();

  private <T> CompletionStage<T> read(String what, T found) {
    reads.add(what);
    return readable.thenApply(now -> found);
  }

  @Override
  public synchronized CompletionStage<Claim> claim(
      ActorId provider, Cid signedProposal, DealId deal, Instant now) {
    return CompletableFuture.completedStage(
        claims.computeIfAbsent(signedProposal, cid -> new Claim(deal, now)));
  }

  @Override
  public synchronized CompletionStage<Claim> claimAllocation(
      ActorId provider, long allocation, DealId deal, Instant now) {
    return CompletableFuture.completedStage(
        allocations.computeIfAbsent(allocation, id -> new Claim(deal, now)));
  }

  @Override
  public synchronized CompletionStage<Optional<Claim>> allocationHolder(
      ActorId provider, long allocation) {
    return CompletableFuture.completedStage(Optional.ofNullable(allocations.get(allocation)));
  }

  @Override
  public synchronized CompletionStage<Void> begin(ActorId provider, UnderWay deal) {
    underWay.put(deal.deal(), deal);
    return CompletableFuture.allOf();
  }

  @Override
  public synchronized CompletionStage<Void> published(ActorId provider, DealId deal) {
    underWay.computeIfPresent(
        deal, (id, is) -> new UnderWay(id, is.client(), is.stagedBytes(), Needs.NONE, is.since()));
    return CompletableFuture.allOf();
  }

  @Override
  public synchronized CompletionStage<Void> end(ActorId provider, DealId deal) {
    underWay.remove(deal);
    return CompletableFuture.allOf();
  }

  @Override
  public synchronized CompletionStage<Optional<Address>> client(ActorId provider, DealId deal) {
    return CompletableFuture.completedStage(
        Optional.ofNullable(rows.get(deal))
            .map(Row::client)
            .or(() -> Optional.ofNullable(underWay.get(deal)).map(UnderWay::client)));
  }

  @Override
  public synchronized CompletionStage<Boolean> hasRow(ActorId provider, DealId deal) {
    return read("row", rows.containsKey(deal));
  }

  @Override
  public synchronized CompletionStage<List<UnderWay>> underWay(ActorId provider) {
    return read("under way", List.copyOf(underWay.values()))
        .thenCombine(underWayReadable, (found, now) -> found);
  }

  @Override
  public synchronized CompletionStage<Void> put(ActorId provider, Row row) {
    rows.merge(row.deal(), row, (old, now) -> now.sequence() >= old.sequence() ? now : old);
    return CompletableFuture.allOf();
  }

  @Override
  public synchronized CompletionStage<List<Row>> list(
      ActorId provider, Optional<DealId> after, int limit) {
    return CompletableFuture.completedStage(
        rows.values().stream()
            .filter(row -> after.isEmpty() || row.deal().compareTo(after.get()) > 0)
            .limit(limit)
            .toList());
  }

  synchronized boolean isUnderWay(DealId deal) {
    return underWay.containsKey(deal);
  }

  /** What {@code deal} needs; empty when it is not under way. */
  synchronized Optional<Needs> needs(DealId deal) {
    return Optional.ofNullable(underWay.get(deal)).map(UnderWay::needs);
  }

  synchronized Optional<Row> row(DealId deal) {
    return Optional.ofNullable(rows.get(deal));
  }

  @Override
  public synchronized CompletionStage<List<Rules>> rules(ActorId provider, int limit) {
    return read("rules", rules.descendingMap().values().stream().limit(limit).toList());
  }

  @Override
  public synchronized CompletionStage<Boolean> putRules(ActorId provider, Rules set) {
    return CompletableFuture.completedStage(rules.putIfAbsent(set.version(), set) == null);
  }
}
