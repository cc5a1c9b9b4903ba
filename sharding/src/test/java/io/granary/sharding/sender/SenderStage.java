package io.granary.sharding.sender;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.address.Address;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.MessageReports;
import io.granary.protocol.port.SpendFence;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderFixtures;
import io.granary.sharding.chain.MemoryChain;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A sender on a chain in memory, with everything around it. */
final class SenderStage {
  static final Config CONFIG =
      PersistenceTestKitPlugin.getInstance()
          .config()
          .withFallback(PersistenceTestKitSnapshotPlugin.config())
          .withFallback(
              ConfigFactory.parseString(
                  """
                  akka.persistence.testkit.events.serialize = off
                  akka.persistence.testkit.snapshots.serialize = off
                  akka.loglevel = WARNING
                  """))
          .withFallback(ConfigFactory.load());

  private static final int ROUNDS = 40;

  final MemoryChain chain;
  final Fence fence;
  final List<MessageReport> reports = new CopyOnWriteArrayList<>();
  private final ActorTestKit kit;
  private final Address address;
  private final SenderSettings settings;
  boolean provesFrom;
  private ActorRef<SenderCommand> sender;

  SenderStage(ActorTestKit kit, Address address) {
    this(kit, address, "");
  }

  /**
   * @param config lines that stand before the defaults of {@code granary.sharding.sender}
   */
  SenderStage(ActorTestKit kit, Address address, String config) {
    this(
        kit,
        address,
        new MemoryChain(10),
        new Fence(),
        SenderSettings.from(
            ConfigFactory.parseString("granary.sharding.sender { " + config + " }")
                .withFallback(CONFIG)));
  }

  /** Another owner of the same address, on the same chain and store, with a journal of its own. */
  SenderStage(ActorTestKit kit, SenderStage like) {
    this(kit, like.address, like.chain, like.fence, like.settings);
  }

  private SenderStage(
      ActorTestKit kit, Address address, MemoryChain chain, Fence fence, SenderSettings settings) {
    this.kit = kit;
    this.address = address;
    this.chain = chain;
    this.fence = fence;
    this.settings = settings;
    this.sender = spawn();
  }

  /** A store with compare-and-set. */
  static final class Fence implements SpendFence {
    final Map<String, String> claims = new ConcurrentHashMap<>();
    final Map<String, Long> held = new ConcurrentHashMap<>();
    MemoryChain.Interruptor interruptor = new MemoryChain.Interruptor();

    /** Whether every claim passes. */
    boolean open;

    @Override
    public CompletionStage<NonceClaim> claimNonce(Address address, long nonce, String intent) {
      return interrupted(() -> open ? new NonceClaim.Granted() : claim(address, nonce, intent));
    }

    private synchronized NonceClaim claim(Address address, long nonce, String intent) {
      Long before = held.putIfAbsent(address + "/" + intent, nonce);
      if (before != null && before != nonce) {
        return new NonceClaim.HeldElsewhere(before);
      }
      String holder = claims.putIfAbsent(address + "/" + nonce, intent);
      if (holder == null || holder.equals(intent)) {
        return new NonceClaim.Granted();
      }
      held.remove(address + "/" + intent);
      return new NonceClaim.TakenByAnother();
    }

    @Override
    public CompletionStage<Boolean> loseNonce(Address address, long nonce, String intent) {
      return interrupted(() -> held.remove(address + "/" + intent, nonce));
    }

    private <T> CompletionStage<T> interrupted(Supplier<T> effect) {
      if (!interruptor.passes()) {
        return new CompletableFuture<>();
      }
      T answer = effect.get();
      return interruptor.passes()
          ? CompletableFuture.completedStage(answer)
          : new CompletableFuture<>();
    }
  }

  private ActorRef<SenderCommand> spawn() {
    MessageReports told =
        (recipient, report) -> {
          if (!(recipient instanceof Recipient.Nobody)) {
            reports.add(report);
          }
        };
    return kit.spawn(
        SenderEntity.create(
            address,
            new SenderPorts(chain.gateway(), fence, told, InstantSource.system(), "node-1"),
            settings));
  }

  MessageIntent intent(String id) {
    return intent(id, io.granary.protocol.sender.MessagePurpose.PRE_COMMIT, 1_000);
  }

  MessageIntent intent(
      String id, io.granary.protocol.sender.MessagePurpose purpose, long lastUseful) {
    MessageIntent bare = SenderFixtures.intent(id, purpose, lastUseful);
    return new MessageIntent(
        id,
        purpose,
        io.granary.protocol.chain.Message.of(
            address,
            bare.message().to(),
            bare.message().value(),
            bare.message().method(),
            bare.message().params()),
        bare.lastUsefulEpoch());
  }

  void submit(MessageIntent intent) {
    Recipient recipient = SenderFixtures.SECTOR;
    sender.tell(new SenderCommand.Submit(intent, recipient));
    settle();
  }

  /** Mines {@code blocks} blocks, a tick after each. */
  void mine(int blocks) {
    for (int i = 0; i < blocks; i++) {
      chain.mine(1);
      tick();
    }
  }

  void tick() {
    sender.tell(head());
    settle();
  }

  /** The chain's head, as a miner tells of it. */
  SenderCommand head() {
    return new SenderCommand.HeadSeen(chain.tick(), provesFrom);
  }

  /** How the one open intent called {@code id} stands. */
  SenderReply.OpenIntent open(String id) {
    return overview().open().stream()
        .filter(open -> open.intentId().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id + " is not open"));
  }

  /** Waits until what was begun has run its course: every step is one turn of the mailbox. */
  void settle() {
    settle(ROUNDS);
  }

  /** Waits for {@code turns} turns of the mailbox. */
  void settle(int turns) {
    TestProbe<SenderReply> probe = kit.createTestProbe();
    for (int i = 0; i < turns; i++) {
      sender.tell(new SenderCommand.Describe(probe.getRef()));
      probe.receiveMessage(Duration.ofSeconds(10));
    }
  }

  SenderReply.Overview overview() {
    TestProbe<SenderReply> probe = kit.createTestProbe();
    sender.tell(new SenderCommand.Describe(probe.getRef()));
    return (SenderReply.Overview) probe.receiveMessage(Duration.ofSeconds(10));
  }

  /** Like {@link #settle} for a sender that may be dead: gives up at the first silence. */
  void settleUnlessDead() {
    TestProbe<SenderReply> probe = kit.createTestProbe();
    for (int i = 0; i < ROUNDS; i++) {
      sender.tell(new SenderCommand.Describe(probe.getRef()));
      try {
        probe.receiveMessage(Duration.ofMillis(50));
      } catch (AssertionError silent) {
        return;
      }
    }
  }

  void tell(SenderCommand command) {
    sender.tell(command);
  }

  void stop() {
    kit.stop(sender, Duration.ofSeconds(10));
  }

  void start() {
    sender = spawn();
  }

  void restart() {
    stop();
    start();
  }

  <T extends MessageReport> List<T> reports(Class<T> kind) {
    return reports.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
