package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.sender.MessageReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SectorStatePropertyTest {
  @Provide
  Arbitrary<List<SectorEvent>> anyEvents() {
    return Arbitraries.of(SectorFixtures.events()).list().ofMaxSize(80);
  }

  @Property(tries = 300)
  void replayEqualsLive_whenEventsComeInAnyOrder(@ForAll("anyEvents") List<SectorEvent> events) {
    List<SectorEvent> accepted = new ArrayList<>();
    SectorState live = new Empty();
    for (SectorEvent event : events) {
      try {
        live = live.on(event);
        accepted.add(event);
      } catch (TransitionRejected rejected) {
        assertThat(rejected).hasMessageContaining(event.name());
      }
    }
    SectorState replayed = SectorHistory.replay(accepted).end().state();
    assertThat(replayed).isEqualTo(live);
    assertThat(SectorView.of(replayed)).isEqualTo(SectorView.of(live));
  }

  /**
   * A world that does anything at any time: whatever is decided can be applied, fencing numbers
   * grow, message names never repeat, and a replay gives the same state.
   */
  @Property(tries = 300)
  void everyDecisionFits_whenTheWorldDoesAnything(@ForAll long seed) {
    Random random = new Random(seed);
    SectorStory story = new SectorStory();
    story.create(
        switch (random.nextInt(4)) {
          case 0 -> SectorFixtures.order(SectorFixtures.SOURCE);
          case 1 -> SectorFixtures.order(requiring(SectorFixtures.PIECE.commP()));
          case 2 -> SectorFixtures.order(requiring(SectorFixtures.COMM_D));
          default -> SectorFixtures.order();
        });
    for (int i = 0; i < 120; i++) {
      step(story, random);
    }
    assertThat(SectorHistory.replay(story.events()).end().state()).isEqualTo(story.state());
    assertThat(story.events())
        .as("a damaged piece is never sealed")
        .noneMatch(
            event ->
                event instanceof SectorEvent.PreCommit1Completed
                    && !SectorView.of(story.state()).damaged().isEmpty());
    assertThat(attempts(story)).isSorted().doesNotHaveDuplicates();
    assertThat(intents(story)).doesNotHaveDuplicates();
  }

  /** Whatever the world does between: only a sector proven from its replica lets the copy go. */
  @Property(tries = 100)
  void dropsTheUnsealedCopyOfAProvenSectorOnly_whenItIsUnwantedAtAnyTime(@ForAll long seed) {
    Random random = new Random(seed);
    SectorStory story = new SectorStory();
    story.create(SectorFixtures.order(SectorFixtures.SOURCE));
    for (int i = 0; i < 40; i++) {
      step(story, random);
      story.unsealedUnwanted();
    }
    story = random.nextBoolean() ? new SectorStory().toProvenWithPiece() : story;
    for (int i = 0; i < 40; i++) {
      step(story, random);
      story.unsealedUnwanted();
    }
    SectorState state = new Empty();
    for (SectorEvent event : story.events()) {
      if (event instanceof SectorEvent.UnsealedDropOrdered) {
        assertThat(state)
            .isInstanceOfSatisfying(
                Proving.class,
                proving -> {
                  assertThat(proving.committed().finalized()).isTrue();
                  assertThat(proving.committed().firstProven()).isPresent();
                  assertThat(proving.core().hasFile(SectorFileType.UNSEALED)).isTrue();
                });
      }
      state = state.on(event);
    }
  }

  private static void step(SectorStory story, Random random) {
    story.pass(random.nextInt(4) == 0 ? random.nextInt(3000) : random.nextInt(30));
    switch (random.nextInt(7)) {
      case 0 -> story.tick();
      case 1, 2 -> work(story, random);
      case 3 -> message(story, random);
      case 4, 5 -> look(story, random);
      default -> word(story, random);
    }
  }

  private static void work(SectorStory story, Random random) {
    if (story.state() instanceof Faulty faulty) {
      story.report(
          new JobReport.Succeeded(
              SectorJobs.check(faulty).id(), 1, "w", new JobOutput.ReplicaChecked(), 1));
    } else if (story.state() instanceof SectorState.AtWork work
        && work.job().active().isPresent()) {
      if (random.nextInt(4) == 0) {
        story.fail(any(List.of(JobFailure.Kind.values()), random));
      } else {
        story.done(output(work, story));
      }
    }
  }

  private static SectorOrder.PieceSource requiring(Commitment commP) {
    return SectorFixtures.SOURCE.requiring(commP);
  }

  private static JobOutput output(SectorState.AtWork work, SectorStory story) {
    if (work instanceof Filling) {
      return new JobOutput.PieceAdded(SectorFixtures.PIECE, SectorFixtures.UNSEALED);
    }
    if (work instanceof PreCommit1) {
      return new JobOutput.PreCommit1Done(SectorFixtures.CACHE);
    }
    if (work instanceof PreCommit2) {
      return story.replica();
    }
    if (work instanceof Commit1) {
      return new JobOutput.Commit1Done(SectorFixtures.COMMIT1);
    }
    if (work instanceof Commit2) {
      return new JobOutput.Commit2Done(SectorFixtures.PROOF);
    }
    if (work instanceof DroppingUnsealed) {
      return new JobOutput.UnsealedDropped();
    }
    return work instanceof Finalizing ? new JobOutput.Finalized() : new JobOutput.FilesRemoved();
  }

  private static void message(SectorStory story, Random random) {
    if (!(story.state() instanceof SectorState.Posting posting)
        || posting.message().outgoing().isEmpty()) {
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> story.landed(any(List.of(7L, 16L, 18L, 19L), random));
      case 1 ->
          story.report(
              new MessageReport.Reverted(story.message().intentId(), SectorFixtures.MESSAGE));
      case 2 ->
          story.report(
              new MessageReport.GaveUp(
                  story.message().intentId(),
                  any(List.of(MessageReport.GaveUp.Kind.values()), random),
                  "no"));
      default -> story.landed(0);
    }
  }

  private static void look(SectorStory story, Random random) {
    Epoch recent = story.now().epoch().minus(random.nextInt(3));
    boolean holding = story.state() instanceof SectorState.Holding;
    switch (random.nextInt(5)) {
      case 0 -> story.look(story.nothing());
      case 1 -> story.look(story.committed(recent, random.nextBoolean(), random.nextBoolean()));
      case 2 -> story.look(story.ready());
      default -> {
        if (holding) {
          story.look(
              story.preCommitted(
                  random.nextBoolean() ? new Epoch(1020) : recent,
                  Optional.of(
                      random.nextInt(4) == 0 ? SectorFixtures.OTHER_SEED : SectorFixtures.SEED)));
        }
      }
    }
  }

  private static void word(SectorStory story, Random random) {
    Epoch now = story.now().epoch();
    switch (random.nextInt(8)) {
      case 0 -> story.observe(new SectorObservation.ProvenAt(now, now));
      case 1 -> story.observe(new SectorObservation.FoundFaulty("skipped", now));
      case 2 -> story.observe(new SectorObservation.RecoveryDeclared(now));
      case 3 -> story.observe(new SectorObservation.Recovered(now));
      case 4 -> story.unsealedUnwanted();
      default -> {
        if (story.state() instanceof Parked parked && parked.retryable()) {
          story.retry();
        }
      }
    }
  }

  private static <T> T any(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static List<Long> attempts(SectorStory story) {
    return story.events().stream()
        .filter(SectorEvent.JobRequested.class::isInstance)
        .map(event -> ((SectorEvent.JobRequested) event).attempt())
        .toList();
  }

  private static List<String> intents(SectorStory story) {
    return story.events().stream()
        .filter(SectorEvent.MessageRequested.class::isInstance)
        .map(event -> ((SectorEvent.MessageRequested) event).intentId())
        .toList();
  }
}
