package io.granary.ops.presence;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.ddata.Key;
import akka.cluster.ddata.LWWMap;
import akka.cluster.ddata.LWWMapKey;
import akka.cluster.ddata.SelfUniqueAddress;
import akka.cluster.ddata.typed.javadsl.DistributedData;
import akka.cluster.ddata.typed.javadsl.Replicator;
import akka.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import akka.cluster.typed.Cluster;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.sender.MessageIntent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Compares what the chain says of a miner with what its nodes are; see {@link Verdict}. Waits for
 * the disk, and so needs a thread that may.
 */
final class PresenceKeeper extends AbstractBehavior<PresenceKeeper.Command> {
  /** The cards of all nodes, each under its member's unique address. */
  private static final Key<LWWMap<String, String>> CARDS = LWWMapKey.create("granary-peers");

  /** What the keeper hears. */
  sealed interface Command {}

  private record Look() implements Command {}

  private record CardsChanged(Replicator.SubscribeResponse<LWWMap<String, String>> change)
      implements Command {}

  private record CardLaid(Replicator.UpdateResponse<LWWMap<String, String>> answer)
      implements Command {}

  private record Read(MinerInfo info, Epoch now) implements Command {}

  private record PayerKnown(ToPutRight wrong, Address payer) implements Command {}

  private record NotRead(Throwable cause) implements Command {}

  private record ToPutRight(Verdict verdict, ChainRecord chain, Epoch now, PresenceStatus status) {}

  private final PresencePorts ports;
  private final PresenceSettings settings;
  private final PeerCard own;
  private final Consumer<PresenceStatus> board;
  private final Cluster cluster;
  private final SelfUniqueAddress self;
  private final ReplicatorMessageAdapter<Command, LWWMap<String, String>> replicator;
  private final Differences differences;
  private final AbsenceFile memory;
  private Map<String, String> cards = Map.of();

  /** What the file says, once this process has written it. */
  private Optional<Map<Multiaddr, Duration>> written = Optional.empty();

  private Set<String> told = Set.of();
  private PresenceStatus status;
  private boolean reading;

  private PresenceKeeper(
      ActorContext<Command> context,
      ReplicatorMessageAdapter<Command, LWWMap<String, String>> replicator,
      PresencePorts ports,
      PresenceSettings settings,
      PeerCard own,
      Consumer<PresenceStatus> board) {
    super(context);
    this.ports = ports;
    this.settings = settings;
    this.own = own;
    this.board = board;
    this.cluster = Cluster.get(context.getSystem());
    this.self = DistributedData.get(context.getSystem()).selfUniqueAddress();
    this.replicator = replicator;
    this.memory = new AbsenceFile(ports.memory());
    this.differences = new Differences(settings, remembered(), ports.clock().instant());
    this.status = PresenceStatus.unknown(ports.miner());
    replicator.subscribe(CARDS, CardsChanged::new);
    lay();
  }

