package io.granary.sharding.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.serialization.SerializationExtension;
import akka.serialization.SerializerWithStringManifest;
import akka.serialization.Serializers;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deadline.DeadlineFixtures;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealVerdict;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.miner.MinerFixtures;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.sector.PieceActivation;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderFixtures;
import io.granary.sharding.deadline.DeadlineCommand;
import io.granary.sharding.deadline.DeadlineReply;
import io.granary.sharding.deal.DealCommand;
import io.granary.sharding.deal.DealReply;
import io.granary.sharding.miner.MinerCommand;
import io.granary.sharding.miner.MinerReply;
import io.granary.sharding.publish.PublisherCommand;
import io.granary.sharding.publish.PublisherReply;
import io.granary.sharding.sender.SenderCommand;
import io.granary.sharding.sender.SenderReply;
import io.granary.sharding.sender.WaitReason;
import java.io.NotSerializableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MoverSerializerTest {
  private static ActorTestKit kit;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  private static <T> ActorRef<T> ref() {
    return kit.<T>createTestProbe().getRef();
  }

  private static List<Object> samples() {
    Tick tick =
        new Tick(
            new Epoch(9),
            new TipSetKey(List.of(SenderFixtures.block(9))),
            Instant.parse("2026-01-01T00:00:00.000000001Z"));
    SectorId sector = SectorId.of(1000, 3);
    List<Object> samples = new ArrayList<>(deals(tick));
    samples.addAll(movers(tick, sector));
    samples.addAll(publications(tick));
    return samples;
  }

  private static List<Object> publications(Tick tick) {
    ClientDealProposal signed = DealFixtures.signed(DealFixtures.proposal());
    String intent = "f01000/publish/1";
    return List.of(
        new PublisherCommand.Ticked(tick),
        new PublisherCommand.MessageReported(
            new MessageReport.GaveUp(intent, MessageReport.GaveUp.Kind.EXPIRED, "too late")),
        new PublisherCommand.Ask(
            new PublicationQuery(DealFixtures.ID, signed, Optional.empty(), Optional.empty()),
            ref()),
        new PublisherCommand.Ask(
            new PublicationQuery(
                DealFixtures.ID,
                signed,
                Optional.of(intent),
                Optional.of(DealFixtures.PUBLICATION)),
            ref()),
        new PublisherCommand.GetOverview(ref()),
        new PublisherCommand.Register(
            Payable.first(
                DealFixtures.ID,
                0,
                TokenAmount.ofAtto(50),
                TokenAmount.ZERO,
                new Epoch(1),
                new Epoch(9))),
        new DealCommand.Paid(DealFixtures.payment(9, 7, true), ref()),
        new PublisherReply.Overview(0, List.of(), List.of(), Optional.empty()),
        new PublisherReply.Overview(
            3,
            List.of(
                new PublisherReply.Waiting(
                    DealFixtures.ID, tick.now(), 1, "no escrow", Optional.of(new Epoch(12))),
                new PublisherReply.Waiting(
                    DealFixtures.ID, tick.now(), 0, "waits", Optional.empty())),
            List.of(
                new PublisherReply.Batch(intent, List.of(DealFixtures.ID), Optional.empty(), false),
                new PublisherReply.Batch(
                    intent,
                    List.of(DealFixtures.ID),
                    Optional.of(
                        new PublisherReply.Landing(
                            SenderFixtures.block(3), new Epoch(4), 1, "no gas")),
                    true)),
            Optional.of(new PublisherReply.Pause(new Epoch(30), "no gas"))),
        new PublicationStanding.Waiting("no escrow"),
        new PublicationStanding.UnderWay(intent),
        new PublicationStanding.Landed(intent, DealFixtures.PUBLICATION, true),
        new PublicationStanding.Refused("forged"),
        new PublicationStanding.NotKnown());
  }

  private static List<Object> deals(Tick tick) {
    DealVerdict.Refused refused = new DealVerdict.Refused(DealRefusal.PRICE, "too cheap");
    List<Object> samples =
        new ArrayList<>(
            List.of(
                new DealCommand.Propose(DealFixtures.onlineTerms(), Optional.empty(), ref()),
                new DealCommand.Propose(DealFixtures.directTerms(), Optional.of(refused), ref()),
                new DealCommand.Ticked(tick, Instant.parse("2026-01-01T00:00:00.5Z")),
                new DealCommand.Import("/data/ä", ref()),
                new DealCommand.Retry(ref()),
                new DealCommand.Describe(ref()),
                new DealReply.Answered(DealResponse.no("no")),
                new DealReply.Accepted(),
                new DealReply.StateIs(Optional.empty(), 0, ""),
                new DealReply.StateIs(
                    Optional.of(
                        new DealState.AwaitingData(DealFixtures.offlineTerms(), Optional.empty())),
                    2,
                    "Proving")));
    for (DealReply.Rejected.Code code : DealReply.Rejected.Code.values()) {
      samples.add(new DealReply.Rejected(code, "detail"));
    }
    return samples;
  }

  private static List<Object> movers(Tick tick, SectorId sector) {
    return List.of(
        new SenderCommand.Submit(SenderFixtures.intent("a"), SenderFixtures.SECTOR),
        new SenderCommand.HeadSeen(tick, true),
        new SenderCommand.Submit(
            SenderFixtures.intent("n"), new io.granary.protocol.job.Recipient.Nobody()),
        new SenderCommand.Submit(
            SenderFixtures.intent("m"),
            new io.granary.protocol.job.Recipient.Miner(MinerFixtures.MINER)),
        new SenderCommand.Describe(ref()),
        new SenderReply.Overview(
            SenderFixtures.WORKER,
            5,
            Optional.of(
                new SenderReply.Standing(
                    new Epoch(9),
                    TokenAmount.ofAtto(100),
                    TokenAmount.ofFil(7),
                    TokenAmount.ofFil(1),
                    4)),
            List.of(
                new SenderReply.Spent(
                    MessagePurpose.COMMIT, TokenAmount.ofAtto(3), TokenAmount.ofFil(9))),
            List.of(
                new SenderReply.OpenIntent(
                    "a",
                    MessagePurpose.COMMIT,
                    "Accepted",
                    new Epoch(7),
                    Optional.empty(),
                    WaitReason.CHEAPER_BASE_FEE,
                    "at a base fee of 9"),
                new SenderReply.OpenIntent(
                    "b",
                    MessagePurpose.REPAY_DEBT,
                    "Signed",
                    new Epoch(-1),
                    Optional.of(
                        new SenderReply.Signing(
                            4L,
                            SenderFixtures.block(1),
                            1_000_000,
                            TokenAmount.ofAtto(2_000),
                            TokenAmount.ofAtto(1_000),
                            2)),
                    WaitReason.LANDING,
                    ""))),
        new SenderReply.Overview(SenderFixtures.WORKER, 0, Optional.empty(), List.of(), List.of()),
        new DeadlineCommand.HeadSeen(MinerFixtures.config(), tick),
        new DeadlineCommand.HeadSeen(MinerFixtures.configWithSenders(), tick),
        new DeadlineCommand.ReadableAgain(sector, new SectorLocation(1, 2)),
        new DeadlineCommand.JobReported(
            new JobReport.Started(new JobId("ab".repeat(32)), 2, "worker-1")),
        new DeadlineCommand.MessageReported(
            new MessageReport.Reverted("a", SenderFixtures.block(3))),
        new DeadlineCommand.RetryPartition(2, ref()),
        new DeadlineCommand.Describe(ref()),
        new DeadlineReply.Overview(
            MinerFixtures.MINER,
            1,
            Optional.of(DeadlineFixtures.WINDOW),
            List.of(
                new DeadlineReply.PartitionStatus(
                    0, "Parked", 2, 1, "it died", "worker-1: 5%", "worker-1", 3, 12)),
            3,
            "Declaring",
            List.of(
                new DeadlineReply.RehearsalStatus(
                    0, new Epoch(9), 2, 1, List.of("3: gone"), "no worker", "worker-1", 4, 5))),
        new DeadlineReply.Done(),
        new DeadlineReply.Rejected(DeadlineReply.Rejected.Code.NOT_PARKED, "it is Proven"),
        new MinerCommand.HeadSeen(tick),
        new MinerCommand.PledgeSector("order-1", ref()),
        new MinerCommand.ImportPiece("order-2", new PieceSource("/data/ä", 1, 128), ref()),
        new MinerCommand.ImportPiece(
            "order-3",
            new PieceSource("/data/b", 1, 128).activating(new PieceActivation.MarketDeal(0)),
            ref()),
        new MinerCommand.ImportPiece(
            "order-4", new PieceSource("/data/c", 1, 128).starting(new Epoch(7)), ref()),
        new MinerCommand.WithdrawPiece("deal/1"),
        new MinerCommand.SectorInMotion(sector),
        new MinerCommand.MessageReported(
            new MessageReport.Reverted("f01000/debt/1", SenderFixtures.block(3))),
        new MinerCommand.SectorAtRest(sector),
        new MinerCommand.Describe(ref()),
        new MinerReply.Ordered(sector),
        new MinerReply.Ordered(sector, 1024),
        new MinerReply.Rejected(MinerReply.Rejected.Code.BAD_PIECE, "too large"),
        new MinerReply.Overview(
            Optional.of(MinerFixtures.config()),
            List.of(new SectorNumber(4)),
            List.of(new SectorNumber(3)),
            List.of(new SectorNumber(5))));
  }

  @Test
  void everyMessageComesBackEqual_whenWrittenAndRead() {
    akka.actor.ActorSystem system = akka.actor.typed.javadsl.Adapter.toClassic(kit.system());
    var serialization = SerializationExtension.get(system);
    for (Object message : samples()) {
      byte[] bytes = serialization.serialize(message).get();
      var serializer = serialization.findSerializerFor(message);
      assertThat(serializer).isInstanceOf(MoverSerializer.class);
      String manifest = Serializers.manifestFor(serializer, message);
      assertThat(serialization.deserialize(bytes, serializer.identifier(), manifest).get())
          .isEqualTo(message);
    }
  }

  @Test
  void samplesCoverEveryMessageThatLeavesANode() {
    Set<Class<?>> wire = new HashSet<>();
    for (Class<?> root :
        List.of(
            SenderCommand.class,
            SenderReply.class,
            DeadlineCommand.class,
            DeadlineReply.class,
            MinerCommand.class,
            MinerReply.class,
            DealCommand.class,
            DealReply.class,
            PublisherCommand.class,
            PublisherReply.class,
            PublicationStanding.class)) {
      leaves(root).forEach(wire::add);
    }
    assertThat(samples().stream().map(Object::getClass)).containsAll(wire);
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    boolean stays =
        Stream.concat(Stream.of(type), Arrays.stream(type.getInterfaces()))
            .anyMatch(each -> each.getSimpleName().equals("Own"));
    if (stays) {
      return Stream.of();
    }
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(MoverSerializerTest::leaves)
        : Stream.of(type);
  }

  @Test
  void refusesUnknownManifestAndEmptyCommand_byName() {
    SerializerWithStringManifest serializer =
        new MoverSerializer(
            (akka.actor.ExtendedActorSystem)
                akka.actor.typed.javadsl.Adapter.toClassic(kit.system()));
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "sender-command.9"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("sender-command.9");
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "sender-command.1"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("no known kind");
  }
}
