package io.granary.ops.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineState;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainGateway;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ChainEndsTest {
  private static final SectorId ONE = SectorId.of(1000, 1);
  private static final SectorId TWO = SectorId.of(1000, 2);
  private static final Map<SectorId, Epoch> SECTORS =
      Map.of(ONE, new Epoch(100), TWO, new Epoch(100));

  private long height = 5000;
  private BitField live = BitField.of(1, 2);
  private boolean answers = true;
  private Optional<CompletableFuture<Boolean>> silence = Optional.empty();
  private Instant now = Instant.EPOCH;
  private final ChainEnds ends = new ChainEnds(chain(), 900, Duration.ofHours(1), () -> now);

  /** Two deadlines; the second has a partition. */
  private ChainGateway chain() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, args) -> answer(method.getName(), args));
  }

  private CompletionStage<?> answer(String method, Object[] args) {
    if (silence.isPresent()) {
      return silence.get().thenCompose(over -> answer(method, args));
    }
    if (!answers) {
      return CompletableFuture.failedStage(new IllegalStateException("no chain"));
    }
    return CompletableFuture.completedStage(
        switch (method) {
          case "head" -> new TipSet(new TipSetKey(List.of()), List.of(), new Epoch(height));
          case "deadlines" ->
              List.of(
                  new DeadlineState(BitField.empty(), 0, TokenAmount.ZERO),
                  new DeadlineState(BitField.empty(), 0, TokenAmount.ZERO));
          case "partitions" ->
              args[1].equals(1L)
                  ? List.of(
                      new Partition(
                          BitField.of(1, 2), BitField.empty(), BitField.empty(), live, live))
                  : List.of();
          default -> throw new AssertionError(method);
        });
  }

  @Test
  void tellsOfASector_whenItIsLiveInNoPartition() {
    assertThat(ends.among(SECTORS)).isEmpty();
    live = BitField.of(1);
    assertThat(ends.among(SECTORS)).as("not asked again yet").isEmpty();
    now = now.plus(Duration.ofHours(1));
    assertThat(ends.among(SECTORS)).isEqualTo(Set.of(TWO));
  }

  @Test
  void leavesASectorAlone_whenTheChainMayNotKnowItYet() {
    live = BitField.empty();
    height = 1000;
    assertThat(ends.among(SECTORS)).isEmpty();
  }

  @Test
  void changesNothing_whileTheChainDoesNotAnswer() {
    live = BitField.of(1);
    answers = false;
    assertThat(ends.among(SECTORS)).isEmpty();
    answers = true;
    assertThat(ends.among(SECTORS)).isEqualTo(Set.of(TWO));
    answers = false;
    now = now.plus(Duration.ofHours(2));
    assertThat(ends.among(SECTORS)).isEqualTo(Set.of(TWO));
  }

  @Test
  @Timeout(10)
  void waitsForNoAnswer_andCountsItWhenItHasCome() {
    live = BitField.of(1);
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    silence = Optional.of(over);
    assertThat(ends.among(SECTORS)).isEmpty();
    assertThat(ends.among(SECTORS)).isEmpty();
    assertThat(over.getNumberOfDependents()).as("questions under way").isEqualTo(1);
    silence = Optional.empty();
    over.complete(true);
    assertThat(ends.among(SECTORS)).isEqualTo(Set.of(TWO));
  }
}
