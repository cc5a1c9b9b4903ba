package io.granary.prover.pool;

import static io.granary.prover.pool.PoolFixtures.c2;
import static io.granary.prover.pool.PoolFixtures.pc1;
import static io.granary.prover.pool.PoolFixtures.pc2;
import static io.granary.prover.pool.PoolFixtures.running;
import static io.granary.prover.pool.PoolFixtures.sector;
import static io.granary.prover.pool.PoolFixtures.snark;
import static io.granary.prover.pool.PoolFixtures.vanilla;
import static io.granary.prover.pool.PoolFixtures.winning;
import static io.granary.prover.pool.PoolFixtures.worker;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobRequest;
import io.granary.prover.JobClass;
import io.granary.prover.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dispatcher's decisions, with time moved by hand. */
class PoolBookTest {
  private static final int WAITING_MAX = 4;
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final Duration HOLDER_GRACE = Duration.ofSeconds(30);

  private final PoolBook book =
      new PoolBook(
          TestSettings.of(
                  Path.of("/nowhere"),
                  """
                  granary.prover.pool {
                    waiting-jobs-max = 4, worker-silence = 5s, assignment-grace = 3s
                    holder-grace = 30s, blob-grace = 2s
                    copies { after = 10s, slow-factor = 3, slack-factor = 2 }
                    quarantine { invalid = 2, deaths = 3, retest = 10m }
                  }
                  """)
              .pool());
  private Duration now = Duration.ofSeconds(100);

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private List<PoolEffect> ask(JobRequest request) {
    return book.ask(request, now);
  }

  private List<PoolEffect> join(String name, Map<JobClass, Integer> slots) {
    return book.register(worker(name, slots), List.of(), now);
  }

  private void hold(String worker, long... sectors) {
    TreeSet<SectorId> held = new TreeSet<>();
    for (long number : sectors) {
      held.add(sector(number));
    }
    book.hold(worker, SectorRun.of(held), List.of());
  }

  private List<PoolEffect> beat(String worker, JobRequest... running) {
    return book.alive(
        worker, Arrays.stream(running).map(JobKey::of).collect(Collectors.toSet()), now);
  }

  private List<PoolEffect> end(String worker, JobRequest request) {
    return book.ended(worker, JobKey.of(request), new JobEnd.Unsaid(), now);
  }

  private static PoolEffect run(String worker, JobRequest request) {
    return new PoolEffect.Run(worker, request);
  }

  private static PoolEffect stop(String worker, JobRequest request) {
    return new PoolEffect.Stop(worker, JobKey.of(request));
  }

  @Test
  void placesAtOnce_whenASlotIsFree() {
    join("a", Map.of(JobClass.SDR, 1));
    assertThat(ask(pc1(1, 1, 10))).containsExactly(run("a", pc1(1, 1, 10)));
  }

  @Test
  void placesWhatWaited_whenAWorkerJoins() {
    assertThat(ask(pc1(1, 1, 10))).isEmpty();
    assertThat(join("a", Map.of(JobClass.SDR, 1))).containsExactly(run("a", pc1(1, 1, 10)));
  }

  @Test
  void theMostUrgentGoesFirst_andPoStBeforeAll() {
    ask(pc1(1, 1, 500));
    ask(pc1(2, 1, 90));
    ask(pc1(3, 1, 90));
    ask(vanilla(1000, 9));
    pass(HOLDER_GRACE);
    assertThat(join("a", Map.of(JobClass.SDR, 2, JobClass.POST_READ, 1)))
        .containsExactly(
            run("a", vanilla(1000, 9)), run("a", pc1(2, 1, 90)), run("a", pc1(3, 1, 90)));
  }

  @Test
  void aBlockNeedNotWait_whenAPartitionIsBeingProven() {
    join("a", Map.of(JobClass.POST_PROVE, 1, JobClass.WINNING_PROVE, 1));
    assertThat(ask(snark(1, 1, 500, "path-a")))
        .containsExactly(run("a", snark(1, 1, 500, "path-a")));
    assertThat(ask(winning(90, "path-a"))).containsExactly(run("a", winning(90, "path-a")));
    assertThat(ask(snark(2, 1, 500, "path-a"))).isEmpty();
  }

