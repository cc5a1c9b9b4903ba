package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineFixtures;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.machine.MachineMatrix;
import io.granary.protocol.miner.MinerEvent;
import io.granary.protocol.miner.MinerFixtures;
import io.granary.protocol.miner.MinerState;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderFixtures;
import io.granary.protocol.sender.SenderState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Replays what earlier releases wrote: {@code src/test/resources/journals}. */
class MoverJournalReplayTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "journals", "0.1.0");

  /** Events that release did not have. */
  private static final Set<Class<?>> NEWER =
      Set.of(
          DeadlineEvent.LandingLost.class,
          DeadlineEvent.RehearsalDone.class,
          MinerEvent.DebtRepaymentAsked.class,
          MinerEvent.DebtRepaymentEnded.class,
          MinerEvent.PiecePacked.class,
          MinerEvent.PieceWithdrawn.class,
          MinerEvent.SectorClosed.class);

  private final JournalSerializer serializer =
      new JournalSerializer(
          new JournalCodecs(
              List.of(new SenderEventCodec(), new DeadlineEventCodec(), new MinerEventCodec())));

  @Test
  void senderEndsInTheRecordedState_whenReplayed() throws IOException {
    check("sender", SenderEvent.class, MoverJournalReplayTest::senderEnd);
  }

  @Test
  void deadlineEndsInTheRecordedState_whenReplayed() throws IOException {
    check("deadline", DeadlineEvent.class, MoverJournalReplayTest::deadlineEnd);
  }

  @Test
  void minerEndsInTheRecordedState_whenReplayed() throws IOException {
    check("miner", MinerEvent.class, MoverJournalReplayTest::minerEnd);
  }

  private <E> void check(String name, Class<E> type, Function<List<E>, String> end)
      throws IOException {
    List<E> events =
        Files.readString(FOLDER.resolve(name + ".journal"))
            .lines()
            .map(line -> type.cast(read(line)))
            .toList();
    Set<Class<?>> seen = new HashSet<>();
    events.forEach(event -> seen.add(event.getClass()));
    Set<Class<?>> recorded = new HashSet<>(MachineMatrix.leaves(type));
    recorded.removeAll(NEWER);
    assertThat(seen).containsAll(recorded);
    assertThat(end.apply(events)).isEqualTo(Files.readString(FOLDER.resolve(name + ".state")));
  }

  private Object read(String line) {
    int space = line.indexOf(' ');
    return serializer.fromBinary(
        Bytes.fromHex(line.substring(space + 1)).toArray(), line.substring(0, space));
  }

  private static String senderEnd(List<SenderEvent> events) {
    SenderState state = SenderState.EMPTY;
    for (SenderEvent event : events) {
      state = state.on(event);
    }
    StringBuilder text = new StringBuilder("next nonce = " + state.nextNonce() + "\n");
    for (IntentState.Open open : state.openIntents()) {
      text.append(open.intent().intentId() + " = " + open.getClass().getSimpleName());
      text.append(open instanceof IntentState.Signed signed ? " " + signed.nonce() : "");
      text.append('\n');
    }
    state
        .settled()
        .forEach(
            (id, end) ->
                text.append(id + " = Settled " + end.report().getClass().getSimpleName() + "\n"));
    return text.toString();
  }

  private static String deadlineEnd(List<DeadlineEvent> events) {
    ProvingDeadlineState state = ProvingDeadlineState.first();
    StringBuilder text = new StringBuilder();
    for (DeadlineEvent event : events) {
      state = state.on(event);
      if (state instanceof ProvingDeadlineState.Running running) {
        String now =
            running.run().partitions().values().iterator().next().getClass().getSimpleName();
        text.append("after " + event.name() + " = " + now + "\n");
      }
    }
    return text.append("last period = " + state.lastPeriodStart() + "\n")
        .append("faulty = " + state.faults().faulty() + "\n")
        .append("declarations = " + state.faults().recovery().declarations() + "\n")
        .toString();
  }

  private static String minerEnd(List<MinerEvent> events) {
    MinerState state = new MinerState.Unconfigured();
    for (MinerEvent event : events) {
      state = state.on(event);
    }
    MinerState.Configured end = (MinerState.Configured) state;
    return "next number = "
        + end.nextNumber()
        + "\nin motion = "
        + end.inMotion()
        + "\nordered = "
        + end.ordered().keySet()
        + "\nsector size = "
        + end.config().sectorSize().bytes()
        + "\n";
  }

  /** Writes the files of a release, once, before it: {@code -Dgranary.record=true}. */
  @Test
  @EnabledIfSystemProperty(named = "granary.record", matches = "true")
  void recordsTheRelease_whenAskedTo() throws IOException {
    record("sender", senderLife(), senderEnd(senderLife()));
    record("deadline", deadlineLife(), deadlineEnd(deadlineLife()));
    record("miner", MinerFixtures.events(), minerEnd(MinerFixtures.events()));
  }

  private void record(String name, List<?> life, String end) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Object event : life) {
      lines
          .append(serializer.manifest(event))
          .append(' ')
          .append(Bytes.of(serializer.toBinary(event)).toHex())
          .append('\n');
    }
    write(name + ".journal", lines.toString());
    write(name + ".state", end);
  }

  private static void write(String name, String text) throws IOException {
    Files.writeString(
        FOLDER.resolve(name), text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
  }

  private static List<SenderEvent> senderLife() {
    List<SenderEvent> all = SenderFixtures.events("a");
    return List.of(
        all.get(0),
        all.get(1),
        all.get(2),
        SenderFixtures.reserved("a", 5),
        SenderFixtures.signed("a", 5),
        new SenderEvent.NonceLost("a", 5, SenderFixtures.stamp(10)),
        SenderFixtures.reserved("a", 6),
        SenderFixtures.signed("a", 6),
        new SenderEvent.MessageReplaced(
            "a",
            SenderFixtures.signed("a", 6).cid(),
            SenderFixtures.signed("a", 6).message(),
            SenderFixtures.stamp(14)),
        SenderFixtures.landed("a", 6, 20),
        all.get(6),
        SenderFixtures.landed("a", 6, 22),
        all.get(7),
        SenderFixtures.accepted("b"),
        new SenderEvent.IntentGivenUp(
            "b", MessageReport.GaveUp.Kind.REFUSED, "exit code 16", SenderFixtures.stamp(30)),
        SenderFixtures.accepted("c"),
        SenderFixtures.reserved("c", 7),
        SenderFixtures.signed("c", 7),
        SenderFixtures.accepted("d"));
  }

  private static List<DeadlineEvent> deadlineLife() {
    List<DeadlineEvent.OfPartition> of = DeadlineFixtures.partitionEvents();
    List<DeadlineEvent> all = DeadlineFixtures.deadlineEvents();
    return List.of(
        all.get(0),
        of.get(0),
        DeadlineFixtures.failed(JobFailure.Kind.LOST),
        of.get(0),
        of.get(1),
        of.get(3),
        DeadlineFixtures.failed(JobFailure.Kind.CHILD_DIED),
        of.get(7),
        of.get(8),
        all.get(1),
        of.get(0),
        of.get(1),
        of.get(3),
        of.get(4),
        of.get(9),
        of.get(11),
        of.get(9),
        of.get(10),
        of.get(12),
        of.get(10),
        all.get(2),
        all.get(3),
        all.get(5),
        all.get(7),
        all.get(5),
        all.get(6),
        all.get(8),
        all.get(6),
        all.get(9),
        all.get(4));
  }
}
