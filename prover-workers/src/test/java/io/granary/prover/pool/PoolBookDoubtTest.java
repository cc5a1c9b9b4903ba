package io.granary.prover.pool;

import static io.granary.prover.pool.PoolFixtures.pc1;
import static io.granary.prover.pool.PoolFixtures.sector;
import static io.granary.prover.pool.PoolFixtures.serving;
import static io.granary.prover.pool.PoolFixtures.snark;
import static io.granary.prover.pool.PoolFixtures.unseal;
import static io.granary.prover.pool.PoolFixtures.vanilla;
import static io.granary.prover.pool.PoolFixtures.winning;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.prover.JobClass;
import io.granary.prover.TestSettings;
import io.granary.prover.transfer.Holder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the dispatcher does about slow, lost and bad workers, and about the time left. */
class PoolBookDoubtTest {
  private static final Map<JobClass, Integer> SLOTS =
      Map.of(JobClass.POST_PROVE, 1, JobClass.POST_READ, 1, JobClass.SDR, 1);
  private static final JobOutput PROOF = new JobOutput.WindowPoStDone(Bytes.of(new byte[192]));

  private final PoolBook book =
      new PoolBook(
          TestSettings.of(
                  Path.of("/nowhere"),
                  """
                  granary.prover.pool {
                    copies { after = 10s, slow-factor = 3, slack-factor = 3 }
                    quarantine { invalid = 2, deaths = 3, retest = 10m }
                    results-kept = 2
                  }
                  """)
              .pool());
  private Duration now = Duration.ofSeconds(100);

  private void pass(long seconds) {
    now = now.plusSeconds(seconds);
  }

  private List<PoolEffect> join(String name) {
    return book.register(serving(name, SLOTS), List.of(), now);
  }

  private List<PoolEffect> ask(JobRequest request) {
    return book.ask(request, now);
  }

  private List<PoolEffect> succeed(String worker, JobRequest request) {
    return book.ended(worker, JobKey.of(request), new JobEnd.Succeeded(Optional.of(PROOF)), now);
  }

  private List<PoolEffect> fail(String worker, JobRequest request, JobFailure.Kind kind) {
    return book.ended(
        worker, JobKey.of(request), new JobEnd.Failed(new JobFailure(kind, "why")), now);
  }

  /** The workers told to run something, with a star where it is a copy. */
  private static List<String> runs(List<PoolEffect> effects) {
    return effects.stream()
        .filter(PoolEffect.Run.class::isInstance)
        .map(PoolEffect.Run.class::cast)
        .map(run -> run.worker() + (run.copy() ? "*" : ""))
        .toList();
  }

