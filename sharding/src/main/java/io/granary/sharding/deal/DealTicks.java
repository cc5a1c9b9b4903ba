package io.granary.sharding.deal;

import io.granary.protocol.ActorId;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.port.DealBook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a provider's deals of heads: those under way of each, those at rest now and then, page by
 * page through the rows. One round at a time; a head that comes meanwhile is left to the next.
 * Called on the node where the miner lives, so that each deal hears once. Thread-safe.
 */
public final class DealTicks implements BiConsumer<ActorId, Tick> {
  private static final Logger LOG = LoggerFactory.getLogger(DealTicks.class);
  private static final int PAGE = 1_000;

  /** States in which nothing happens any more. */
  private static final Set<String> ENDED = Set.of("Rejected", "Expired", "Slashed", "Failed");

  private final ActorId provider;
  private final DealBook book;
  private final BiConsumer<DealId, DealCommand.Ticked> deals;
  private final long restEpochs;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicLong swept = new AtomicLong(Long.MIN_VALUE);

  /**
   * @param provider whose deals these are; the heads of other miners are passed over
   * @param deals how a deal is told; must not block
   * @param restEpochs how often deals at rest are told
   */
  public DealTicks(
      ActorId provider,
      DealBook book,
      BiConsumer<DealId, DealCommand.Ticked> deals,
      long restEpochs) {
    this.provider = provider;
    this.book = book;
    this.deals = deals;
    this.restEpochs = restEpochs;
  }

  @Override
  public void accept(ActorId miner, Tick tick) {
    if (!miner.equals(provider) || !busy.compareAndSet(false, true)) {
      return;
    }
    book.underWay(provider)
        .thenAccept(
            all ->
                all.forEach(
                    each -> deals.accept(each.deal(), new DealCommand.Ticked(tick, each.since()))))
        .thenCompose(told -> sweepIfDue(tick))
        .whenComplete(
            (done, cause) -> {
              busy.set(false);
              if (cause != null) {
                LOG.warn("deals of {} were not told of a head: {}", provider, cause.toString());
              }
            });
  }

  private CompletionStage<Void> sweepIfDue(Tick tick) {
    long epoch = tick.epoch().value();
    long last = swept.get();
    if (last != Long.MIN_VALUE && epoch - last < restEpochs) {
      return CompletableFuture.allOf();
    }
    return sweep(tick, Optional.empty()).thenRun(() -> swept.set(epoch));
  }

  private CompletionStage<Void> sweep(Tick tick, Optional<DealId> after) {
    return book.list(provider, after, PAGE)
        .thenCompose(
            rows -> {
              rows.stream()
                  .filter(row -> !ENDED.contains(row.state()))
                  .forEach(
                      row -> deals.accept(row.deal(), new DealCommand.Ticked(tick, row.updated())));
              return rows.size() < PAGE ? CompletableFuture.allOf() : sweep(tick, lastOf(rows));
            });
  }

  private static Optional<DealId> lastOf(List<DealBook.Row> rows) {
    return Optional.of(rows.get(rows.size() - 1).deal());
  }
}
