package io.granary.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SectorSummary;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class PacedSectorSummariesTest {
  private final List<String> written = new ArrayList<>();
  private final Deque<Runnable> intervals = new ArrayDeque<>();
  private boolean failing;
  private final PacedSectorSummaries paced =
      new PacedSectorSummaries(new Recorded(), intervals::add, 2);

  @Test
  void writesAtOnce_whenSectorWasQuiet() {
    assertThat(upsert(1, 1)).isCompleted();
    endInterval();
    assertThat(upsert(1, 2)).isCompleted();
    assertThat(written).containsExactly("1@1", "1@2");
  }

  @Test
  void writesTheNewestAtTheEndOfTheInterval_whenChangesFollowOneAnother() {
    upsert(1, 1);
    CompletionStage<Void> second = upsert(1, 2);
    CompletionStage<Void> fourth = upsert(1, 4);
    CompletionStage<Void> third = upsert(1, 3);
    assertThat(written).containsExactly("1@1");
    assertThat(second).isNotDone();
    endInterval();
    assertThat(written).containsExactly("1@1", "1@4");
    assertThat(second).isCompleted();
    assertThat(third).isCompleted();
    assertThat(fourth).isCompleted();
    upsert(1, 5);
    assertThat(written).as("paced after a delayed write too").containsExactly("1@1", "1@4");
    endInterval();
    endInterval();
    assertThat(written).containsExactly("1@1", "1@4", "1@5");
    assertThat(intervals).as("a quiet sector is forgotten").isEmpty();
  }

  @Test
  void writesAtOnce_whenTooManySectorsArePaced() {
    upsert(1, 1);
    upsert(2, 1);
    upsert(3, 1);
    upsert(3, 2);
    assertThat(written).containsExactly("1@1", "2@1", "3@1", "3@2");
    assertThat(intervals).hasSize(2);
  }

  @Test
  void writesWhatWaits_whenFlushed() {
    upsert(1, 1);
    CompletionStage<Void> waiting = upsert(1, 2);
    upsert(2, 1);
    assertThat(paced.flush().toCompletableFuture()).isCompleted();
    assertThat(written).containsExactly("1@1", "2@1", "1@2");
    assertThat(waiting).isCompleted();
    endInterval();
    endInterval();
    assertThat(written).hasSize(3);
  }

  @Test
  void tellsEveryoneWhoWaited_whenTheWriteFails() {
    upsert(1, 1);
    CompletionStage<Void> second = upsert(1, 2);
    CompletionStage<Void> third = upsert(1, 3);
    failing = true;
    endInterval();
    assertThat(second).isCompletedExceptionally();
    assertThat(third).isCompletedExceptionally();
  }

  private CompletionStage<Void> upsert(long number, long sequence) {
    return paced.upsert(
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

  private void endInterval() {
    intervals.remove().run();
  }

  private final class Recorded implements SectorSummaries {
    @Override
    public CompletionStage<Void> upsert(SectorSummary summary) {
      if (failing) {
        return CompletableFuture.failedFuture(new IllegalStateException("store is gone"));
      }
      written.add(summary.sector().number().value() + "@" + summary.sequence());
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<List<SectorSummary>> list(
        ActorId miner, Optional<String> state, Optional<Long> after, int limit) {
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletionStage<List<ActorId>> miners() {
      return CompletableFuture.completedFuture(List.of());
    }
  }
}
