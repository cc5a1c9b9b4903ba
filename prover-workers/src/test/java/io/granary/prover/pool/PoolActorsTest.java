package io.granary.prover.pool;

import static io.granary.prover.pool.PoolFixtures.pc1;
import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TestSettings;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.worker.JobRun;
import io.granary.prover.worker.Jobs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dispatcher and worker talking, with hand-driven timers and job threads. */
class PoolActorsTest {
  private static ActorTestKit kit;

  @TempDir Path home;
  private final AtomicReference<Duration> uptime = new AtomicReference<>(Duration.ZERO);
  private final BlockingQueue<Runnable> jobThread = new LinkedBlockingQueue<>();
  private ManualTime time;
  private StoragePaths storage;
  private ProverWorkersSettings settings;
  private TestProbe<JobReport> reports;
  private ActorRef<JobDispatcher.Command> dispatcher;

  @BeforeAll
  static void startKit() {
    kit =
        ActorTestKit.create(
            ManualTime.config().withFallback(ConfigFactory.parseString("akka.loglevel = warning")));
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    time = ManualTime.get(kit.system());
    StoragePath.create(home.resolve("path"), 1, true, true, 0);
    settings =
        TestSettings.of(home, "granary.prover.storage.paths = [\"" + home.resolve("path") + "\"]");
    storage = StoragePaths.open(settings.storage());
    reports = kit.createTestProbe(JobReport.class);
    dispatcher =
        kit.spawn(
            JobDispatcher.create(
                settings.pool(), (to, report) -> reports.getRef().tell(report), uptime::get));
  }

  @AfterEach
  void stop() {
    storage.close();
  }

  private ActorRef<ProverWorker.Command> worker(
      Jobs jobs, ActorRef<JobDispatcher.Command> to, int slots) {
    return kit.spawn(
        ProverWorker.create(
            new ProverWorker.Tools(
                PoolFixtures.worker("a", Map.of(JobClass.SDR, slots)),
                settings.worker(),
                jobs,
                storage,
                (recipient, report) -> reports.getRef().tell(report),
                jobThread::add,
                to)));
  }

