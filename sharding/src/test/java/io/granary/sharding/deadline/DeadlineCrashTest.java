package io.granary.sharding.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.JournalOperation;
import akka.persistence.testkit.ProcessingPolicy;
import akka.persistence.testkit.ProcessingResult;
import akka.persistence.testkit.ProcessingSuccess;
import akka.persistence.testkit.StorageFailure;
import akka.persistence.testkit.WriteEvents;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.miner.MinerFixtures;
import io.granary.protocol.sender.MessageIntent;
import io.granary.sharding.chain.ProvingChain;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A run of two partitions, lived again and again: each time the deadline dies after one more write,
 * so that the write is durable and nothing that should follow it happens.
 */
class DeadlineCrashTest {
  private static final long LAST_EPOCH = 36;
  private static ActorTestKit kit;
  private static PersistenceTestKit journal;

  private final AtomicInteger writes = new AtomicInteger();
  private final Set<String> reported = new HashSet<>();
  private DeadlineStage stage;
  private int lives;

  @BeforeAll
  static void startKit() {
    kit = DeadlineStage.kit();
    journal = PersistenceTestKit.create(kit.system());
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void newDeadline() {
    stage = new DeadlineStage(kit, DeadlineStage.miner(MinerFixtures.GRID));
    stage.chain.put(1, owing(2, 3), owing(4, 5));
  }

  @Test
  void comesToTheSameEnd_whenItDiesAfterEachWriteInTurn() {
    live(Integer.MAX_VALUE);
    int all = writes.get();
    assertThat(all).as("writes of an undisturbed run").isBetween(8, 30);
    assertThat(lives).isEqualTo(1);
    for (int death = 1; death <= all; death++) {
      live(death);
      assertThat(lives).as("lives when it died after write %s", death).isEqualTo(2);
    }
  }

  private void live(int death) {
    writes.set(0);
    lives = 1;
    newDeadline();
    journal.withPolicy(new DyingAfter(death));
    while (stage.chain.height() < LAST_EPOCH) {
      stage.to(stage.chain.height() + 1);
      liveAnewWhenDead();
      answerAll();
    }
    assertEnd();
  }

  private static Partition owing(long... sectors) {
    return ProvingChain.partition(
        BitField.of(sectors), BitField.empty(), BitField.empty(), BitField.of(sectors));
  }

  private void liveAnewWhenDead() {
    if (stage.dead) {
      lives++;
      reported.clear();
      stage.restart();
    }
  }

  /** Pool and sender answer what they are asked, once in each life. */
  private void answerAll() {
    boolean more = true;
    while (more) {
      more = answerOneJob() || answerOneMessage();
      liveAnewWhenDead();
    }
  }

  private boolean answerOneJob() {
    for (JobRequest request : List.copyOf(stage.asked)) {
      if (reported.add(request.id() + "/" + request.attempt())) {
        assertNotMadeYet(request.spec());
        stage.work(request);
        return true;
      }
    }
    return false;
  }

  private boolean answerOneMessage() {
    for (MessageIntent intent : List.copyOf(stage.submitted)) {
      if (reported.add(intent.intentId())) {
        stage.land(intent, 0);
        return true;
      }
    }
    return false;
  }

  private void assertNotMadeYet(JobSpec spec) {
    if (spec instanceof JobSpec.WindowPoStVanilla vanilla) {
      assertThat(stage.history(DeadlineEvent.VanillaMade.class))
          .extracting(DeadlineEvent.VanillaMade::partition)
          .doesNotContain(vanilla.partition());
    } else if (spec instanceof JobSpec.WindowPoStSnark snark) {
      assertThat(stage.history(DeadlineEvent.SnarkMade.class))
          .extracting(DeadlineEvent.SnarkMade::partition)
          .doesNotContain(snark.partition());
    }
  }

  private void assertEnd() {
    assertThat(stage.history(DeadlineEvent.VanillaMade.class)).hasSize(2);
    assertThat(stage.history(DeadlineEvent.SnarkMade.class)).hasSize(2);
    assertThat(stage.history(DeadlineEvent.SubmissionAsked.class))
        .extracting(DeadlineEvent.SubmissionAsked::partition)
        .containsExactlyInAnyOrder(0L, 1L);
    assertThat(stage.history(DeadlineEvent.SubmissionAsked.class))
        .extracting(DeadlineEvent.SubmissionAsked::intent)
        .as("one message for both")
        .satisfies(intents -> assertThat(new HashSet<>(intents)).hasSize(1))
        .allSatisfy(
            intent ->
                assertThat(
                        SubmitWindowedPoStParams.fromCbor(intent.message().params()).partitions())
                    .hasSize(2));
    assertThat(stage.history(DeadlineEvent.ProvenInPeriod.class)).hasSize(2);
    assertThat(stage.history(DeadlineEvent.RunClosed.class))
        .singleElement()
        .satisfies(closed -> assertThat(closed.missed()).isEmpty());
  }

  /** The journal takes {@code death} writes of the deadline, and none more before its next life. */
  private final class DyingAfter implements ProcessingPolicy<JournalOperation> {
    private final int death;

    DyingAfter(int death) {
      this.death = death;
    }

    @Override
    public ProcessingResult tryProcess(String persistenceId, JournalOperation operation) {
      if (operation instanceof WriteEvents) {
        if (stage.dead) {
          return StorageFailure.create();
        }
        if (writes.incrementAndGet() == death) {
          stage.dead = true;
        }
      }
      return ProcessingSuccess.getInstance();
    }
  }
}