  @Test
  void sealingNeverTakesAPoStSlot_howeverMuchOfItWaits() {
    join("a", Map.of(JobClass.SDR, 1, JobClass.POST_READ, 1));
    hold("a", 9);
    ask(pc1(1, 1, 1));
    assertThat(ask(pc1(2, 1, 1))).isEmpty();
    assertThat(ask(vanilla(1000, 9))).containsExactly(run("a", vanilla(1000, 9)));
  }

  @Test
  void askingAgainChangesNothing_whileItWaitsOrRuns() {
    ask(pc1(1, 1, 10));
    assertThat(ask(pc1(1, 1, 10))).isEmpty();
    assertThat(join("a", Map.of(JobClass.SDR, 2))).hasSize(1);
    assertThat(ask(pc1(1, 1, 10))).isEmpty();
    assertThat(book.status(9, now).waitingTotal()).isZero();
  }

  @Test
  void higherAttemptReplacesTheWaitingOne_andALowerIsIgnored() {
    ask(pc1(1, 2, 10));
    ask(pc1(1, 3, 10));
    ask(pc1(1, 1, 10));
    assertThat(join("a", Map.of(JobClass.SDR, 2))).containsExactly(run("a", pc1(1, 3, 10)));
    assertThat(ask(pc1(1, 2, 10))).isEmpty();
  }

  @Test
  void higherAttemptStopsTheRunningOne_andRunsWhenThatHasEnded() {
    join("a", Map.of(JobClass.SDR, 2));
    ask(pc1(1, 1, 10));
    assertThat(ask(pc1(1, 2, 10))).containsExactly(stop("a", pc1(1, 1, 10)));
    assertThat(ask(pc1(1, 2, 10))).isEmpty();
    assertThat(end("a", pc1(1, 1, 10))).containsExactly(run("a", pc1(1, 2, 10)));
    assertThat(end("a", pc1(1, 1, 10))).isEmpty();
    assertThat(book.status(9, now).workers().get(0).running()).hasSize(1);
  }

  @Test
  void turnsTheLeastUrgentAway_whenTheQueueIsFull() {
    for (int i = 1; i <= WAITING_MAX; i++) {
      assertThat(ask(pc1(i, 1, 100 + i))).isEmpty();
    }
    JobRequest late = pc1(50, 1, 999);
    assertThat(ask(late)).containsExactly(turnedAway(late));
    assertThat(ask(vanilla(5, 9))).containsExactly(turnedAway(pc1(WAITING_MAX, 1, 104)));
    assertThat(book.status(99, now).waitingTotal()).isEqualTo(WAITING_MAX);
  }

  private static PoolEffect turnedAway(JobRequest request) {
    return new PoolEffect.TurnAway(request, "queue full: 4 more urgent jobs wait");
  }

  @Test
  void takesTheSameAttempt_whenItAsksAgainAndThereIsRoom() {
    for (int i = 1; i <= WAITING_MAX; i++) {
      ask(pc1(i, 1, 100 + i));
    }
    JobRequest late = pc1(50, 1, 999);
    ask(late);
    join("a", Map.of(JobClass.SDR, WAITING_MAX));
    assertThat(ask(late)).isEmpty();
    assertThat(end("a", pc1(1, 1, 101))).containsExactly(run("a", late));
  }

  @Test
  void goesToTheHolder_andWaitsForItWhenItIsBusy() {
    join("a", Map.of(JobClass.GPU, 5));
    join("b", Map.of(JobClass.GPU, 1));
    hold("b", 1, 2);
    assertThat(ask(pc2(1, 1))).containsExactly(run("b", pc2(1, 1)));
    assertThat(ask(pc2(2, 1))).isEmpty();
    pass(HOLDER_GRACE);
    beat("a");
    assertThat(beat("b", pc2(1, 1))).isEmpty();
    assertThat(end("b", pc2(1, 1))).containsExactly(run("b", pc2(2, 1)));
  }

