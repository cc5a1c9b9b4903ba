package io.granary.bridge.retrieval.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FairTurnsTest {
  private final FairTurns turns = new FairTurns(1);
  private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    turns.close();
  }

  @Test
  void takesClientsInTurn_howeverManyTasksOneHas() throws InterruptedException {
    CountDownLatch held = hold();
    for (int i = 0; i < 3; i++) {
      submit("many");
    }
    submit("one");
    held.countDown();
    assertThat(takeRan(4)).containsExactly("many", "one", "many", "many");
  }

  @Test
  void tellsWhoHasTheThreadThatOthersWait() throws InterruptedException {
    CountDownLatch held = hold();
    assertThat(turns.othersWait()).isFalse();
    submit("other");
    assertThat(turns.othersWait()).isTrue();
    held.countDown();
    assertThat(takeRan(1)).containsExactly("other");
    assertThat(turns.othersWait()).isFalse();
  }

  /** Keeps the one thread busy until the latch is counted down. */
  private CountDownLatch hold() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    turns.submit(
        "holder",
        () -> {
          begun.countDown();
          try {
            assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    return held;
  }

  private void submit(String client) {
    turns.submit(client, () -> ran.add(client));
  }

  private List<String> takeRan(int count) throws InterruptedException {
    List<String> taken = new ArrayList<>();
    while (taken.size() < count) {
      String next = ran.poll(10, TimeUnit.SECONDS);
      assertThat(next).as("after %s", taken).isNotNull();
      taken.add(next);
    }
    return taken;
  }
}
