package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.SectorFileType;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a sector does when its deals do without its unsealed copy. */
class UnsealedCopyTest {
  private final SectorStory story = new SectorStory();

  private boolean hasCopy() {
    return ((SectorState.Living) story.state()).core().hasFile(SectorFileType.UNSEALED);
  }

  @Test
  void goesByAJobThatReadsTheReplicaFirst_whenUnwanted() {
    story.toProvenWithPiece();
    int before = story.events().size();
    story.unsealedUnwanted();
    DroppingUnsealed dropping = (DroppingUnsealed) story.state();
    assertThat(SectorJobs.spec(dropping))
        .isInstanceOfSatisfying(
            JobSpec.DropUnsealed.class,
            job -> assertThat(job.sealed()).isEqualTo(SectorFixtures.COMM_R));
    assertThat(hasCopy()).isTrue();
    story.done(new JobOutput.UnsealedDropped());
    assertThat(story.since(before))
        .containsExactly("UnsealedDropOrdered", "JobRequested", "UnsealedDropped");
    assertThat(story.state()).isInstanceOf(Proving.class);
    assertThat(hasCopy()).isFalse();
  }

  @Test
  void changesNothing_whenItIsGoneOrAboutToGo() {
    story.toProvenWithPiece().unsealedUnwanted();
    int before = story.events().size();
    story.unsealedUnwanted();
    assertThat(story.events()).hasSize(before);
    story.done(new JobOutput.UnsealedDropped()).unsealedUnwanted();
    assertThat(story.events()).hasSize(before + 1);
  }

  @Test
  void stays_whenTheSectorWasNotProvenYet() {
    story.toProving().unsealedUnwanted();
    assertThat(story.state()).isInstanceOf(Proving.class);
    assertThat(UnsealedCopy.reasonToKeep(story.state(), story.now().time())).isPresent();
  }

  @Test
  void stays_whenTheSectorIsFaulty() {
    story.toProvenWithPiece();
    story.observe(new SectorObservation.FoundFaulty("leaf 3", story.now().epoch()));
    story.unsealedUnwanted();
    assertThat(story.state()).isInstanceOf(Faulty.class);
    assertThat(hasCopy()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = JobFailure.Kind.class,
      names = {"DATA", "INPUT"})
  void staysForAWeekAndTheSectorProves_whenTheJobRefuses(JobFailure.Kind kind) {
    story.toProvenWithPiece().unsealedUnwanted().fail(kind);
    assertThat(story.state()).isInstanceOf(Proving.class);
    assertThat(SectorView.of(story.state()).text("kept.reason").orElseThrow()).contains("broken");
    int before = story.events().size();
    story.pass(Duration.ofDays(7).toSeconds() - 1).unsealedUnwanted();
    assertThat(story.events()).hasSize(before);
    story.pass(1).unsealedUnwanted();
    assertThat(story.state()).isInstanceOf(DroppingUnsealed.class);
  }

  @Test
  void isTriedABoundedNumberOfTimes_whenTheWorkersDiskFails() {
    story.toProvenWithPiece().unsealedUnwanted();
    for (int i = 0; i < SectorStory.POLICY.jobFailuresMax(); i++) {
      assertThat(story.state()).isInstanceOf(DroppingUnsealed.class);
      story.fail(JobFailure.Kind.ENVIRONMENT).pass(60).tick();
    }
    assertThat(story.state()).isInstanceOf(Proving.class);
  }

  @Test
  void isAFaultAndNoJobAnyMore_whenTheReplicaFailsMeanwhile() {
    story.toProvenWithPiece().unsealedUnwanted();
    story.observe(new SectorObservation.FoundFaulty("leaf 3", story.now().epoch()));
    assertThat(story.state()).isInstanceOf(Faulty.class);
    story.observe(new SectorObservation.Recovered(new Epoch(9_000)));
    assertThat(story.state()).isInstanceOf(Proving.class);
    assertThat(hasCopy()).isTrue();
  }
}