  @Test
  void waitsForAHolder_butNotForEver() {
    join("a", Map.of(JobClass.GPU, 1));
    assertThat(ask(pc2(1, 1))).isEmpty();
    pass(HOLDER_GRACE.minusMillis(1));
    assertThat(beat("a")).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(beat("a")).containsExactly(run("a", pc2(1, 1)));
  }

  @Test
  void takesTheHolder_whenItJoinsInTime() {
    join("a", Map.of(JobClass.GPU, 1));
    ask(pc2(1, 1));
    pass(Duration.ofSeconds(10));
    beat("a");
    join("b", Map.of(JobClass.GPU, 1));
    hold("b", 1);
    assertThat(book.look(now)).containsExactly(run("b", pc2(1, 1)));
  }

  @Test
  void forgetsWhatAWorkerNoLongerHolds() {
    join("a", Map.of(JobClass.GPU, 1));
    hold("a", 1);
    book.hold("a", List.of(), SectorRun.of(new TreeSet<>(Set.of(sector(1)))));
    assertThat(ask(pc2(1, 1))).isEmpty();
  }

  @Test
  void goesWhereTheBlobIs_andWhereMostSectorsAre() {
    join("a", Map.of(JobClass.GPU, 1, JobClass.POST_READ, 1));
    join("b", Map.of(JobClass.GPU, 1, JobClass.POST_READ, 1));
    assertThat(ask(c2(1, "path-b"))).containsExactly(run("b", c2(1, "path-b")));
    hold("a", 1);
    hold("b", 2, 3);
    assertThat(ask(vanilla(9, 1, 2, 3))).containsExactly(run("b", vanilla(9, 1, 2, 3)));
  }

  @Test
  void prefersTheWorkerWithMoreRoom_whenNeitherHoldsAnything() {
    join("a", Map.of(JobClass.SDR, 1));
    join("b", Map.of(JobClass.SDR, 2));
    assertThat(ask(pc1(1, 1, 1))).containsExactly(run("b", pc1(1, 1, 1)));
  }

  @Test
  void silentWorkersJobsWaitAgain_andRunElsewhere() {
    join("a", Map.of(JobClass.SDR, 1));
    ask(pc1(1, 1, 10));
    join("b", Map.of(JobClass.SDR, 1));
    pass(SILENCE);
    beat("b");
    assertThat(book.look(now)).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(book.look(now)).containsExactly(run("b", pc1(1, 1, 10)));
    assertThat(beat("a", pc1(1, 1, 10))).containsExactly(new PoolEffect.Introduce("a"));
    assertThat(
            book.register(
                worker("a", Map.of(JobClass.SDR, 1)), List.of(running(pc1(1, 1, 10))), now))
        .containsExactly(stop("a", pc1(1, 1, 10)));
  }

  @Test
  void assignmentThatNeverArrivedWaitsAgain_afterItsGrace() {
    join("a", Map.of(JobClass.SDR, 1));
    ask(pc1(1, 1, 10));
    pass(GRACE);
    assertThat(beat("a")).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(beat("a")).containsExactly(run("a", pc1(1, 1, 10)));
    pass(GRACE.plusMillis(1));
    assertThat(beat("a", pc1(1, 1, 10))).isEmpty();
  }

  @Test
  void newDispatcherTakesOverWhatRuns_andRunsNothingTwice() {
    JobRequest job = pc1(1, 1, 10);
    ask(job);
    assertThat(book.register(worker("a", Map.of(JobClass.SDR, 2)), List.of(running(job)), now))
        .isEmpty();
    assertThat(ask(job)).isEmpty();
    assertThat(book.status(9, now).workers().get(0).running())
        .extracting(PoolStatus.RunningStatus::key)
        .containsExactly(JobKey.of(job));
    pass(SILENCE.plusMillis(1));
    book.look(now);
    assertThat(join("b", Map.of(JobClass.SDR, 1))).containsExactly(run("b", job));
  }

