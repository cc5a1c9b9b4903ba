package io.granary.protocol.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.codec.JobFixtures;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobRequestTest {
  private static final JobRequest REQUEST = JobFixtures.requests().get(0);

  @Test
  void anyWorkerMayTakeIt_unlessSomeAreToBeAvoided() {
    assertThat(REQUEST.avoid()).isEmpty();
    assertThat(REQUEST.rehearsal()).isFalse();
    assertThat(REQUEST.avoiding(Set.of("node-2")).avoid()).containsExactly("node-2");
    assertThat(REQUEST.avoiding(Set.of("node-2")).asRehearsal().rehearsal()).isTrue();
  }

  @Test
  void refusesMoreWorkersToAvoid_thanItsBound() {
    Set<String> many =
        IntStream.rangeClosed(0, JobRequest.AVOID_MAX)
            .mapToObj(i -> "node-" + i)
            .collect(Collectors.toSet());
    assertThatThrownBy(() -> REQUEST.avoiding(many))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 8");
  }
}
