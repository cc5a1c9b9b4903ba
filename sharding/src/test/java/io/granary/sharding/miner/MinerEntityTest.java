package io.granary.sharding.miner;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.miner.MinerFixtures;
import io.granary.protocol.miner.Packing;
import io.granary.protocol.miner.PackingPolicy;
import io.granary.protocol.port.Deadlines;
import io.granary.protocol.port.Sectors;
import io.granary.protocol.sector.PieceActivation;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderFixtures;
import io.granary.sharding.address.AddressSettings;
import io.granary.sharding.address.SenderChoice;
import io.granary.sharding.chain.ProvingChain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MinerEntityTest {
  private static final AtomicLong MINERS = new AtomicLong(5000);
  private static final PieceSource PIECE = new PieceSource("/data/a.png", 1000, 1024);
  private static final int SWEEP = 2;

  /** A minute are 60 epochs here. */
  private static final PackingPolicy PACKING = new PackingPolicy(Duration.ofMinutes(1), 100, 2);

  private static ActorTestKit kit;
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private final List<SectorOrder> created = Collections.synchronizedList(new ArrayList<>());
  private final List<MessageIntent> submitted = Collections.synchronizedList(new ArrayList<>());
  private BiFunction<Long, Integer, CompletionStage<List<SectorNumber>>> rows =
      (from, count) -> CompletableFuture.completedStage(List.of());
  private MinerConfig config = MinerFixtures.config();
  private ProvingChain chain = new ProvingChain(10, config);
  private ActorRef<MinerCommand> miner = unset();

  private static ActorRef<MinerCommand> unset() {
    return kit.<MinerCommand>createTestProbe().getRef();
  }

  @BeforeAll
  static void startKit() {
    kit =
        ActorTestKit.create(
            PersistenceTestKitPlugin.getInstance()
                .config()
                .withFallback(PersistenceTestKitSnapshotPlugin.config())
                .withFallback(
                    ConfigFactory.parseString(
                        "akka.persistence.testkit { events.serialize = off, snapshots.serialize ="
                            + " off }"))
                .withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void newMiner() {
    MinerConfig like = MinerFixtures.config();
    config =
        new MinerConfig(
            new ActorId(MINERS.incrementAndGet()),
            like.owner(),
            like.worker(),
            like.workerKey(),
            like.sectorSize(),
            like.windowPoStProof(),
            like.grid());
    chain = new ProvingChain(10, config);
    chain.goAway(true);
    miner = spawn();
    // What it asks by itself when it starts is refused now, not somewhere inside the test: a
    // refusal on its way holds back the reading that a head would begin.
    settle();
  }

  private ActorRef<MinerCommand> spawn() {
    Sectors sectors =
        new Sectors() {
          @Override
          public void create(SectorOrder order, Tick tick) {
            created.add(order);
          }

          @Override
          public void tick(SectorId sector, Tick tick) {
            told.add("sector " + sector.number());
          }

          @Override
          public void summarize(SectorId sector) {
            told.add("row " + sector.number());
          }

          @Override
          public void observe(SectorId sector, SectorObservation observation) {
            throw new AssertionError("a miner observes nothing");
          }
        };
    Deadlines deadlines =
        new Deadlines() {
          @Override
          public void tick(MinerConfig of, long index, Tick tick) {
            told.add("deadline " + index);
          }

          @Override
          public void readableAgain(SectorId sector, SectorLocation location) {
            throw new AssertionError("a miner reads no sector");
          }
        };
    return kit.spawn(
        MinerEntity.create(
            config.miner(),
            new MinerPorts(
                chain.gateway(),
                sectors,
                deadlines,
                (address, tick, proves) ->
                    told.add("sender " + (proves && address.equals(config.workerKey()))),
                (intent, recipient) -> {
                  assertThat(recipient).isEqualTo(new Recipient.Miner(config.miner()));
                  submitted.add(intent);
                },
                (of, from, count) -> rows.apply(from, count),
                new SenderChoice(chain.gateway(), AddressSettings.from(ConfigFactory.load())),
                () -> chain.tick().now(),
                "node-1"),
            new MinerSettings(SWEEP, 2, TokenAmount.ofFil(5), PACKING)));
  }

  private void tick() {
    chain.mine(1);
    miner.tell(new MinerCommand.HeadSeen(chain.tick()));
    settle();
  }

  private void configure() {
    chain.goAway(false);
    tick();
  }

  private MinerReply ask(Function<ActorRef<MinerReply>, MinerCommand> command) {
    TestProbe<MinerReply> probe = kit.createTestProbe();
    miner.tell(command.apply(probe.getRef()));
    return probe.receiveMessage(Duration.ofSeconds(10));
  }

  private MinerReply.Overview settle() {
    for (int i = 0; i < 15; i++) {
      ask(MinerCommand.Describe::new);
    }
    return (MinerReply.Overview) ask(MinerCommand.Describe::new);
  }

  private SectorId ordered(MinerReply reply) {
    assertThat(reply).isInstanceOf(MinerReply.Ordered.class);
    return ((MinerReply.Ordered) reply).sector();
  }

  @Test
  void readsItsConfiguration_whenTheChainAnswers() {
    tick();
    assertThat(settle().config()).isEmpty();
    configure();
    assertThat(settle().config()).contains(config);
  }

  @Test
  void passesTicksOn_whenConfigured() {
    configure();
    told.clear();
    tick();
    assertThat(told).containsExactly("sender true", "deadline 0", "deadline 1", "deadline 2");
  }

  private MessageReport.Landed landed(MessageIntent intent, long exitCode) {
    return new MessageReport.Landed(
        intent.intentId(),
        SenderFixtures.block(1),
        new Receipt(exitCode, Bytes.empty(), 1, Optional.empty()),
        chain.headTipSet().key(),
        chain.headTipSet().height(),
        chain.headTipSet().height());
  }

  private void hear(MessageReport report) {
    miner.tell(new MinerCommand.MessageReported(report));
    settle();
  }

  @Test
  void paysItsDebtOnce_whenRecoveriesWouldBeRefused() {
    chain.available(TokenAmount.ofFil(-3));
    configure();
    tick();
    tick();
    assertThat(submitted).isNotEmpty();
    assertThat(Set.copyOf(submitted)).hasSize(1);
    MessageIntent intent = submitted.get(0);
    assertThat(intent.purpose()).isEqualTo(MessagePurpose.REPAY_DEBT);
    assertThat(intent.message().method()).isEqualTo(MinerMethod.REPAY_DEBT);
    assertThat(intent.message().value()).isEqualTo(TokenAmount.ofFil(3));
    assertThat(intent.message().from()).isEqualTo(config.workerKey());
    chain.available(TokenAmount.ZERO);
    hear(landed(intent, 0));
    submitted.clear();
    tick();
    tick();
    tick();
    assertThat(submitted).isEmpty();
  }

  @Test
  void asksAgainAfterADeath_withTheSameRepayment() {
    chain.available(TokenAmount.ofFil(-3));
    configure();
    tick();
    MessageIntent before = submitted.get(0);
    kit.stop(miner);
    submitted.clear();
    miner = spawn();
    tick();
    assertThat(submitted).contains(before);
    assertThat(Set.copyOf(submitted)).hasSize(1);
  }

  @Test
  void paysNoMoreThanTheDaysBudget() {
    chain.available(TokenAmount.ofFil(-3));
    configure();
    tick();
    hear(landed(submitted.get(0), 0));
    submitted.clear();
    tick();
    tick();
    tick();
    assertThat(submitted).as("6 FIL were more than the 5 of the day").isEmpty();
    chain.mine(2_880);
    tick();
    tick();
    assertThat(Set.copyOf(submitted)).hasSize(1);
  }

  @Test
  void takesAnother_whenTheRepaymentWasGivenUp() {
    chain.available(TokenAmount.ofFil(-2));
    configure();
    tick();
    MessageIntent first = submitted.get(0);
    hear(new MessageReport.GaveUp(first.intentId(), MessageReport.GaveUp.Kind.EXPIRED, "no money"));
    submitted.clear();
    tick();
    tick();
    tick();
    assertThat(submitted).isNotEmpty();
    assertThat(submitted.get(0).intentId()).isNotEqualTo(first.intentId());
  }

  @Test
  void refusesOrder_beforeItIsConfigured() {
    assertThat(ask(ref -> new MinerCommand.PledgeSector("a", ref)))
        .isInstanceOfSatisfying(
            MinerReply.Rejected.class,
            refused ->
                assertThat(refused.code()).isEqualTo(MinerReply.Rejected.Code.NOT_CONFIGURED));
  }

  @Test
  void refusesOrder_whenTheChainCannotSayWhichNumbersAreTaken() {
    configure();
    chain.goAway(true);
    assertThat(ask(ref -> new MinerCommand.PledgeSector("a", ref)))
        .isInstanceOfSatisfying(
            MinerReply.Rejected.class,
            refused ->
                assertThat(refused.code()).isEqualTo(MinerReply.Rejected.Code.CHAIN_UNREACHABLE));
    assertThat(settle().ordered()).isEmpty();
  }

  @Test
  void givesNumbersThatTheChainDoesNotHold() {
    chain.allocate(BitField.of(0, 1, 3));
    configure();
    assertThat(ordered(ask(ref -> new MinerCommand.PledgeSector("a", ref))).number())
        .isEqualTo(new SectorNumber(2));
    assertThat(ordered(ask(ref -> new MinerCommand.ImportPiece("b", PIECE, ref))).number())
        .isEqualTo(new SectorNumber(4));
    assertThat(created.get(0).pieces()).isEmpty();
    assertThat(created.get(1).pieces()).containsExactly(PIECE);
    assertThat(created.get(1).sealProof()).isEqualTo(config.sectorSize().sealProofV1_1());
  }

  @Test
  void givesTheSameSector_whenOrderedTwiceAndAfterARestart() {
    configure();
    SectorId first = ordered(ask(ref -> new MinerCommand.PledgeSector("a", ref)));
    assertThat(ordered(ask(ref -> new MinerCommand.PledgeSector("a", ref)))).isEqualTo(first);
    kit.stop(miner, Duration.ofSeconds(10));
    miner = spawn();
    tick();
    assertThat(ordered(ask(ref -> new MinerCommand.PledgeSector("a", ref)))).isEqualTo(first);
    assertThat(ordered(ask(ref -> new MinerCommand.PledgeSector("b", ref)))).isNotEqualTo(first);
  }

  private static PieceSource ofDeal(String name, long paddedBytes) {
    return new PieceSource("staged:s/" + name, 100, paddedBytes).starting(new Epoch(9_000));
  }

  private MinerReply order(String order, PieceSource piece) {
    return ask(ref -> new MinerCommand.ImportPiece(order, piece, ref));
  }

  @Test
  void dealsShareASector_whichIsOrderedWhenItIsFull() {
    configure();
    PieceSource first = ofDeal("a", 512);
    PieceSource second = ofDeal("b", 1024);
    PieceSource third = ofDeal("c", 512);
    SectorId sector = ordered(order("deal/a", first));
    assertThat(order("deal/b", second)).isEqualTo(new MinerReply.Ordered(sector, 1024));
    assertThat(settle().open()).containsExactly(sector.number());
    assertThat(settle().ordered()).isEmpty();
    assertThat(created).isEmpty();
    assertThat(order("deal/c", third)).isEqualTo(new MinerReply.Ordered(sector, 512));
    assertThat(settle().open()).isEmpty();
    assertThat(created).hasSize(1);
    assertThat(created.get(0).sector()).isEqualTo(sector);
    assertThat(created.get(0).pieces()).containsExactly(first, third, second);
    assertThat(order("deal/b", second)).isEqualTo(new MinerReply.Ordered(sector, 1024));
  }

  @Test
  void keepsPlaces_acrossADeathBetweenTheDealsOfASector() {
    configure();
    SectorId sector = ordered(order("deal/a", ofDeal("a", 512)));
    kit.stop(miner, Duration.ofSeconds(10));
    miner = spawn();
    settle();
    tick();
    assertThat(order("deal/a", ofDeal("a", 512))).isEqualTo(new MinerReply.Ordered(sector, 0));
    assertThat(order("deal/b", ofDeal("b", 512))).isEqualTo(new MinerReply.Ordered(sector, 512));
    assertThat(created).isEmpty();
    assertThat(ordered(ask(ref -> new MinerCommand.PledgeSector("own", ref)))).isNotEqualTo(sector);
  }

  @Test
  void ordersTheSector_whenItsFirstPieceHasWaitedOrItsDealStartsSoon() {
    configure();
    SectorId sector = ordered(order("deal/a", ofDeal("a", 512)));
    chain.mine(58);
    tick();
    assertThat(created).isEmpty();
    tick();
    assertThat(created).extracting(SectorOrder::sector).containsOnly(sector);
    assertThat(settle().open()).isEmpty();
    Epoch start = chain.headTipSet().height().plus(120);
    SectorId next = ordered(order("deal/b", ofDeal("b", 512).starting(start)));
    assertThat(next).isNotEqualTo(sector);
    chain.mine(18);
    tick();
    assertThat(settle().open()).containsExactly(next.number());
    tick();
    assertThat(settle().open()).isEmpty();
    assertThat(settle().ordered()).contains(next.number());
  }

  @Test
  void givesThePlaceToAnother_whenADealIsGivenUpBeforeTheSectorIsOrdered() {
    configure();
    DealId given = DealFixtures.ID;
    SectorId sector = ordered(order(Packing.ofDeal(given) + "/as/7", ofDeal("a", 512)));
    order("deal/b", ofDeal("b", 512));
    miner.tell(new MinerCommand.WithdrawPiece(Packing.ofDeal(given)));
    assertThat(order("deal/c", ofDeal("c", 1024))).isEqualTo(new MinerReply.Ordered(sector, 1024));
    assertThat(order("deal/d", ofDeal("d", 512))).isEqualTo(new MinerReply.Ordered(sector, 512));
    assertThat(created.get(0).pieces())
        .containsExactly(ofDeal("b", 512), ofDeal("d", 512), ofDeal("c", 1024));
    miner.tell(new MinerCommand.WithdrawPiece(Packing.ofDeal(given)));
    assertThat(settle().ordered()).containsExactly(sector.number());
  }

  /** A re-org gave it another id on chain; the other sector is not needed for that. */
  @Test
  void replacesADealsPiece_whenItIsOrderedUnderAnotherId() {
    configure();
    String deal = Packing.ofDeal(DealFixtures.ID);
    SectorId sector = ordered(order(deal + "/as/7", ofDeal("a", 512)));
    PieceSource anew = ofDeal("a", 512).activating(new PieceActivation.MarketDeal(9));
    assertThat(order(deal + "/as/9", anew)).isEqualTo(new MinerReply.Ordered(sector, 0));
    order("deal/b", ofDeal("b", 1024));
    order("deal/c", ofDeal("c", 512));
    assertThat(created.get(0).pieces()).hasSize(3).contains(anew);
  }

  @Test
  void refusesPiece_whenItIsEmptyOrDoesNotFit() {
    configure();
    for (PieceSource piece :
        List.of(
            new PieceSource("/data/empty", 0, 128),
            new PieceSource("/data/odd", 100, 1000),
            new PieceSource("/data/dense", 1017, 1024),
            new PieceSource("/data/large", 4000, 4096))) {
      assertThat(ask(ref -> new MinerCommand.ImportPiece("x", piece, ref)))
          .as(piece.source())
          .isInstanceOfSatisfying(
              MinerReply.Rejected.class,
              refused -> assertThat(refused.code()).isEqualTo(MinerReply.Rejected.Code.BAD_PIECE));
    }
  }

  /** Five sectors, two an epoch: three slices, each once in three epochs. */
  @Test
  void comparesASliceOfRowsEachEpoch_andHasStaleOnesWritten() {
    configure();
    for (String order : List.of("a", "b", "c", "d", "e")) {
      ordered(ask(ref -> new MinerCommand.PledgeSector(order, ref)));
    }
    List<String> compared = Collections.synchronizedList(new ArrayList<>());
    rows =
        (from, count) -> {
          compared.add(from + "+" + count);
          return CompletableFuture.completedStage(
              from == 2 ? List.of(new SectorNumber(3)) : List.of());
        };
    told.clear();
    for (int epoch = 0; epoch < 6; epoch++) {
      tick();
      miner.tell(new MinerCommand.HeadSeen(chain.tick()));
      settle();
    }
    assertThat(compared).hasSize(6).containsOnly("0+2", "2+2", "4+1");
    assertThat(compared.subList(0, 3)).doesNotHaveDuplicates();
    assertThat(told.stream().filter(word -> word.startsWith("row")))
        .containsExactly("row 3", "row 3");
  }

  @Test
  void comparesOneSliceAtATime_andGoesOnWhenOneFails() {
    configure();
    ordered(ask(ref -> new MinerCommand.PledgeSector("a", ref)));
    List<CompletableFuture<List<SectorNumber>>> asked =
        Collections.synchronizedList(new ArrayList<>());
    rows =
        (from, count) -> {
          CompletableFuture<List<SectorNumber>> answer = new CompletableFuture<>();
          asked.add(answer);
          return answer;
        };
    tick();
    tick();
    assertThat(asked).hasSize(1);
    asked.get(0).completeExceptionally(new IllegalStateException("the store is away"));
    settle();
    tick();
    assertThat(asked).hasSize(2);
  }

  @Test
  void createsAgainUntilTheSectorIsHeardOf_thenTicksItUntilItRests() {
    configure();
    SectorId sector = ordered(ask(ref -> new MinerCommand.PledgeSector("a", ref)));
    created.clear();
    tick();
    assertThat(created).hasSize(1);
    miner.tell(new MinerCommand.SectorInMotion(sector));
    created.clear();
    told.clear();
    tick();
    assertThat(created).isEmpty();
    assertThat(told).contains("sector 0");
    miner.tell(new MinerCommand.SectorAtRest(sector));
    told.clear();
    tick();
    assertThat(told).doesNotContain("sector 0");
    assertThat(settle().inMotion()).isEmpty();
  }
}
