package io.granary.sharding.sector;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.MemoryPieceDeals;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sector.SectorPolicy;
import io.granary.protocol.sector.SectorView;
import io.granary.protocol.sender.MessageReport;
import java.time.Duration;
import java.util.List;

/**
 * One sector entity in a hand-driven world. What an entity starts by itself (looks at the chain)
 * comes back into its mailbox before its next word from outside but one, so {@link #settle} needs
 * no clock: it asks for the state as often as steps can follow one another.
 */
final class SectorHarness {
  static final NetworkPolicy NETWORK = NetworkPolicy.MAINNET;
  private static final int STEPS_MAX = 14;

  static final SectorSettings SETTINGS =
      new SectorSettings(
          new SectorPolicy(
              3, 2, 5, 3, 3, Duration.ofSeconds(10), Duration.ofSeconds(60), 700_000, 10),
          KeepUnsealed.AS_DEALS_SAY,
          Duration.ofSeconds(20),
          8,
          Duration.ofMillis(10),
          Duration.ofMillis(20));

  final ActorTestKit testKit;
  final SectorId id;
  final FakeProver prover = new FakeProver();
  final FakeChain chain = new FakeChain(NETWORK, prover, 1000);
  final FakeSender sender = new FakeSender(chain);
  final FakeNeighbours neighbours = new FakeNeighbours();
  final MemoryPieceDeals deals = new MemoryPieceDeals();
  final TestProbe<SectorReply> probe;
  private final PersistenceTestKit journal;
  private final SectorSettings settings;
  private ActorRef<SectorCommand> entity;

  SectorHarness(ActorTestKit testKit, SectorId id) {
    this(testKit, id, SETTINGS);
  }

  SectorHarness(ActorTestKit testKit, SectorId id, SectorSettings settings) {
    this.testKit = testKit;
    this.settings = settings;
    this.id = id;
    this.probe = testKit.createTestProbe(SectorReply.class);
    this.journal = PersistenceTestKit.create(testKit.system());
    this.entity = spawn();
  }

  static Config config() {
    return ConfigFactory.parseString("akka.persistence.testkit.events.serialize = off")
        .withFallback(PersistenceTestKitPlugin.getInstance().config())
        .withFallback(ConfigFactory.load());
  }

  private ActorRef<SectorCommand> spawn() {
    return testKit.spawn(
        SectorEntity.create(
            id.toString(),
            new SectorWorld(
                chain.gateway(),
                prover,
                sender,
                neighbours,
                neighbours,
                neighbours,
                deals,
                chain::instant,
                "node-1"),
            NETWORK,
            settings));
  }

  /** The journal refuses the next event of this sector. */
  void failNextPersist() {
    journal.failNextPersisted(SectorEntity.persistenceId(id).id());
  }

  /** The entity dies and starts again from its journal. */
  SectorHarness restart() {
    testKit.stop(entity);
    entity = spawn();
    return settle();
  }

  SectorHarness tell(SectorCommand command) {
    entity.tell(command);
    return settle();
  }

  SectorHarness settle() {
    for (int i = 0; i < STEPS_MAX; i++) {
      ask();
    }
    return this;
  }

  SectorReply ask() {
    entity.tell(new SectorCommand.GetState(probe.ref()));
    return probe.receiveMessage(Duration.ofSeconds(10));
  }

  SectorReply.StateIs live() {
    return (SectorReply.StateIs) ask();
  }

  SectorView view() {
    return live().view();
  }

  String state() {
    return view().state();
  }

  SectorHarness create(SectorOrder.PieceSource... pieces) {
    return tell(
        new SectorCommand.Create(
            new SectorOrder(id, SectorSize.SIZE_2KIB.sealProofV1_1(), List.of(pieces)),
            chain.tick()));
  }

  /** {@code epochs} pass, and the sector is told. */
  SectorHarness pass(long epochs) {
    Tick tick = chain.advance(epochs);
    return tell(new SectorCommand.Ticked(tick));
  }

  SectorHarness work() {
    return report(prover.succeed(newest()));
  }

  SectorHarness failWork(JobFailure.Kind kind) {
    return report(prover.fail(newest(), kind));
  }

  JobRequest newest() {
    return prover.newest().orElseThrow();
  }

  SectorHarness report(JobReport report) {
    return tell(new SectorCommand.JobReported(report));
  }

  /** Every open message lands, and one epoch passes. */
  SectorHarness land() {
    for (MessageReport report : sender.land()) {
      tell(new SectorCommand.MessageReported(report));
    }
    return pass(1);
  }

  SectorHarness observe(SectorObservation seen) {
    return tell(new SectorCommand.Observe(seen));
  }

  SectorReply retry() {
    entity.tell(new SectorCommand.Retry(probe.ref()));
    SectorReply reply = probe.receiveMessage(Duration.ofSeconds(10));
    settle();
    return reply;
  }

  SectorReply remove() {
    entity.tell(new SectorCommand.Remove("not wanted", probe.ref()));
    SectorReply reply = probe.receiveMessage(Duration.ofSeconds(10));
    settle();
    return reply;
  }

  /** What the journal holds. */
  List<SectorEvent> events() {
    return journal.persistedInStorage(SectorEntity.persistenceId(id).id()).stream()
        .map(SectorEvent.class::cast)
        .toList();
  }

  long count(Class<? extends SectorEvent> type) {
    return events().stream().filter(type::isInstance).count();
  }

  // Whole stretches of a life without trouble.

  SectorHarness toPreCommit1(SectorOrder.PieceSource... pieces) {
    create(pieces);
    for (int i = 0; i < pieces.length; i++) {
      work();
    }
    return pass(1);
  }

  SectorHarness toPreCommitting() {
    return toPreCommit1().work().work();
  }

  SectorHarness toWaitSeed() {
    return toPreCommitting().pass(1).land();
  }

  SectorHarness toCommit1() {
    return toWaitSeed().pass(160);
  }

  SectorHarness toCommit2() {
    return toCommit1().work();
  }

  SectorHarness toCommitting() {
    return toCommit2().work();
  }

  SectorHarness toFinalizing() {
    return toCommitting().pass(1).land();
  }

  SectorHarness toProving() {
    return toFinalizing().pass(5).work();
  }

  /** To a sector with {@code pieces} whose first proof landed. */
  SectorHarness toProven(SectorOrder.PieceSource... pieces) {
    toPreCommit1(pieces).work().work().pass(1).land();
    pass(160).work().work().pass(1).land().pass(5).work();
    return observe(new SectorObservation.ProvenAt(chain.height(), chain.height()));
  }
}
