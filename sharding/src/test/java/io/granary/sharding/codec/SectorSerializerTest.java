package io.granary.sharding.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.sector.SealedLeaves;
import io.granary.protocol.sector.SectorFixtures;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorRefusal;
import io.granary.protocol.sector.SectorStory;
import io.granary.protocol.sector.SectorView;
import io.granary.protocol.sender.MessageReport;
import io.granary.sharding.sector.SectorCommand;
import io.granary.sharding.sector.SectorReply;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SectorSerializerTest {
  private static ActorTestKit testKit;
  private static TestProbe<SectorReply> probe;
  private static SectorSerializer serializer;

  @BeforeAll
  static void start() {
    testKit = ActorTestKit.create();
    probe = testKit.createTestProbe(SectorReply.class);
    serializer = new SectorSerializer((ExtendedActorSystem) Adapter.toClassic(testKit.system()));
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  private static List<SectorCommand> commands() {
    Tick tick =
        new Tick(
            new Epoch(5), new TipSetKey(List.of(SectorFixtures.MESSAGE)), SectorFixtures.START);
    return List.of(
        new SectorCommand.Summarize(),
        new SectorCommand.ReviewUnsealed(),
        new SectorCommand.Create(SectorFixtures.order(), tick),
        new SectorCommand.Create(SectorFixtures.order(SectorFixtures.SOURCE), tick),
        new SectorCommand.Ticked(tick),
        new SectorCommand.Ticked(new Tick(new Epoch(-1), TipSetKey.HEAD, SectorFixtures.START)),
        new SectorCommand.Observe(new SectorObservation.ProvenAt(new Epoch(658), new Epoch(700))),
        new SectorCommand.Observe(new SectorObservation.FoundFaulty("leaf 3", new Epoch(700))),
        new SectorCommand.Observe(
            new SectorObservation.FoundFaulty(
                "leaf 3", new Epoch(700), Optional.of(SectorFixtures.filled(1)))),
        new SectorCommand.Observe(new SectorObservation.RecoveryDeclared(new Epoch(701))),
        new SectorCommand.Observe(new SectorObservation.Recovered(new Epoch(702))),
        new SectorCommand.JobReported(
            new JobReport.Succeeded(
                SectorFixtures.JOB, 3, "w", new JobOutput.Commit2Done(SectorFixtures.PROOF), 12)),
        new SectorCommand.MessageReported(
            new MessageReport.Landed(
                "f01000/7/precommit/1",
                SectorFixtures.MESSAGE,
                new Receipt(
                    16, SectorFixtures.filled(2), 1234, Optional.of(SectorFixtures.MESSAGE)),
                new TipSetKey(List.of(SectorFixtures.MESSAGE)),
                new Epoch(6),
                new Epoch(5))),
        new SectorCommand.MessageReported(
            new MessageReport.Reverted("f01000/7/precommit/1", SectorFixtures.MESSAGE)),
        new SectorCommand.MessageReported(
            new MessageReport.GaveUp(
                "f01000/7/precommit/1", MessageReport.GaveUp.Kind.REFUSED, "exit code 16")),
        new SectorCommand.MessageReported(
            new MessageReport.GaveUp(
                "f01000/7/precommit/1", MessageReport.GaveUp.Kind.EXPIRED, "too late")),
        new SectorCommand.MessageReported(
            new MessageReport.GaveUp(
                "f01000/7/precommit/1", MessageReport.GaveUp.Kind.TOO_MANY, "full")),
        new SectorCommand.Retry(probe.ref()),
        new SectorCommand.Remove("not wanted", probe.ref()),
        new SectorCommand.GetState(probe.ref()));
  }

  private static List<SectorReply> replies() {
    return List.of(
        new SectorReply.Accepted(),
        new SectorReply.Rejected(SectorRefusal.NOT_PARKED, "in PreCommit1"),
        new SectorReply.StateIs(
            SectorView.of(new SectorStory().toProving().state()), 21, Optional.empty(), 0),
        new SectorReply.StateIs(
            SectorView.of(new SectorStory().toPreCommit2().state()),
            6,
            Optional.of(new SectorReply.JobProgress("w", "pc2.tree_c", 40)),
            2));
  }

  @Test
  void samplesHaveEveryCommand_whenWalkingTheSealedTypes() {
    Set<Class<?>> wire = SealedLeaves.of(SectorCommand.class);
    wire.removeAll(SealedLeaves.of(SectorCommand.Own.class));
    assertThat(commands().stream().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(wire);
  }

  @Test
  void samplesHaveEveryReply_whenWalkingTheSealedTypes() {
    assertThat(replies().stream().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(SealedLeaves.of(SectorReply.class));
  }

  @Test
  void comeBackEqual_whenWrittenAndRead() throws NotSerializableException {
    for (Object message : concat(commands(), replies())) {
      assertThat(serializer.fromBinary(serializer.toBinary(message), serializer.manifest(message)))
          .isEqualTo(message);
    }
  }

  @Test
  void areBoundToTheSerializer_whenAkkaIsAsked() {
    Serialization serialization = SerializationExtension.get(Adapter.toClassic(testKit.system()));
    for (Object message : concat(commands(), replies())) {
      assertThat(serialization.findSerializerFor(message)).isInstanceOf(SectorSerializer.class);
    }
  }

  @Test
  void refuses_whenASectorsOwnWordWouldLeaveItsNode() {
    assertThatThrownBy(
            () ->
                serializer.toBinary(
                    new SectorCommand.LookFailed(1, new IllegalStateException("no answer"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("LookFailed");
  }

  @Test
  void refusesByName_whenTheManifestIsUnknown() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "sector-command.9"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("sector-command.9");
  }

  @Test
  void refuses_whenNoKindIsSet() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], SectorSerializer.COMMAND))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("no known kind");
  }

  private static List<Object> concat(List<?> first, List<?> second) {
    List<Object> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
