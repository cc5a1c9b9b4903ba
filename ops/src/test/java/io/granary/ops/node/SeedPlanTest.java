package io.granary.ops.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.ops.node.SeedPlan.Seen;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may form a cluster: never a restarted first seed that others may still have one without. */
class SeedPlanTest {
  private static final String A = "10.0.0.1:25520";
  private static final String B = "10.0.0.2:25520";
  private static final String C = "10.0.0.3:25520";
  private static final List<String> SEEDS = List.of(A, B, C);

  private static SeedPlan plan(String self, Seen b, Seen c) {
    return SeedPlan.of(self, SEEDS, Map.of(A, Seen.LISTENS, B, b, C, c)::get);
  }

  @Test
  void formsAClusterOfItsOwn_withoutSeeds() {
    SeedPlan plan = SeedPlan.of(A, List.of(), seed -> Seen.SILENT);
    assertThat(plan.seeds()).containsExactly(A);
    assertThat(plan.mayForm(A)).isTrue();
  }

  @Test
  void formsAtOnce_whenNothingListensOnTheOthers() {
    SeedPlan plan = plan(A, Seen.REFUSES, Seen.REFUSES);
    assertThat(plan.seeds()).isEqualTo(SEEDS);
    assertThat(plan.patience()).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void waitsForAStarvedMember_whenAnotherListens() {
    SeedPlan plan = plan(A, Seen.LISTENS, Seen.REFUSES);
    assertThat(plan.mayForm(A)).isTrue();
    assertThat(plan.patience()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void waitsForTheOther_whenOneMachineIsGone() {
    SeedPlan plan = plan(A, Seen.SILENT, Seen.LISTENS);
    assertThat(plan.mayForm(A)).isTrue();
    assertThat(plan.patience()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void neverForms_whenCutOffFromTheOthers() {
    SeedPlan plan = plan(A, Seen.SILENT, Seen.SILENT);
    assertThat(plan.mayForm(A)).isFalse();
    assertThat(plan.seeds()).containsExactly(B, C, A);
  }

  @Test
  void neverForms_withOneOfTwoSeedsSilent() {
    SeedPlan plan = SeedPlan.of(A, List.of(A, B), seed -> Seen.SILENT);
    assertThat(plan.mayForm(A)).isFalse();
  }

  @Test
  void leavesFormingToTheFirst_whenItIsAnother() {
    SeedPlan plan = plan(B, Seen.REFUSES, Seen.REFUSES);
    assertThat(plan.seeds()).isEqualTo(SEEDS);
    assertThat(plan.mayForm(B)).isFalse();
  }

  @Test
  void tellsAListenerFromAnEmptyPort() throws IOException {
    String address;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + socket.getLocalPort();
      assertThat(SeedPlan.connect(address)).isEqualTo(Seen.LISTENS);
    }
    assertThat(SeedPlan.connect(address)).isEqualTo(Seen.REFUSES);
  }
}
