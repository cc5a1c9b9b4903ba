package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineLife;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.miner.MinerEvent;
import io.granary.protocol.miner.MinerLife;
import io.granary.protocol.miner.MinerState;
import io.granary.protocol.publish.PublisherEvent;
import io.granary.protocol.publish.PublisherLife;
import io.granary.protocol.publish.PublisherState;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderLife;
import io.granary.protocol.sender.SenderState;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A state that came back from a snapshot, at whatever point of a life, ends where the life ends
 * that was replayed event by event.
 */
class SnapshotPropertyTest {
  private static final JournalSerializer SERIALIZER =
      new JournalSerializer(
          new JournalCodecs(
              List.of(
                  new SenderStateCodec(),
                  new DeadlineStateCodec(),
                  new MinerStateCodec(),
                  new PublisherStateCodec())));

  @Property(tries = 200)
  void senderEndsTheSame_fromASnapshotAsFromItsEvents(
      @ForAll long seed,
      @ForAll @IntRange(max = 400) int before,
      @ForAll @IntRange(max = 100) int after) {
    SenderLife life = new SenderLife(new Random(seed), 60);
    for (int i = 0; i < before; i++) {
      life.next();
    }
    SenderState recovered = again(life.state(), SenderState.class);
    assertSame(recovered, life.state());
    for (int i = 0; i < after; i++) {
      for (SenderEvent event : life.next().stream().toList()) {
        recovered = recovered.on(event);
      }
    }
    assertSame(recovered, life.state());
  }

  /** The order of both maps is state too: the oldest goes first. */
  private static void assertSame(SenderState actual, SenderState expected) {
    assertThat(actual).isEqualTo(expected);
    assertThat(List.copyOf(actual.open().keySet()))
        .isEqualTo(List.copyOf(expected.open().keySet()));
    assertThat(List.copyOf(actual.settled().keySet()))
        .isEqualTo(List.copyOf(expected.settled().keySet()));
  }

  /** A deadline takes its snapshots between its runs. */
  @Property(tries = 200)
  void deadlineEndsTheSame_fromASnapshotAsFromItsEvents(
      @ForAll long seed,
      @ForAll @IntRange(max = 300) int before,
      @ForAll @IntRange(max = 100) int after) {
    DeadlineLife life = new DeadlineLife(new Random(seed));
    for (int i = 0; i < before || life.state() instanceof ProvingDeadlineState.Running; i++) {
      life.next();
    }
    ProvingDeadlineState recovered = again(life.state(), ProvingDeadlineState.Resting.class);
    assertThat(recovered).isEqualTo(life.state());
    for (int i = 0; i < after; i++) {
      for (DeadlineEvent event : life.next().stream().toList()) {
        recovered = recovered.on(event);
      }
    }
    assertThat(recovered).isEqualTo(life.state());
  }

  @Property(tries = 100)
  void minerEndsTheSame_fromASnapshotAsFromItsEvents(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int before,
      @ForAll @IntRange(max = 100) int after) {
    MinerLife life = new MinerLife(new Random(seed));
    for (int i = 0; i < before; i++) {
      life.next();
    }
    MinerState recovered = again(life.state(), MinerState.Configured.class);
    assertThat(recovered).isEqualTo(life.state());
    assertThat(List.copyOf(((MinerState.Configured) recovered).orders().keySet()))
        .isEqualTo(List.copyOf(((MinerState.Configured) life.state()).orders().keySet()));
    for (int i = 0; i < after; i++) {
      MinerEvent event = life.next();
      recovered = recovered.on(event);
    }
    assertThat(recovered).isEqualTo(life.state());
  }

  @Property(tries = 100)
  void publisherEndsTheSame_fromASnapshotAsFromItsEvents(
      @ForAll long seed,
      @ForAll @IntRange(max = 300) int before,
      @ForAll @IntRange(max = 100) int after) {
    PublisherLife life = new PublisherLife(new Random(seed));
    for (int i = 0; i < before; i++) {
      PublisherEvent unused = life.next();
    }
    PublisherState recovered = again(life.state(), PublisherState.class);
    assertSame(recovered, life.state());
    for (int i = 0; i < after; i++) {
      recovered = recovered.on(life.next());
    }
    assertSame(recovered, life.state());
  }

  /** Who waits longest goes first. */
  private static void assertSame(PublisherState actual, PublisherState expected) {
    assertThat(actual).isEqualTo(expected);
    assertThat(List.copyOf(actual.queue().keySet()))
        .isEqualTo(List.copyOf(expected.queue().keySet()));
    assertThat(List.copyOf(actual.batches().keySet()))
        .isEqualTo(List.copyOf(expected.batches().keySet()));
  }

  private static <T> T again(Object state, Class<T> type) {
    byte[] bytes = SERIALIZER.toBinary(state);
    assertThat(SERIALIZER.toBinary(state)).as("deterministic").isEqualTo(bytes);
    return type.cast(SERIALIZER.fromBinary(bytes, SERIALIZER.manifest(state)));
  }
}
