package io.granary.prover.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.SerializerWithStringManifest;
import akka.serialization.Serializers;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.codec.JobFixtures;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.Recipient;
import io.granary.prover.JobClass;
import io.granary.prover.pool.JobDispatcher;
import io.granary.prover.pool.JobEnd;
import io.granary.prover.pool.JobKey;
import io.granary.prover.pool.OperatorReports;
import io.granary.prover.pool.PoolMessage;
import io.granary.prover.pool.PoolStatus;
import io.granary.prover.pool.ProverWorker;
import io.granary.prover.pool.Resources;
import io.granary.prover.pool.RunningJob;
import io.granary.prover.pool.SectorRun;
import io.granary.prover.pool.WorkerInfo;
import io.granary.prover.transfer.Holder;
import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.worker.Surroundings;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PoolSerializerTest {
  private static ActorTestKit kit;
  private static Serialization serialization;

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create();
    serialization = SerializationExtension.get(Adapter.toClassic(kit.system()));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  /** Messages of every kind, and every kind of job. */
  private static List<PoolMessage> messages() {
    ActorRef<ProverWorker.Command> worker =
        kit.createTestProbe(ProverWorker.Command.class).getRef();
    ActorRef<PoolStatus> operator = kit.createTestProbe(PoolStatus.class).getRef();
    ActorRef<JobDispatcher.Incarnation> asker =
        kit.createTestProbe(JobDispatcher.Incarnation.class).getRef();
    JobRequest request = JobFixtures.requests().get(0);
    JobKey key = new JobKey(request.id(), 3);
    Map<JobClass, Integer> slots = new EnumMap<>(JobClass.class);
    for (JobClass jobClass : JobClass.values()) {
      slots.put(jobClass, slots.size());
    }
    SectorRun run = new SectorRun(new ActorId(1000), 5, 1L << 40);
    List<PoolMessage> messages = new ArrayList<>();
    JobFixtures.requests().forEach(r -> messages.add(new JobDispatcher.Ask(r)));
    JobFixtures.requests().forEach(r -> messages.add(new ProverWorker.RunJob(r)));
    messages.addAll(
        List.of(
            new JobDispatcher.Cancel(request.id(), 4),
            new JobDispatcher.RegisterWorker(
                new WorkerInfo("a", slots, Set.of("p", "q"), Set.of(2048L, 1L << 35)),
                List.of(new RunningJob(key, JobClass.GPU, "sector f01000/1")),
                worker),
            new JobDispatcher.ReportAlive("a", Set.of(key), worker),
            new JobDispatcher.HoldSectors("a", List.of(run), List.of(run, run)),
            new JobDispatcher.EndJob("a", key, new JobEnd.Unsaid()),
            new JobDispatcher.EndJob("a", key, new JobEnd.Succeeded(Optional.empty())),
            new JobDispatcher.EndJob(
                "a",
                key,
                new JobEnd.Succeeded(
                    Optional.of(new JobOutput.WindowPoStDone(JobFixtures.bytes32(4))))),
            new JobDispatcher.EndJob(
                "a", key, new JobEnd.Failed(new JobFailure(JobFailure.Kind.PROOF_INVALID, "why"))),
            new JobDispatcher.RegisterWorker(
                new WorkerInfo(
                    "b",
                    slots,
                    Set.of("p"),
                    Set.of(2048L),
                    new Resources(8, 1L << 36, 2),
                    new Resources(1, 1L << 30, 1),
                    Optional.of(new TransferAddress("10.0.0.1", 7001))),
                List.of(),
                worker),
            new ProverWorker.RunJob(
                request,
                new Surroundings(
                    List.of(
                        new Holder(
                            "b",
                            new TransferAddress("10.0.0.1", 7001),
                            Set.of("p", "q"),
                            Set.of(new SectorNumber(1), new SectorNumber(1L << 40)))),
                    0),
                true),
            new ProverWorker.TestSelf(JobClass.GPU),
            new OperatorReports.Carry(
                new Recipient.Operator("node-2", "r-9"),
                new JobReport.Succeeded(key.id(), 1, "a", new JobOutput.Finalized(), 7)),
            new JobDispatcher.ReleaseWorker("a", JobClass.POST_PROVE),
            new JobDispatcher.TellEpoch(new Epoch(-7)),
            new JobDispatcher.AskIncarnation(asker),
            new JobDispatcher.Incarnation("x-1"),
            new JobDispatcher.RefuseJob("a", key),
            new JobDispatcher.ShowPool(7, operator),
            new ProverWorker.StopJob(request.id(), 9),
            new ProverWorker.Introduce(),
            new PoolStatus(
                List.of(
                    new PoolStatus.WorkerStatus(
                        "a",
                        12,
                        slots,
                        List.of(new PoolStatus.RunningStatus(key, JobClass.READ, "s", 99)),
                        new Resources(2, 5, 0),
                        List.of(new PoolStatus.QuarantineStatus(JobClass.GPU, "bad", 17)),
                        Optional.of(new TransferAddress("10.0.0.3", 4000)))),
                List.of(new PoolStatus.WaitingStatus(key, JobClass.SDR, "s", -5, 1)),
                8)));
    return messages;
  }

  @Test
  void everyMessageComesBackEqual_throughAkkasSerialization() throws NotSerializableException {
    for (PoolMessage message : messages()) {
      Serializer serializer = serialization.findSerializerFor(message);
      assertThat(serializer).isInstanceOf(PoolSerializer.class);
      Object back =
          serialization
              .deserialize(
                  serializer.toBinary(message),
                  serializer.identifier(),
                  Serializers.manifestFor(serializer, message))
              .get();
      assertThat(back).isEqualTo(message);
    }
  }

  @Test
  void theMessagesAboveAreAllThereAre() {
    Set<Class<?>> wire =
        Stream.of(
                JobDispatcher.Command.class,
                ProverWorker.Command.class,
                OperatorReports.Command.class)
            .flatMap(c -> Arrays.stream(c.getPermittedSubclasses()))
            .filter(PoolMessage.class::isAssignableFrom)
            .collect(Collectors.toSet());
    wire.add(PoolStatus.class);
    wire.add(JobDispatcher.Incarnation.class);
    assertThat(messages().stream().map(Object::getClass).collect(Collectors.toSet()))
        .isEqualTo(wire);
    assertThat(PoolSerializer.manifests()).hasSize(wire.size()).doesNotHaveDuplicates();
  }

  @Test
  void refusesByName_whenTheManifestIsUnknownOrTheBytesAreDamaged() {
    SerializerWithStringManifest serializer =
        (SerializerWithStringManifest)
            serialization.findSerializerFor(new ProverWorker.Introduce());
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "novel"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("'novel'");
    for (String manifest : List.of("ask", "run", "end")) {
      assertThatThrownBy(() -> serializer.fromBinary(new byte[] {8, 1, 7}, manifest))
          .isInstanceOf(NotSerializableException.class)
          .hasMessageContaining("'" + manifest + "'");
    }
    assertThatThrownBy(() -> serializer.toBinary("text"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
