package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SharedReadTest {
  private final List<CompletableFuture<String>> begun = new ArrayList<>();
  private final SharedRead<String> read =
      new SharedRead<>(
          () -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            begun.add(stage);
            return stage;
          });

  private static String is(CompletionStage<String> stage) {
    return stage.toCompletableFuture().getNow("nothing yet");
  }

  @Test
  void answersWithWhatWasReadAfterOneAsked() {
    CompletionStage<String> first = read.now();
    CompletionStage<String> second = read.now();
    CompletionStage<String> third = read.now();
    assertThat(begun).hasSize(1);
    begun.get(0).complete("old");
    assertThat(is(first)).isEqualTo("old");
    assertThat(is(second)).isEqualTo("nothing yet");
    assertThat(begun).as("one for both").hasSize(2);
    begun.get(1).complete("new");
    assertThat(List.of(is(second), is(third))).containsOnly("new");
    assertThat(is(read.now())).isEqualTo("nothing yet");
    assertThat(begun).hasSize(3);
  }

  @Test
  void readsAgain_whenAReadFailed() {
    CompletionStage<String> first = read.now();
    CompletionStage<String> second = read.now();
    begun.get(0).completeExceptionally(new IllegalStateException("no store"));
    assertThat(first.toCompletableFuture()).isCompletedExceptionally();
    begun.get(1).complete("there");
    assertThat(is(second)).isEqualTo("there");
  }

  @Test
  void fails_whenTheReadCannotEvenBegin() {
    SharedRead<String> broken =
        new SharedRead<>(
            () -> {
              throw new IllegalStateException("closed");
            });
    assertThat(broken.now().toCompletableFuture()).isCompletedExceptionally();
    assertThat(broken.now().toCompletableFuture()).isCompletedExceptionally();
  }
}