  @Test
  void takenOverJobOfADeadWorkerIsLeftToItsAsker_whenNobodyAskedYet() {
    book.register(worker("a", Map.of(JobClass.SDR, 1)), List.of(running(pc1(1, 1, 10))), now);
    pass(SILENCE.plusMillis(1));
    book.look(now);
    assertThat(join("b", Map.of(JobClass.SDR, 1))).isEmpty();
    assertThat(ask(pc1(1, 1, 10))).containsExactly(run("b", pc1(1, 1, 10)));
  }

  @Test
  void olderAttemptThatStillRunsIsStopped_whenANewerWaits() {
    ask(pc1(1, 2, 10));
    assertThat(
            book.register(
                worker("a", Map.of(JobClass.SDR, 1)), List.of(running(pc1(1, 1, 10))), now))
        .containsExactly(stop("a", pc1(1, 1, 10)), run("a", pc1(1, 2, 10)));
  }

  @Test
  void restartedWorkersJobsWaitAgain_whenItNoLongerRunsThem() {
    join("a", Map.of(JobClass.SDR, 1));
    ask(pc1(1, 1, 10));
    assertThat(join("a", Map.of(JobClass.SDR, 1))).containsExactly(run("a", pc1(1, 1, 10)));
  }

  @Test
  void cancelledJobIsForgotten_whetherItWaitsOrRuns() {
    ask(pc1(1, 1, 10));
    book.cancel(pc1(1, 1, 10).id(), 1, now);
    assertThat(join("a", Map.of(JobClass.SDR, 1))).isEmpty();
    ask(pc1(2, 1, 10));
    assertThat(book.cancel(pc1(2, 1, 10).id(), 1, now)).containsExactly(stop("a", pc1(2, 1, 10)));
    pass(SILENCE.plusMillis(1));
    book.look(now);
    assertThat(join("b", Map.of(JobClass.SDR, 1))).isEmpty();
  }

  @Test
  void cancelLeavesANewerAttemptAlone() {
    join("a", Map.of(JobClass.SDR, 1));
    ask(pc1(1, 3, 10));
    assertThat(book.cancel(pc1(1, 3, 10).id(), 2, now)).isEmpty();
  }

  @Test
  void refusedJobGoesElsewhere_andTheWorkerRestsAWhile() {
    join("a", Map.of(JobClass.SDR, 2));
    ask(pc1(1, 1, 10));
    assertThat(book.refused("a", JobKey.of(pc1(1, 1, 10)), now))
        .containsExactly(new PoolEffect.Introduce("a"));
    pass(GRACE.minusMillis(1));
    assertThat(beat("a")).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(beat("a")).containsExactly(run("a", pc1(1, 1, 10)));
  }

  @Test
  void statusTellsWhatWaitsAndRuns_mostUrgentFirst() {
    join("a", Map.of(JobClass.SDR, 1));
    ask(pc1(1, 1, 10));
    ask(pc1(2, 1, 30));
    ask(pc1(3, 1, 20));
    pass(Duration.ofSeconds(2));
    PoolStatus status = book.status(1, now);
    assertThat(status.waitingTotal()).isEqualTo(2);
    assertThat(status.waiting())
        .containsExactly(
            new PoolStatus.WaitingStatus(
                JobKey.of(pc1(3, 1, 20)), JobClass.SDR, "sector f01000/3", 20, 2000));
    PoolStatus.WorkerStatus worker = status.workers().get(0);
    assertThat(worker.silentMillis()).isEqualTo(2000);
    assertThat(worker.running())
        .containsExactly(
            new PoolStatus.RunningStatus(
                JobKey.of(pc1(1, 1, 10)), JobClass.SDR, "sector f01000/1", 2000));
  }
}
