package io.granary.prover;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.codec.JobFixtures;
import io.granary.protocol.job.JobSpec;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JobClassTest {
  /** The fixtures hold one spec of every kind; {@code JobCodecTest} makes sure. */
  @Test
  void everyKindOfJobHasAClass_andEveryClassAJob() {
    assertThat(JobFixtures.specs().stream().map(JobClass::of).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(JobClass.values());
  }

  @Test
  void onlyJobsOfDeadlinesAndEpochsArePoSt() {
    Set<Class<?>> postJobs =
        JobFixtures.specs().stream()
            .filter(spec -> JobClass.of(spec).isPoSt())
            .map(JobSpec::getClass)
            .collect(Collectors.toSet());
    assertThat(postJobs)
        .containsExactlyInAnyOrder(JobSpec.WindowPoStVanilla.class, JobSpec.WindowPoStSnark.class);
  }
}