  private static PoolEffect.Run onlyRun(List<PoolEffect> effects) {
    assertThat(runs(effects)).hasSize(1);
    return effects.stream()
        .filter(PoolEffect.Run.class::isInstance)
        .map(PoolEffect.Run.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static PoolEffect stop(String worker, JobRequest request) {
    return new PoolEffect.Stop(worker, JobKey.of(request));
  }

  /** Lets the book know that a partition's proof usually takes {@code seconds}. */
  private void usual(long seconds) {
    JobRequest job = snark(99, 1, 1000, "path-a");
    assertThat(runs(ask(job))).containsExactly("a");
    pass(seconds);
    succeed("a", job);
  }

  private void beat(String worker, JobRequest... running) {
    book.alive(
        worker,
        java.util.Arrays.stream(running)
            .map(JobKey::of)
            .collect(java.util.stream.Collectors.toSet()),
        now);
  }

  @Test
  void slowJobGetsACopy_andTheFirstResultStopsTheOther() {
    join("a");
    usual(5);
    JobRequest job = snark(1, 1, 1000, "path-a");
    assertThat(runs(ask(job))).containsExactly("a");
    join("b");
    pass(14);
    beat("a", job);
    beat("b");
    assertThat(runs(book.look(now))).isEmpty();
    pass(2);
    beat("a", job);
    beat("b");
    assertThat(runs(book.look(now))).containsExactly("b*");
    assertThat(runs(book.look(now))).isEmpty();
    assertThat(succeed("b", job)).containsExactly(stop("a", job));
    assertThat(runs(fail("a", job, JobFailure.Kind.CANCELLED))).isEmpty();
    assertThat(book.status(9, now).workers()).allMatch(w -> w.running().isEmpty());
  }

  @Test
  void jobThatOverranGetsACopySooner_whenLittleTimeIsLeft() {
    join("a");
    book.epoch(new Epoch(10), now);
    pass(30);
    beat("a");
    book.epoch(new Epoch(11), now);
    usual(5);
    JobRequest job = snark(1, 1, 11, "path-a");
    assertThat(onlyRun(ask(job)).slack()).contains(Duration.ofSeconds(25));
    join("b");
    pass(6);
    beat("a", job);
    beat("b");
    assertThat(runs(book.look(now))).isEmpty();
    pass(5);
    beat("a", job);
    beat("b");
    assertThat(runs(book.look(now))).containsExactly("b*");
  }

  @Test
  void unreachedWorkersProofsGetCopiesAtOnce_andItGetsNothingNew() {
    join("a");
    JobRequest job = snark(1, 1, 1000, "path-a");
    ask(job);
    book.register(new WorkerInfo("b", SLOTS, Set.of("path-a"), Set.of(2048L)), List.of(), now);
    assertThat(runs(book.unreachable("a", now))).containsExactly("b*");
    assertThat(runs(book.gone("a", now))).isEmpty();
    assertThat(runs(ask(snark(2, 1, 1000, "path-a")))).isEmpty();
    assertThat(runs(succeed("b", job))).containsExactly("b");
  }

  @Test
  void copyThatFailsAloneWaitsAgain_becauseNobodyWasTold() {
    join("a");
    JobRequest job = snark(1, 1, 1000, "path-a");
    ask(job);
    book.register(new WorkerInfo("b", SLOTS, Set.of("path-a"), Set.of(2048L)), List.of(), now);
    book.unreachable("a", now);
    book.gone("a", now);
    assertThat(runs(fail("b", job, JobFailure.Kind.CHILD_DIED))).containsExactly("b");
  }

  @Test
  void noCopyOfSealing() {
    join("a");
    join("b");
    ask(pc1(1, 1, 1000));
    assertThat(runs(book.unreachable("a", now))).isEmpty();
    assertThat(runs(book.unreachable("b", now))).isEmpty();
  }

  @Test
  void answersAtOnce_whenTheResultIsKnown_whoeverMadeIt() {
    join("a");
    JobRequest job = snark(1, 1, 1000, "path-a");
    ask(job);
    succeed("a", job);
    book.gone("a", now);
    assertThat(ask(job)).containsExactly(new PoolEffect.Answer(job, "a", PROOF));
    JobRequest again = snark(1, 2, 1000, "path-a");
    assertThat(ask(again)).containsExactly(new PoolEffect.Answer(again, "a", PROOF));
    // The asker found it bad: it wants another one.
    assertThat(ask(again.avoiding(Set.of("a")))).isEmpty();
    assertThat(book.status(9, now).waitingTotal()).isEqualTo(1);
  }

  @Test
  void remembersSoManyResultsOnly() {
    join("a");
    for (int seed = 1; seed <= 3; seed++) {
      ask(snark(seed, 1, 1000, "path-a"));
      succeed("a", snark(seed, 1, 1000, "path-a"));
    }
    assertThat(runs(ask(snark(1, 1, 1000, "path-a")))).containsExactly("a");
  }

  @Test
  void classIsBarred_afterBadProofsOfTwoJobs_untilItIsReleased() {
    join("a");
    JobRequest first = snark(1, 1, 1000, "path-a");
    JobRequest second = snark(2, 1, 1000, "path-a");
    ask(first);
    fail("a", first, JobFailure.Kind.PROOF_INVALID);
    ask(snark(1, 2, 1000, "path-a"));
    fail("a", snark(1, 2, 1000, "path-a"), JobFailure.Kind.PROOF_INVALID);
    assertThat(runs(ask(second))).containsExactly("a"); // One job may be bad itself.
    fail("a", second, JobFailure.Kind.PROOF_INVALID);
    JobRequest third = snark(3, 1, 1000, "path-a");
    assertThat(runs(ask(third))).isEmpty();
    assertThat(runs(ask(pc1(1, 1, 10)))).containsExactly("a");
    assertThat(book.status(0, now).workers().get(0).quarantined())
        .singleElement()
        .satisfies(
            bar -> {
              assertThat(bar.jobClass()).isEqualTo(JobClass.POST_PROVE);
              assertThat(bar.reason()).contains("do not verify", "why");
            });
    pass(599);
    beat("a", pc1(1, 1, 10));
    assertThat(book.look(now)).isEmpty();
    pass(1);
    PoolEffect test = new PoolEffect.TestSelf("a", JobClass.POST_PROVE);
    assertThat(book.look(now)).containsExactly(test);
    assertThat(book.look(now)).isEmpty();
    assertThat(runs(book.release("a", JobClass.POST_PROVE, now))).containsExactly("a");
  }

  @Test
  void deathsBarToo_butNotWhenOneEndedWellBetween_andAreRememberedWhileItIsAway() {
    join("a");
    for (int seed = 1; seed <= 5; seed++) {
      JobRequest job = snark(seed, 1, 1000, "path-a");
      assertThat(runs(ask(job))).containsExactly("a");
      if (seed == 2) {
        succeed("a", job);
      } else {
        fail("a", job, JobFailure.Kind.CHILD_DIED);
      }
    }
    assertThat(runs(ask(snark(6, 1, 1000, "path-a")))).isEmpty();
    book.gone("a", now);
    assertThat(runs(join("a"))).isEmpty();
  }

  @Test
  void failuresThatAreNotTheWorkersOwnDoNotBar() {
    join("a");
    for (int seed = 1; seed <= 5; seed++) {
      JobRequest job = snark(seed, 1, 1000, "path-a");
      assertThat(runs(ask(job))).containsExactly("a");
      fail("a", job, JobFailure.Kind.DATA);
    }
  }

  @Test
  void prefersAWorkerThatDidNotFailIt_butOneThatDidIsBetterThanNone() {
    join("a");
    join("b");
    JobRequest job = snark(1, 2, 1000, "path-a").avoiding(Set.of("a"));
    assertThat(runs(ask(job))).containsExactly("b");
    JobRequest other = snark(2, 2, 1000, "path-a").avoiding(Set.of("a", "b"));
    assertThat(runs(ask(other))).containsExactly("a");
  }

  @Test
  void leastSlackGoesFirst_whenRunTimesAreKnown() {
    join("a");
    book.epoch(new Epoch(1), now);
    pass(1);
    book.epoch(new Epoch(2), now);
    usual(4);
    book.register(serving("a", Map.of()), List.of(), now);
    JobRequest proof = snark(1, 1, 103, "path-a");
    JobRequest read = vanilla(100, 5);
    book.hold("a", SectorRun.of(new TreeSet<>(Set.of(sector(5)))), List.of());
    ask(read);
    ask(proof);
    // The proof must begin by 103 - 4, before the reading's 100.
    assertThat(book.status(9, now).waiting())
        .extracting(PoolStatus.WaitingStatus::key)
        .containsExactly(JobKey.of(proof), JobKey.of(read));
  }

  @Test
  void rehearsalGoesLast_andGivesWayToADeadline() {
    join("a");
    JobRequest rehearsal = snark(1, 1, 50, "path-a").asRehearsal();
    assertThat(runs(ask(rehearsal))).containsExactly("a");
    JobRequest real = snark(2, 1, 900, "path-a");
    assertThat(ask(real)).containsExactly(stop("a", rehearsal));
    assertThat(ask(real)).isEmpty();
    assertThat(runs(fail("a", rehearsal, JobFailure.Kind.CANCELLED))).containsExactly("a");
    ask(snark(3, 1, 40, "path-a").asRehearsal());
    ask(snark(4, 1, 800, "path-a"));
    assertThat(book.status(9, now).waiting())
        .extracting(PoolStatus.WaitingStatus::lastUsefulEpoch)
        .containsExactly(800L, 40L);
  }

  @Test
  void runTellsWhoHasTheInputs_andNeedsAllOfThemToBeReached() {
    join("a");
    join("b");
    book.hold("a", SectorRun.of(new TreeSet<>(Set.of(sector(1), sector(2)))), List.of());
    book.hold("b", SectorRun.of(new TreeSet<>(Set.of(sector(2), sector(3)))), List.of());
    PoolEffect.Run run = onlyRun(ask(vanilla(9, 1, 2, 3)));
    String other = run.worker().equals("a") ? "b" : "a";
    assertThat(run.holders())
        .singleElement()
        .satisfies(
            holder -> {
              assertThat(holder.worker()).isEqualTo(other);
              assertThat(holder.sectors()).contains(new SectorNumber(2)).hasSize(2);
            });
    // Sector 4 is nowhere: a node may be starting anew, but not for ever.
    book.ended(run.worker(), JobKey.of(run.request()), new JobEnd.Unsaid(), now);
    JobRequest spread = vanilla(9, 1, 4);
    assertThat(runs(ask(spread))).isEmpty();
    pass(2);
    beat("a");
    assertThat(book.status(9, now).waitingTotal() == 0 || runs(book.look(now)).size() == 1)
        .isTrue();
  }

  @Test
  void proverWithoutStorageProvesFromAnotherNodesBlobs_andFailsSoonWhenTheyAreLost() {
    book.register(new WorkerInfo("p", SLOTS, Set.of(), Set.of(2048L)), List.of(), now);
    JobRequest job = snark(1, 1, 1000, "path-a");
    assertThat(runs(ask(job))).isEmpty();
    PoolEffect.Run run = onlyRun(book.register(serving("a", Map.of()), List.of(), now));
    assertThat(run.worker()).isEqualTo("p");
    assertThat(run.holders()).extracting(Holder::worker).containsExactly("a");
    fail("p", job, JobFailure.Kind.DATA);
    book.gone("a", now);
    JobRequest lost = snark(2, 1, 1000, "path-a");
    assertThat(runs(ask(lost))).isEmpty();
    pass(2);
    beat("p");
    assertThat(runs(book.look(now)).isEmpty() && book.status(9, now).waitingTotal() == 1).isFalse();
  }

  @Test
  void sealingLeavesTheReserveAlone_andProvingTakesIt() {
    Resources machine = new Resources(2, 1L << 40, 0);
    Resources reserve = new Resources(1, 1L << 30, 0);
    Map<JobClass, Integer> many = Map.of(JobClass.SDR, 4, JobClass.POST_PROVE, 4);
    book.register(
        new WorkerInfo(
            "a", many, Set.of("path-a"), Set.of(2048L), machine, reserve, Optional.empty()),
        List.of(),
        now);
    assertThat(runs(ask(pc1(1, 1, 10)))).containsExactly("a");
    assertThat(runs(ask(pc1(2, 1, 10)))).isEmpty();
    assertThat(runs(ask(snark(1, 1, 1000, "path-a")))).containsExactly("a");
    assertThat(runs(ask(snark(2, 1, 1000, "path-a")))).isEmpty();
  }

  @Test
  void unsealingLeavesTheReserveAlone_andWaitsForSealing() {
    Resources machine = new Resources(2, 1L << 40, 0);
    Resources reserve = new Resources(1, 1L << 30, 0);
    Map<JobClass, Integer> many =
        Map.of(JobClass.SDR, 4, JobClass.UNSEAL, 4, JobClass.POST_PROVE, 4);
    book.register(
        new WorkerInfo(
            "a", many, Set.of("path-a"), Set.of(2048L), machine, reserve, Optional.empty()),
        List.of(),
        now);
    book.hold("a", SectorRun.of(new TreeSet<>(Set.of(sector(7), sector(8)))), List.of());
    assertThat(runs(ask(unseal(7)))).containsExactly("a");
    assertThat(runs(ask(unseal(8)))).as("the other core is kept for proofs").isEmpty();
    assertThat(runs(ask(pc1(1, 1, Long.MAX_VALUE)))).isEmpty();
    assertThat(runs(ask(snark(1, 1, 1000, "path-a")))).containsExactly("a");
    PoolEffect.Run next = onlyRun(fail("a", unseal(7), JobFailure.Kind.DATA));
    assertThat(next.request().spec()).isInstanceOf(JobSpec.PreCommit1.class);
  }

  /** One with the memory that {@code partitions} of 2 KiB sectors are counted for, and no more. */
  private static WorkerInfo roomFor(int partitions, Map<JobClass, Integer> slots) {
    Resources machine = JobCosts.windowPoSt(SectorSize.SIZE_2KIB).times(partitions);
    return new WorkerInfo(
        "a", slots, Set.of("path-a"), Set.of(2048L), machine, machine, Optional.empty());
  }

  @Test
  void blockNeedNotWait_whenThereIsRoomForOnePartitionAndItIsTaken() {
    Map<JobClass, Integer> slots = Map.of(JobClass.POST_PROVE, 2, JobClass.WINNING_PROVE, 1);
    book.register(roomFor(1, slots), List.of(), now);
    assertThat(runs(ask(snark(1, 1, 1000, "path-a")))).containsExactly("a");
    assertThat(runs(ask(winning(90, "path-a")))).containsExactly("a");
    assertThat(runs(ask(snark(2, 1, 1000, "path-a")))).isEmpty();
  }

  @Test
  void partitionNeedNotWait_whenABlockIsBeingProven() {
    Map<JobClass, Integer> slots = Map.of(JobClass.POST_PROVE, 1, JobClass.WINNING_PROVE, 1);
    book.register(roomFor(1, slots), List.of(), now);
    assertThat(runs(ask(winning(90, "path-a")))).containsExactly("a");
    assertThat(runs(ask(snark(1, 1, 1000, "path-a")))).containsExactly("a");
  }

  @Test
  void blockTakesLessThanAPartition_ofEverySectorSize() {
    for (SectorSize size : SectorSize.values()) {
      Resources block = JobCosts.winningPoSt(size);
      assertThat(JobCosts.windowPoSt(size).holds(block)).as(size.name()).isTrue();
      assertThat(block.memoryBytes()).as(size.name()).isPositive();
      assertThat(block.cores()).as(size.name()).isZero();
    }
  }
}
