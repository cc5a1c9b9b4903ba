package io.granary.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.port.HistoryEntry;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SectorSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class RowAuditTest {
  private static final ActorId MINER = new ActorId(1000);

  private final TreeMap<Long, SectorSummary> rows = new TreeMap<>();
  private final Map<String, Long> journal = new HashMap<>();
  private final List<CompletableFuture<Long>> held = new ArrayList<>();
  private boolean holds;
  private final RowAudit audit = new RowAudit(new Summaries(), new Journal());

  private final class Summaries implements SectorSummaries {
    @Override
    public CompletionStage<Void> upsert(SectorSummary summary) {
      throw new AssertionError("an audit writes nothing");
    }

    @Override
    public CompletionStage<List<SectorSummary>> list(
        ActorId miner, Optional<String> state, Optional<Long> after, int limit) {
      return CompletableFuture.completedStage(
          rows.tailMap(after.orElse(-1L), false).values().stream().limit(limit).toList());
    }

    @Override
    public CompletionStage<List<ActorId>> miners() {
      throw new AssertionError("an audit asks of one miner");
    }
  }

  private final class Journal implements HistoryReader {
    @Override
    public <E> Flow.Publisher<HistoryEntry<E>> read(
        String persistenceId, Class<E> type, long fromSequence, long toSequence) {
      throw new AssertionError("an audit reads no events");
    }

    @Override
    public CompletionStage<Long> lastSequence(String persistenceId) {
      CompletableFuture<Long> answer = new CompletableFuture<>();
      held.add(answer);
      if (!holds) {
        answer.complete(journal.getOrDefault(persistenceId, 0L));
      }
      return answer;
    }
  }

  private void row(long number, long sequence) {
    rows.put(
        number,
        new SectorSummary(
            SectorId.of(1000, number),
            "Proving",
            sequence,
            Instant.EPOCH,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            ""));
  }

  private List<SectorNumber> stale(long from, int count) {
    return audit.among(MINER, from, count).toCompletableFuture().join();
  }

  private static List<SectorNumber> numbers(long... numbers) {
    return java.util.Arrays.stream(numbers).mapToObj(SectorNumber::new).toList();
  }

  @Test
  void findsRowsThatAreMissingOrBehind_andNoOthers() {
    row(0, 20);
    row(1, 19);
    row(3, 5);
    row(40, 1);
    journal.put("sector|f01000/0", 20L);
    journal.put("sector|f01000/1", 20L);
    journal.put("sector|f01000/2", 4L);
    journal.put("sector|f01000/40", 2L);
    assertThat(stale(0, 50)).isEqualTo(numbers(1, 2, 40));
    assertThat(stale(2, 38)).isEqualTo(numbers(2));
    assertThat(stale(40, 1)).isEqualTo(numbers(40));
  }

  @Test
  void readsAFewAtATime_howeverLargeTheSlice() {
    holds = true;
    CompletableFuture<List<SectorNumber>> found =
        audit.among(MINER, 0, 3 * RowAudit.READS_AT_ONCE).toCompletableFuture();
    for (int answered = 0; answered < 3 * RowAudit.READS_AT_ONCE; answered++) {
      assertThat(held).hasSizeLessThanOrEqualTo(answered + RowAudit.READS_AT_ONCE);
      assertThat(found).isNotDone();
      held.get(answered).complete(1L);
    }
    assertThat(found.join()).hasSize(3 * RowAudit.READS_AT_ONCE);
  }
}
