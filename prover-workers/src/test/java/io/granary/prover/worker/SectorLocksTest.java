package io.granary.prover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SectorLocksTest {
  private static final SectorId SECTOR = SectorId.of(1000, 1);

  private final SectorLocks locks = new SectorLocks();

  private static JobRun run() {
    return new JobRun(new JobId("ab".repeat(32)), Map.of(), (stage, percent) -> {});
  }

  @Test
  void forgetsASector_whenNobodyHoldsIt() {
    assertThat(locks.<Integer>holding(SECTOR, run(), locks::size)).isEqualTo(1);
    assertThatThrownBy(
            () ->
                locks.holding(
                    SECTOR,
                    run(),
                    () -> {
                      throw new IllegalStateException("a failed job");
                    }))
        .hasMessage("a failed job");
    assertThat(locks.size()).isZero();
  }

  @Test
  void waiterGivesUp_whenItIsCancelledWhileAnotherHoldsTheSector() {
    JobRun waiter = run();
    String outcome =
        locks.holding(
            SECTOR,
            run(),
            () -> {
              CompletableFuture<String> second =
                  CompletableFuture.supplyAsync(() -> locks.holding(SECTOR, waiter, () -> "ran"));
              waiter.cancel(JobFailure.Kind.CANCELLED, "no longer wanted");
              return second.exceptionally(e -> "" + e.getCause()).join();
            });
    assertThat(outcome).contains("no longer wanted");
    assertThat(locks.size()).isZero();
  }

  @Test
  void otherSectorsAreFree_whileOneIsHeld() {
    String ran =
        locks.holding(
            SECTOR,
            run(),
            () ->
                CompletableFuture.supplyAsync(
                        () -> locks.holding(SectorId.of(1000, 2), run(), () -> "ran"))
                    .join());
    assertThat(ran).isEqualTo("ran");
  }
}
