package io.granary.sharding;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SectorSummary;
import io.granary.sharding.miner.StaleRows;
import io.granary.sharding.sector.SectorEntity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Compares rows of the read model with the journal: reads a page of rows, then the last sequence of
 * each sector, a few at a time. Stateless, thread-safe.
 */
final class RowAudit implements StaleRows {
  /** Journal reads under way at once, so that entities' own reads and writes go before. */
  static final int READS_AT_ONCE = 16;

  private final SectorSummaries summaries;
  private final HistoryReader history;

  RowAudit(SectorSummaries summaries, HistoryReader history) {
    this.summaries = summaries;
    this.history = history;
  }

  @Override
  public CompletionStage<List<SectorNumber>> among(ActorId miner, long from, int count) {
    Optional<Long> after = from == 0 ? Optional.empty() : Optional.of(from - 1);
    return summaries
        .list(miner, Optional.empty(), after, count)
        .thenApply(RowAudit::sequences)
        .thenCompose(rows -> compare(miner, rows, from, from + count, List.of()));
  }

  private static Map<Long, Long> sequences(List<SectorSummary> rows) {
    return rows.stream()
        .collect(Collectors.toMap(row -> row.sector().number().value(), SectorSummary::sequence));
  }

  private CompletionStage<List<SectorNumber>> compare(
      ActorId miner, Map<Long, Long> rows, long from, long to, List<SectorNumber> before) {
    if (from >= to) {
      return CompletableFuture.completedStage(before);
    }
    long end = Math.min(to, from + READS_AT_ONCE);
    List<CompletableFuture<Long>> reads =
        LongStream.range(from, end)
            .mapToObj(number -> lastSequence(SectorId.of(miner.value(), number)))
            .toList();
    return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
        .thenCompose(
            done -> {
              List<SectorNumber> found = new ArrayList<>(before);
              for (long number = from; number < end; number++) {
                long events = reads.get((int) (number - from)).getNow(0L);
                if (events > rows.getOrDefault(number, 0L)) {
                  found.add(new SectorNumber(number));
                }
              }
              return compare(miner, rows, end, to, List.copyOf(found));
            });
  }

  private CompletableFuture<Long> lastSequence(SectorId sector) {
    return history.lastSequence(SectorEntity.persistenceId(sector).id()).toCompletableFuture();
  }
}
