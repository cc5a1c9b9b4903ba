package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LongWorksTest {
  private static final JsonNode REPEAT = JsonNodeFactory.instance.objectNode().put("again", true);
  private static final JsonNode DONE = JsonNodeFactory.instance.objectNode().put("done", true);

  private final LongWorks impatient = new LongWorks(Duration.ofMillis(20));
  private final AtomicInteger begun = new AtomicInteger();
  private final CompletableFuture<JsonNode> work = new CompletableFuture<>();

  private Answer await(LongWorks works, String key) {
    Supplier<CompletionStage<JsonNode>> begin =
        () -> {
          begun.incrementAndGet();
          return work;
        };
    return works.await(key, "the work", REPEAT, begin).toCompletableFuture().join();
  }

  @Test
  void saysHowToAskAgain_whenTheWorkTakesLonger() {
    Answer answer = await(impatient, "a");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().path("waitsFor").asText()).isEqualTo("the work");
    assertThat(answer.body().path("repeat")).isEqualTo(REPEAT);
    assertThat(impatient.knows("a")).isTrue();
  }

  @Test
  void waitsForTheSameWork_whenAskedAgain_andForgetsItWhenTold() {
    await(impatient, "a");
    await(impatient, "a");
    work.complete(DONE);
    assertThat(await(impatient, "a")).isEqualTo(Answer.ok(DONE));
    assertThat(begun).hasValue(1);
    assertThat(impatient.knows("a")).isFalse();
  }

  @Test
  void failureIsToldOnce_andTheWorkBeginsAnewAfterIt() {
    work.completeExceptionally(Problem.conflict("broken"));
    assertThatThrownBy(() -> await(impatient, "a")).hasRootCauseInstanceOf(Problem.class);
    assertThat(impatient.knows("a")).isFalse();
    assertThatThrownBy(() -> await(impatient, "a")).hasRootCauseInstanceOf(Problem.class);
    assertThat(begun).hasValue(2);
  }

  @Test
  void refusesMore_whenManyAreUnderWay_butNotForThoseThatAreDone() {
    for (int i = 0; i < 64; i++) {
      await(impatient, "work " + i);
    }
    assertThatThrownBy(() -> await(impatient, "one more"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("64 works");
    work.complete(DONE);
    assertThat(await(impatient, "one more")).isEqualTo(Answer.ok(DONE));
  }
}