  /** Runs the one job that was, or is about to be, handed to the job threads. */
  private void runJob() {
    try {
      Runnable job = jobThread.poll(15, TimeUnit.SECONDS);
      assertThat(job).isNotNull();
      Objects.requireNonNull(job).run();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void expectStarted(JobRequest job) {
    assertThat(reports.expectMessageClass(JobReport.Started.class))
        .isEqualTo(new JobReport.Started(job.id(), job.attempt(), "a"));
  }

  private PoolStatus status() {
    TestProbe<PoolStatus> probe = kit.createTestProbe(PoolStatus.class);
    dispatcher.tell(new JobDispatcher.ShowPool(10, probe.getRef()));
    return probe.receiveMessage();
  }

  @Test
  void jobRunsOnItsThread_andItsOutcomeGoesToTheAsker() {
    JobOutput output = new JobOutput.FilesRemoved();
    worker((spec, run) -> output, dispatcher, 1);
    JobRequest job = pc1(1, 1, 10);
    new PoolJobPool(dispatcher).request(job);
    expectStarted(job);
    assertThat(status().workers().get(0).running()).hasSize(1);
    runJob();
    JobReport.Succeeded done = reports.expectMessageClass(JobReport.Succeeded.class);
    assertThat(done.id()).isEqualTo(job.id());
    assertThat(done.attempt()).isEqualTo(1);
    assertThat(done.output()).isEqualTo(output);
    // The dispatcher is told beside the asker, not before.
    reports.awaitAssert(
        () -> {
          assertThat(status().workers().get(0).running()).isEmpty();
          return true;
        });
  }

  @Test
  void unforeseenExceptionIsAFailure_andTheWorkerGoesOn() {
    worker(
        (spec, run) -> {
          throw new IllegalStateException("a bug");
        },
        dispatcher,
        1);
    new PoolJobPool(dispatcher).request(pc1(1, 1, 10));
    expectStarted(pc1(1, 1, 10));
    runJob();
    JobFailure failure = reports.expectMessageClass(JobReport.Failed.class).failure();
    assertThat(failure.kind()).isEqualTo(JobFailure.Kind.ENVIRONMENT);
    assertThat(failure.message()).contains("f01000/1", "a bug");
    new PoolJobPool(dispatcher).request(pc1(2, 1, 10));
    expectStarted(pc1(2, 1, 10));
  }

  @Test
  void newerAttemptCancelsTheRunningOne_andRunsAfterIt() {
    List<JobRun> runs = new ArrayList<>();
    worker(
        (spec, run) -> {
          runs.add(run);
          throw new IllegalStateException("stopped");
        },
        dispatcher,
        1);
    PoolJobPool pool = new PoolJobPool(dispatcher);
    pool.request(pc1(1, 1, 10));
    expectStarted(pc1(1, 1, 10));
    pool.request(pc1(1, 2, 10));
    status();
    runJob();
    // Nobody waits for the first attempt any more, so nobody hears of its end.
    expectStarted(pc1(1, 2, 10));
    assertThat(runs).hasSize(1);
    assertThat(runs.get(0).cancelled()).isPresent();
  }

  @Test
  void leavingWorkerSaysWhatIsLost_andIsGivenNothingAgain() {
    ActorRef<ProverWorker.Command> worker =
        worker((spec, run) -> new JobOutput.FilesRemoved(), dispatcher, 1);
    JobRequest job = pc1(1, 1, 10);
    new PoolJobPool(dispatcher).request(job);
    expectStarted(job);
    TestProbe<Done> left = kit.createTestProbe(Done.class);
    worker.tell(new ProverWorker.Leave(left.getRef()));
    left.receiveMessage();
    JobReport.Failed lost = reports.expectMessageClass(JobReport.Failed.class);
    assertThat(lost.failure().kind()).isEqualTo(JobFailure.Kind.LOST);
    assertThat(lost.id()).isEqualTo(job.id());
    left.expectTerminated(worker);
    new PoolJobPool(dispatcher).request(pc1(1, 2, 10));
    assertThat(status().waiting()).hasSize(1);
    assertThat(status().workers().get(0).running()).isEmpty();
    reports.expectNoMessage(Duration.ofMillis(100));
  }

  @Test
  void cancelReachesTheRunningJob() {
    TestProbe<PoolStatus> patience = kit.createTestProbe(PoolStatus.class);
    worker(
        (spec, run) -> {
          patience.awaitAssert(
              () -> {
                assertThat(run.cancelled()).isPresent();
                return true;
              });
          return new JobOutput.FilesRemoved();
        },
        dispatcher,
        1);
    PoolJobPool pool = new PoolJobPool(dispatcher);
    pool.request(pc1(1, 1, 10));
    expectStarted(pc1(1, 1, 10));
    pool.cancel(pc1(1, 1, 10).id(), 1);
    runJob();
    reports.expectMessageClass(JobReport.Succeeded.class);
  }

  private static JobRequest by(JobRequest request, Recipient recipient) {
    return new JobRequest(
        request.id(), request.attempt(), request.spec(), recipient, request.lastUsefulEpoch());
  }

  @Test
  void sectorReadsWhyItWaitsAndAnOperatorIsRefused_whenTheQueueIsFull() {
    TestProbe<PoolStatus> shown = kit.createTestProbe(PoolStatus.class);
    ActorRef<JobDispatcher.Command> small =
        kit.spawn(
            JobDispatcher.create(
                TestSettings.of(home, "granary.prover.pool.waiting-jobs-max = 1").pool(),
                (to, report) -> reports.getRef().tell(report),
                uptime::get));
    PoolJobPool pool = new PoolJobPool(small);
    pool.request(pc1(1, 1, 10));
    JobRequest late = pc1(2, 4, 20);
    pool.request(late);
    assertThat(reports.receiveMessage())
        .isEqualTo(
            new JobReport.Progress(late.id(), 4, "pool", "queue full: 1 more urgent jobs wait", 0));
    pool.request(by(pc1(3, 1, 30), new Recipient.Operator("node-1", "r")));
    JobFailure refusal = reports.expectMessageClass(JobReport.Failed.class).failure();
    assertThat(refusal.kind()).isEqualTo(JobFailure.Kind.LOST);
    assertThat(refusal.message()).contains("queue full", "ask again later");
    small.tell(new JobDispatcher.ShowPool(9, shown.getRef()));
    assertThat(shown.receiveMessage().waitingTotal()).isEqualTo(1);
  }

  @Test
  void workerRefusesMoreThanItsSlots_andIntroducesItselfWhenAsked() {
    TestProbe<JobDispatcher.Command> probe = kit.createTestProbe(JobDispatcher.Command.class);
    ActorRef<ProverWorker.Command> worker =
        worker((spec, run) -> new JobOutput.FilesRemoved(), probe.getRef(), 1);
    assertThat(probe.expectMessageClass(JobDispatcher.RegisterWorker.class).running()).isEmpty();
    worker.tell(new ProverWorker.RunJob(pc1(1, 1, 10)));
    worker.tell(new ProverWorker.RunJob(pc1(1, 1, 10)));
    worker.tell(new ProverWorker.RunJob(pc1(2, 1, 10)));
    probe.expectMessage(new JobDispatcher.RefuseJob("a", JobKey.of(pc1(2, 1, 10))));
    worker.tell(new ProverWorker.Introduce());
    assertThat(probe.expectMessageClass(JobDispatcher.RegisterWorker.class).running())
        .extracting(RunningJob::key)
        .containsExactly(JobKey.of(pc1(1, 1, 10)));
    time.timePasses(settings.worker().heartbeat());
    assertThat(probe.expectMessageClass(JobDispatcher.ReportAlive.class).running())
        .containsExactly(JobKey.of(pc1(1, 1, 10)));
    for (long number : new long[] {5, 6, 9}) {
      storage.declare(PoolFixtures.sector(number), SectorFileType.CACHE, storage.paths().get(0));
    }
    storage.remove(PoolFixtures.sector(9));
    probe.awaitAssert(
        () -> {
          time.timePasses(Duration.ofMillis(20));
          probe.expectMessage(
              Duration.ofMillis(50),
              new JobDispatcher.HoldSectors(
                  "a", List.of(new SectorRun(PoolFixtures.MINER, 5, 2)), List.of()));
          return true;
        });
    probe.expectMessage(
        new JobDispatcher.HoldSectors(
            "a", List.of(), List.of(SectorRun.of(PoolFixtures.sector(9)))));
    StoragePath.create(home.resolve("second"), 1, true, true, 0);
    storage.attach(home.resolve("second"));
    time.timePasses(settings.worker().heartbeat());
    assertThat(probe.expectMessageClass(JobDispatcher.RegisterWorker.class).worker().storageIds())
        .hasSize(2);
    probe.expectMessageClass(JobDispatcher.HoldSectors.class);
    probe.expectMessageClass(JobDispatcher.ReportAlive.class);
    kit.stop(worker);
    assertThat(probe.expectMessageClass(JobDispatcher.EndJob.class).key())
        .isEqualTo(JobKey.of(pc1(1, 1, 10)));
    expectStarted(pc1(1, 1, 10));
    assertThat(reports.expectMessageClass(JobReport.Failed.class).failure().kind())
        .isEqualTo(JobFailure.Kind.LOST);
  }

  @Test
  void silentWorkerIsDropped_andAnUnknownHeartbeatBringsItBack() {
    worker((spec, run) -> new JobOutput.FilesRemoved(), dispatcher, 1);
    new PoolJobPool(dispatcher).request(pc1(1, 1, 10));
    expectStarted(pc1(1, 1, 10));
    uptime.set(settings.pool().workerSilence().plusSeconds(1));
    dispatcher.tell(JobDispatcher.Look.INSTANCE);
    assertThat(status().workers()).isEmpty();
    assertThat(status().waitingTotal()).isEqualTo(1);
    time.timePasses(settings.worker().heartbeat());
    TestProbe<PoolStatus> settle = kit.createTestProbe(PoolStatus.class);
    settle.awaitAssert(
        () -> {
          assertThat(status().workers()).hasSize(1);
          assertThat(status().waitingTotal()).isZero();
          return true;
        });
    reports.expectNoMessage(Duration.ofMillis(50));
    runJob();
    reports.expectMessageClass(JobReport.Succeeded.class);
  }
}
