package io.granary.prover.pool;

import static io.granary.prover.pool.PoolFixtures.pc1;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.job.JobReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressReportsTest {
  @Test
  void reportsNewStagesAtOnce_andPercentagesAtIntervals() {
    List<String> reported = new ArrayList<>();
    AtomicLong nanos = new AtomicLong(1);
    ProgressReports progress =
        new ProgressReports(
            (recipient, report) -> {
              JobReport.Progress step = (JobReport.Progress) report;
              reported.add(step.stage() + step.percent());
            },
            pc1(1, 1, 1),
            "a",
            Duration.ofMillis(1),
            nanos::get);
    progress.accept("x", 0);
    progress.accept("x", 1);
    nanos.addAndGet(999_999);
    progress.accept("x", 2);
    nanos.addAndGet(1);
    progress.accept("x", 3);
    nanos.addAndGet(1_000_000);
    progress.accept("x", 3);
    progress.accept("y", 0);
    assertThat(reported).containsExactly("x0", "x3", "y0");
  }
}
