package io.granary.sharding.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineFixtures;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.PartitionPlan;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.PartitionState.ProofMade;
import io.granary.protocol.deadline.Tries;
import io.granary.protocol.job.JobOutput.VanillaProofs.Unreadable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What shares a message is held to the chain's rule (chain.md 5.3), on partitions of 2 sectors. */
class BatchesPropertyTest {
  private static final int SIZE = 2;
  private static final DeadlineSettings SETTINGS = settings(3, 3, 5);

  private static DeadlineSettings settings(int partitionsMax, long wait, long hurry) {
    return DeadlineStage.settings(
        new DeadlineSettings.Batching(partitionsMax, wait, hurry), DeadlineSettings.Rehearsing.OFF);
  }

  private static final Tries NONE = new Tries(0, 0, 0, 0, List.of());
  private static final Epoch NOW = DeadlineFixtures.WINDOW.open().plus(1);

  /** The chunks the chain proves: the union of the good sectors, sorted, cut by the size. */
  private static List<BitField> chunks(List<ProofMade> batch) {
    List<Long> good =
        batch.stream().flatMap(made -> made.sectors().stream().boxed()).sorted().toList();
    List<BitField> chunks = new ArrayList<>();
    for (int i = 0; i < good.size(); i += SIZE) {
      chunks.add(BitField.of(good.subList(i, Math.min(i + SIZE, good.size()))));
    }
    return chunks;
  }

  private static DeadlineRun run(List<? extends PartitionState> states) {
    TreeMap<Long, PartitionState> partitions = new TreeMap<>();
    states.forEach(state -> partitions.put(state.plan().partition(), state));
    return new DeadlineRun(
        DeadlineFixtures.WINDOW,
        DeadlineFixtures.RANDOMNESS,
        DeadlineFixtures.opened().postProof(),
        DeadlineFixtures.opened().readAt(),
        partitions);
  }

  private static ProofMade made(
      long partition, BitField sectors, BitField skipped, BitField recovering, Tries tries) {
    return new ProofMade(
        new PartitionPlan(partition, sectors.union(skipped), recovering, BitField.empty()),
        sectors,
        skipped.stream()
            .mapToObj(number -> new Unreadable(new SectorNumber(number), "gone"))
            .toList(),
        Bytes.of(new byte[192]),
        tries,
        NOW,
        "");
  }

  /** Partitions as assignment, faults, compaction and skips may leave them. */
  private static List<ProofMade> drawn(Random random, int count) {
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < 4L * count; i++) {
      numbers.add(i);
    }
    if (random.nextInt(3) == 0) {
      Collections.shuffle(numbers, random);
    }
    List<ProofMade> all = new ArrayList<>();
    int next = 0;
    for (int partition = 0; partition < count; partition++) {
      int take = random.nextInt(4) == 0 ? 1 : SIZE;
      BitField sectors = BitField.of(numbers.subList(next, next + take));
      next += take;
      BitField skipped =
          random.nextInt(4) == 0 ? BitField.of(numbers.get(next++)) : BitField.empty();
      BitField recovering =
          random.nextInt(5) == 0 ? BitField.of(sectors.first().orElseThrow()) : BitField.empty();
      Tries tries = random.nextInt(6) == 0 ? new Tries(1, 1, 1, 1, List.of()) : NONE;
      all.add(made(partition, sectors, skipped, recovering, tries));
    }
    return all;
  }

  @Property(tries = 500)
  void chunksAreThePartitionsInOrder_whateverSharesAMessage(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int count) {
    List<ProofMade> all = drawn(new Random(seed), count);
    List<List<ProofMade>> batches = Batches.due(run(all), NOW, SETTINGS);
    assertThat(batches.stream().flatMap(List::stream).toList())
        .as("each exactly once")
        .containsExactlyInAnyOrderElementsOf(all);
    for (List<ProofMade> batch : batches) {
      assertThat(batch).hasSizeBetween(1, 3);
      assertThat(chunks(batch)).isEqualTo(batch.stream().map(ProofMade::sectors).toList());
      if (batch.size() > 1) {
        assertThat(batch)
            .allSatisfy(
                made -> {
                  assertThat(made.plan().recovering()).isEqualTo(BitField.empty());
                  assertThat(made.tries().submissions()).isZero();
                });
      }
    }
  }

  private static List<ProofMade> consecutive(int count) {
    List<ProofMade> all = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      all.add(made(i, BitField.of(2 * i, 2 * i + 1), BitField.empty(), BitField.empty(), NONE));
    }
    return all;
  }

  @Test
  void goesThreeByThree_whenPartitionsAreFullAndFollowEachOther() {
    assertThat(Batches.due(run(consecutive(29)), NOW, SETTINGS)).hasSize(10);
    assertThat(Batches.due(run(consecutive(29)), NOW, settings(1, 3, 5))).hasSize(29);
  }

  @Test
  void waitsForASibling_onlySoonAfterOpenAndFarFromTheClose() {
    List<PartitionState> states = new ArrayList<>(consecutive(2));
    states.add(
        new PartitionState.Planned(
            new PartitionPlan(2, BitField.of(4, 5), BitField.empty(), BitField.empty()),
            List.of(),
            NONE,
            NOW,
            ""));
    assertThat(Batches.due(run(states), NOW.minus(1), SETTINGS)).as("before open").isEmpty();
    assertThat(Batches.due(run(states), NOW.plus(2), SETTINGS)).isEmpty();
    assertThat(Batches.due(run(states), NOW.plus(3), SETTINGS)).hasSize(1);
    assertThat(Batches.due(run(states), NOW, settings(3, 3, 60))).as("near the close").hasSize(1);
    assertThat(Batches.due(run(consecutive(2)), NOW, SETTINGS)).as("nobody to wait for").hasSize(1);
  }

  @Test
  void waitsForNobody_whenTheMessageIsFull() {
    List<PartitionState> states = new ArrayList<>(consecutive(3));
    states.add(
        new PartitionState.Planned(
            new PartitionPlan(3, BitField.of(6, 7), BitField.empty(), BitField.empty()),
            List.of(),
            NONE,
            NOW,
            ""));
    assertThat(Batches.due(run(states), NOW, SETTINGS))
        .singleElement()
        .satisfies(batch -> assertThat(batch).hasSize(3));
  }
}
