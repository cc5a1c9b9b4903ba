package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.JobPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class OperatorDeskTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final OperatorDesk desk = new OperatorDesk("node-1");
  private final List<JobRequest> asked = new ArrayList<>();
  private final List<JobId> cancelled = new ArrayList<>();
  private final JobPool pool =
      new JobPool() {
        @Override
        public void request(JobRequest request) {
          asked.add(request);
        }

        @Override
        public void cancel(JobId id, long attempt) {
          cancelled.add(id);
        }
      };

  private static JobSpec job(long sector) {
    return new JobSpec.Finalize(SectorId.of(1000, sector), SectorSize.SIZE_2KIB.sealProofV1_1());
  }

  private static JobReport succeeded(JobRequest request) {
    return new JobReport.Succeeded(
        request.id(), request.attempt(), "worker-1", new JobOutput.Finalized(), 5);
  }

  @Test
  void answersWithTheJobsOutput() {
    CompletionStage<JobOutput> answer = desk.ask(pool, job(1), LONG);
    JobRequest request = asked.get(0);
    desk.deliver(
        request.recipient(), new JobReport.Started(request.id(), request.attempt(), "worker-1"));
    assertThat(answer.toCompletableFuture()).isNotDone();
    desk.deliver(request.recipient(), succeeded(request));
    assertThat(answer.toCompletableFuture()).isCompletedWithValue(new JobOutput.Finalized());
  }

  @Test
  void failsWithTheJobsReason_whenTheJobFails() {
    CompletionStage<JobOutput> answer = desk.ask(pool, job(1), LONG);
    JobRequest request = asked.get(0);
    desk.deliver(
        request.recipient(),
        new JobReport.Failed(
            request.id(), 1, "worker-1", new JobFailure(JobFailure.Kind.DATA, "no replica"), 5));
    assertThat(answer.toCompletableFuture())
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("DATA: no replica");
  }

  @Test
  void refusesTheSecond_whenTheSameJobIsOpen() {
    CompletionStage<JobOutput> first = desk.ask(pool, job(1), LONG);
    assertThat(desk.ask(pool, job(1), LONG).toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("asked for already");
    desk.deliver(asked.get(0).recipient(), succeeded(asked.get(0)));
    assertThat(first.toCompletableFuture()).isCompleted();
    assertThat(desk.ask(pool, job(1), LONG).toCompletableFuture()).isNotDone();
    assertThat(asked).hasSize(2);
  }

  @Test
  void cancelsTheJob_whenItBringsNothingInTime() {
    assertThat(desk.ask(pool, job(1), Duration.ofMillis(10)).toCompletableFuture())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(TimeoutException.class);
    assertThat(cancelled).containsExactly(asked.get(0).id());
  }

  @Test
  void asksForTheSameOnceMore_whenItIsOpen() {
    CompletionStage<JobOutput> answer = desk.ask(pool, job(1), LONG);
    desk.askAgain(pool, job(1));
    desk.askAgain(pool, job(2));
    assertThat(asked).hasSize(2);
    assertThat(asked.get(1)).isEqualTo(asked.get(0));
    desk.deliver(asked.get(1).recipient(), succeeded(asked.get(1)));
    assertThat(answer.toCompletableFuture()).isCompleted();
  }

  @Test
  void cancelsTheJobAndSaysWhy_whenItIsGivenUp() {
    CompletionStage<JobOutput> answer = desk.ask(pool, job(1), LONG);
    desk.giveUp(pool, job(2), "another one");
    assertThat(answer.toCompletableFuture()).isNotDone();
    desk.giveUp(pool, job(1), "nobody waits");
    assertThat(answer.toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("nobody waits");
    assertThat(cancelled).containsExactly(asked.get(0).id());
    assertThat(desk.ask(pool, job(1), LONG).toCompletableFuture()).isNotDone();
  }

  @Test
  void refusesMore_whenManyWait() {
    for (int i = 0; i < 64; i++) {
      assertThat(desk.ask(pool, job(i), LONG).toCompletableFuture()).isNotDone();
    }
    assertThat(desk.ask(pool, job(64), LONG).toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("64 requests");
    assertThat(asked).hasSize(64);
  }

  @Test
  void leavesOtherRequestsAlone() {
    CompletionStage<JobOutput> answer = desk.ask(pool, job(1), LONG);
    JobRequest request = asked.get(0);
    desk.deliver(new Recipient.Operator("node-2", "x"), succeeded(request));
    desk.deliver(new Recipient.Operator("node-1", "another"), succeeded(request));
    assertThat(answer.toCompletableFuture()).isNotDone();
    assertThatThrownBy(
            () -> desk.deliver(new Recipient.Sector(SectorId.of(1000, 1)), succeeded(request)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
