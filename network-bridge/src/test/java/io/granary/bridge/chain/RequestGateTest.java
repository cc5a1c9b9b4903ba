package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.port.ChainException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RequestGateTest {
  private final RequestGate gate = new RequestGate(2, 1);
  private final List<CompletableFuture<String>> started = new ArrayList<>();

  @Test
  void letsTheNextOneStart_whenOneEnds() {
    submit();
    submit();
    CompletionStage<String> third = submit();
    assertThat(started).hasSize(2);

    started.get(0).complete("one");
    assertThat(started).hasSize(3);
    started.get(2).complete("three");
    assertThat(third.toCompletableFuture()).isCompletedWithValue("three");
  }

  @Test
  void refusesWithoutSending_whenTooManyWait() {
    submit();
    submit();
    submit();
    CompletableFuture<String> fourth = submit().toCompletableFuture();

    assertThat(started).hasSize(2);
    assertThatThrownBy(fourth::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ChainException.class,
            e -> assertThat(e.code()).isEqualTo(ChainException.LIMIT_EXCEEDED));
  }

  @Test
  void givesThePlaceBack_whenARequestFailsOrThrows() {
    submit();
    started.get(0).completeExceptionally(new IllegalStateException("failed"));
    for (int i = 0; i < 5; i++) {
      CompletionStage<String> thrown =
          gate.submit(
              () -> {
                throw new IllegalStateException("thrown");
              });
      assertThat(thrown.toCompletableFuture()).isCompletedExceptionally();
    }
    submit();
    submit();
    assertThat(started).hasSize(3);
  }

  private CompletionStage<String> submit() {
    return gate.submit(
        () -> {
          CompletableFuture<String> request = new CompletableFuture<>();
          started.add(request);
          return request;
        });
  }
}