  static Behavior<Command> create(
      PresencePorts ports,
      PresenceSettings settings,
      PeerCard own,
      Consumer<PresenceStatus> board) {
    return Behaviors.setup(
        context ->
            DistributedData.withReplicatorMessageAdapter(
                (ReplicatorMessageAdapter<Command, LWWMap<String, String>> replicator) ->
                    Behaviors.withTimers(
                        timers -> {
                          timers.startTimerWithFixedDelay(new Look(), settings.every());
                          return new PresenceKeeper(
                              context, replicator, ports, settings, own, board);
                        })));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, look -> onLook())
        .onMessage(CardsChanged.class, this::onCards)
        .onMessage(CardLaid.class, laid -> this)
        .onMessage(Read.class, this::onRead)
        .onMessage(PayerKnown.class, this::onPayer)
        .onMessage(NotRead.class, this::onNotRead)
        .build();
  }

  /** Without it, addresses are forgotten later. */
  private Map<Multiaddr, Duration> remembered() {
    try {
      return memory.read();
    } catch (IOException e) {
      getContext().getLog().warn("how long addresses are absent is counted anew", e);
      return Map.of();
    }
  }

  private void remember(Instant now) {
    Optional<Map<Multiaddr, Duration>> absent = Optional.of(differences.absent(now));
    if (absent.equals(written)) {
      return;
    }
    try {
      memory.write(absent.get());
      written = absent;
    } catch (IOException e) {
      getContext().getLog().warn("how long addresses are absent is not kept", e);
    }
  }

  /** Lays our card open and takes away those of nodes that are gone. */
  private void lay() {
    Set<String> members = new HashSet<>();
    cluster.state().getMembers().forEach(member -> members.add(keyOf(member)));
    String key = self.uniqueAddress().toString();
    members.add(key);
    List<String> gone = cards.keySet().stream().filter(each -> !members.contains(each)).toList();
    if (own.toText().equals(cards.get(key)) && gone.isEmpty()) {
      return;
    }
    replicator.askUpdate(
        replyTo ->
            new Replicator.Update<>(
                CARDS,
                LWWMap.empty(),
                Replicator.writeLocal(),
                replyTo,
                map -> without(map, gone).put(self, key, own.toText())),
        CardLaid::new);
  }

  private LWWMap<String, String> without(LWWMap<String, String> map, List<String> gone) {
    LWWMap<String, String> rest = map;
    for (String key : gone) {
      rest = rest.remove(self, key);
    }
    return rest;
  }

  private static String keyOf(Member member) {
    return member.uniqueAddress().toString();
  }

  private Behavior<Command> onCards(CardsChanged heard) {
    if (heard.change() instanceof Replicator.Changed<LWWMap<String, String>> changed) {
      cards = changed.get(CARDS).getEntries();
    }
    return this;
  }

  private Behavior<Command> onLook() {
    lay();
    if (!reading) {
      reading = true;
      CompletionStage<Read> read =
          ports
              .chain()
              .head()
              .thenCompose(
                  head ->
                      ports
                          .chain()
                          .minerInfo(ports.miner(), TipSetKey.HEAD)
                          .thenApply(info -> new Read(info, head.height())));
      getContext()
          .pipeToSelf(
              read,
              (answer, cause) ->
                  cause == null ? Objects.requireNonNull(answer) : new NotRead(cause));
    }
    return this;
  }

  private Behavior<Command> onNotRead(NotRead failed) {
    reading = false;
    getContext()
        .getLog()
        .info("where {} is found was not compared: {}", ports.miner(), failed.cause().toString());
    show(status.notRead(failed.cause().toString()));
    return this;
  }

  private Behavior<Command> onRead(Read read) {
    reading = false;
    Instant now = ports.clock().instant();
    ChainRecord chain = ChainRecord.of(read.info());
    List<PeerCard> there = cardsThere();
    Verdict verdict = differences.judge(chain, there, now);
    remember(now);
    tell(verdict.problems());
    PresenceStatus latest = statusOf(chain, there, verdict, now);
    boolean wrong = verdict.peer().isPresent() || verdict.addresses().isPresent();
    if (wrong && settings.correct() && isFirst(there) && differences.isDue(chain, now)) {
      askPayer(new ToPutRight(verdict, chain, read.now(), latest));
    } else {
      show(latest);
    }
    return this;
  }

  /** Who pays may change; it matters only now. */
  private void askPayer(ToPutRight wrong) {
    reading = true;
    getContext()
        .pipeToSelf(
            ports.payer().get(),
            (payer, cause) ->
                cause == null
                    ? new PayerKnown(wrong, Objects.requireNonNull(payer))
                    : new NotRead(cause));
  }

  private Behavior<Command> onPayer(PayerKnown known) {
    reading = false;
    ToPutRight wrong = known.wrong();
    PresenceMessages messages =
        new PresenceMessages(ports.miner(), wrong.chain(), known.payer(), wrong.now());
    List<MessageIntent> wanted = intents(wrong.verdict(), messages);
    wanted.forEach(intent -> ports.messages().submit(intent, new Recipient.Nobody()));
    show(wrong.status().asking(wanted.stream().map(MessageIntent::intentId).toList()));
    return this;
  }

  private static List<MessageIntent> intents(Verdict verdict, PresenceMessages messages) {
    List<MessageIntent> intents = new ArrayList<>();
    verdict.peer().map(messages::peer).ifPresent(intents::add);
    verdict.addresses().map(messages::addresses).ifPresent(intents::add);
    return intents;
  }

  /** Those of nodes that are up, and ours, by name. */
  private List<PeerCard> cardsThere() {
    Set<String> up =
        StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
            .filter(member -> member.status().equals(MemberStatus.up()))
            .map(PresenceKeeper::keyOf)
            .collect(Collectors.toSet());
    List<PeerCard> there = new ArrayList<>();
    there.add(own);
    cards.forEach(
        (key, text) -> {
          if (up.contains(key) && !key.equals(self.uniqueAddress().toString())) {
            read(text).ifPresent(there::add);
          }
        });
    there.sort(Comparator.comparing(PeerCard::node));
    return there;
  }

  /** A card of a later version may have addresses that we cannot read. */
  private Optional<PeerCard> read(String text) {
    try {
      return Optional.of(PeerCard.parse(text));
    } catch (PeerFormatException e) {
      getContext().getLog().warn("a node's card cannot be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private boolean isFirst(List<PeerCard> there) {
    return there.get(0).equals(own);
  }

  /** Each problem once, while it lasts. */
  private void tell(List<String> problems) {
    Set<String> now = Set.copyOf(problems);
    problems.stream()
        .filter(problem -> !told.contains(problem))
        .forEach(problem -> getContext().getLog().warn("{}: {}", ports.miner(), problem));
    if (problems.isEmpty() && !told.isEmpty()) {
      getContext().getLog().info("{} is found on chain as its nodes are", ports.miner());
    }
    told = now;
  }

  private PresenceStatus statusOf(
      ChainRecord chain, List<PeerCard> there, Verdict verdict, Instant now) {
    return new PresenceStatus(
        ports.miner(),
        Optional.of(now),
        chain.peer(),
        chain.addresses().stream().map(Object::toString).toList(),
        there.stream()
            .map(
                card ->
                    new PresenceStatus.Node(
                        card.node(),
                        card.id().toString(),
                        card.addresses().stream().map(Object::toString).toList()))
            .toList(),
        verdict.problems(),
        List.of(),
        Optional.empty());
  }

  private void show(PresenceStatus latest) {
    status = latest;
    board.accept(latest);
  }
}
